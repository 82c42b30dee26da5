// The form in which the technician asks the end user for a right: which, why, and for how long.
import { css, html, nothing } from "../../../static/vendor/lit.js";
import { t } from "../i18n.js";
import { MAX_SHORT_TEXT } from "../protocol.js";
import { LEASE_CHOICES, USUAL_LEASE_MIN, askable, fitReason } from "../rights_talk.js";
import { allowed, leases, mayAsk } from "../session.js";
import { View } from "./base.js";
import { enterSends, icon } from "./parts.js";
import { Seconds } from "./seconds.js";
import { dialogs, shared } from "./styles.js";

/** @typedef {import("../protocol.js").Capability} Capability */

/** Open while `live.talk.dialog` is there. */
export class AskRight extends View {
  static properties = {
    live: { attribute: false },
    chosen: { state: true },
    typed: { state: true },
    fault: { state: true },
  };
  static styles = [
    ...shared,
    dialogs,
    css`
      :host {
        --dialog-width: 32rem;
        display: contents;
      }
      .below {
        display: flex;
        gap: 1rem;
        justify-content: space-between;
      }
      .count {
        flex: none;
        font-variant-numeric: tabular-nums;
      }
      select {
        width: auto;
        justify-self: start;
        min-width: 11rem;
      }
    `,
  ];
  #seconds = new Seconds(this, () => Boolean(this.live?.talk.dialog));

  constructor() {
    super();
    /** @type {import("../session.js").LiveState | null} */
    this.live = null;
    /** @type {Capability | null} */
    this.chosen = null;
    this.typed = "";
    /** Whether the reason was missing when the form was sent. */
    this.fault = false;
  }

  render() {
    const live = this.live;
    if (!live?.talk.dialog) return nothing;
    const rights = this.#rights(live);
    return html`<dialog id="ask-right" aria-labelledby="title" aria-describedby="about" @cancel=${this.#cancel}>
      <h2 id="title">${t("ask.title")}</h2>
      <p id="about" class="muted small">${t("ask.about")}</p>
      <form @submit=${this.#submit} novalidate>
        <fieldset id="ask-which">
          <legend>${t("ask.which")}</legend>
          ${rights.map((right) => this.#choice(right, right === this.#right(live)))}
          ${rights.length === 0 ? html`<p class="muted">${t("ask.nothing")}</p>` : nothing}
        </fieldset>
        <div class="field">
          <label for="ask-reason">${t("ask.reason")}</label>
          <textarea
            id="ask-reason"
            rows="3"
            maxlength=${MAX_SHORT_TEXT}
            required
            aria-invalid=${this.fault ? "true" : "false"}
            aria-describedby="ask-reason-hint ask-reason-left"
            @input=${this.#type}
            @keydown=${enterSends}
          ></textarea>
          <div class="below">
            <p id="ask-reason-hint" class=${this.fault ? "fault" : "hint"} aria-live="polite">
              ${t(this.fault ? "ask.reason_missing" : "ask.reason_hint")}
            </p>
            <p id="ask-reason-left" class="hint count">
              <span aria-hidden="true">${this.typed.length} / ${MAX_SHORT_TEXT}</span>
              <span class="visually-hidden">${t("ask.characters_left", { count: MAX_SHORT_TEXT - this.typed.length })}</span>
            </p>
          </div>
        </div>
        <div class="field">
          <label for="ask-minutes">${t("ask.how_long")}</label>
          <select id="ask-minutes">
            ${LEASE_CHOICES.map((minutes) => html`<option value=${minutes} ?selected=${minutes === USUAL_LEASE_MIN}>${spanText(minutes)}</option>`)}
          </select>
        </div>
        <div aria-live="polite">
          ${mayAsk(live) ? nothing : html`<p class="note warn">${icon("wifi-off")}<span>${t("ask.not_now")}</span></p>`}
        </div>
        <div class="actions">
          <button type="button" @click=${this.#cancel}>${t("action.cancel")}</button>
          <button class="primary" type="submit" ?disabled=${!mayAsk(live) || rights.length === 0}>${icon("send")}${t("ask.submit")}</button>
        </div>
      </form>
    </dialog>`;
  }

  /** @param {Capability} right @param {boolean} on */
  #choice(right, on) {
    const id = `ask-${right.replace(".", "-")}`;
    return html`<label class="choice" for=${id}>
      <input id=${id} type="radio" name="right" .checked=${on} @change=${() => (this.chosen = right)} />
      <span>${t(`capability.${right}`)}<span class="hint">${t(`capability_hint.${right}`)}</span></span>
    </label>`;
  }

  /** @param {import("../session.js").LiveState} live */
  #rights = (live) => askable(allowed(live), leases(live), this.#seconds.now);

  /** The one that is asked for: as chosen, as the form was opened for, or the first. @param {import("../session.js").LiveState} live */
  #right(live) {
    const rights = this.#rights(live);
    const wanted = [this.chosen, live.talk.dialog?.capability];
    return wanted.map((right) => rights.find((each) => each === right)).find(Boolean) ?? rights[0];
  }

  updated() {
    const dialog = this.find("dialog");
    if (!dialog || dialog.open) return;
    this.chosen = null;
    this.typed = "";
    this.fault = false;
    dialog.showModal();
    this.find("#ask-reason").focus();
  }

  #type() {
    this.typed = this.find("#ask-reason").value;
    if (this.fault) this.fault = fitReason(this.typed) === "";
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    const right = this.live && this.#right(this.live);
    const reason = fitReason(this.find("#ask-reason").value);
    this.fault = reason === "";
    if (this.fault) return this.find("#ask-reason").focus();
    if (!right) return;
    const minutes = Number(this.find("#ask-minutes").value);
    // Closed by itself first: that gives the focus back to where it came from.
    this.find("dialog").close();
    this.want("rights.ask", { wish: { capability: right, reason, minutes } });
  }

  /** @param {Event} event */
  #cancel(event) {
    event.preventDefault();
    this.find("dialog").close();
    this.want("rights.close-ask");
  }
}

/** @param {number} minutes */
const spanText = (minutes) =>
  minutes > 60 ? t("ask.hours", { count: minutes / 60 }) : t("ask.minutes", { count: minutes });

customElements.define("hr-ask-right", AskRight);
