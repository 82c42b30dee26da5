// How the picture comes: three figures in one line, and behind a button all of them, each explained,
// with the choice between sharp and smooth. The panel stays open while the technician works.
import { css, html, nothing } from "../../../static/vendor/lit.js";
import { figuresOf, shortFigures } from "../figures.js";
import { t } from "../i18n.js";
import { PicturePreference } from "../protocol.js";
import { View } from "./base.js";
import { icon } from "./parts.js";
import { shared } from "./styles.js";

/** Between the button and the panel, and between the panel and the edge of the page. */
const GAP_PX = 6;

export class QualityLine extends View {
  static properties = { live: { attribute: false } };
  static styles = [
    ...shared,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        gap: 0.2rem 0.8rem;
        align-items: center;
        justify-content: flex-end;
      }
      .line {
        display: flex;
        flex-wrap: wrap;
        gap: 0 0.9rem;
        color: var(--muted);
        font-size: 0.85rem;
        font-variant-numeric: tabular-nums;
      }
      .line div {
        display: flex;
        gap: 0.35em;
        min-width: max-content;
      }
      .line dd {
        color: var(--text);
        min-width: 3.6em;
      }
      [popover] {
        position: fixed;
        inset: auto;
        width: min(27rem, calc(100vw - 1rem));
        margin: 0;
        padding: 0.9rem 1.1rem 1.1rem;
        border: 1px solid var(--line-strong);
        border-radius: var(--radius);
        background: var(--surface);
        color: var(--text);
        box-shadow: var(--shadow);
        overflow: auto;
      }
      header {
        display: flex;
        justify-content: space-between;
        align-items: center;
        margin-bottom: 0.4rem;
      }
      fieldset {
        margin: 0 0 0.6rem;
        padding: 0;
        border: 0;
      }
      legend {
        padding: 0;
      }
      .options {
        display: flex;
        flex-wrap: wrap;
        gap: 0 1.4rem;
        margin: 0.2rem 0;
      }
      label {
        display: inline-flex;
        gap: 0.5rem;
        align-items: center;
        min-height: 2.1rem;
        font-weight: 450;
        cursor: pointer;
      }
      .options input {
        margin: 0;
      }
      .all > div {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: 0 1rem;
        padding: 0.35rem 0;
        border-top: 1px solid var(--line);
      }
      .all dt {
        font-weight: 570;
      }
      .all .value {
        text-align: right;
        font-variant-numeric: tabular-nums;
      }
      .all .hint {
        grid-column: 1 / -1;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../session.js").LiveState | null} */
    this.live = null;
  }

  connectedCallback() {
    super.connectedCallback();
    window.addEventListener("resize", this.#place);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    window.removeEventListener("resize", this.#place);
  }

  #wayOut() {
    return html`<div class="note">
      <span>${t("quality.broker")}</span>
      <button class="compact" id="direct" @click=${() => this.want("session.retry")}>${t("quality.direct")}</button>
    </div>`;
  }

  render() {
    const live = this.live;
    if (!live) return nothing;
    return html`<dl class="line">${shortFigures(live).map(({ name, value }) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
      <button class="compact" popovertarget="details" @keydown=${this.#escape}>${icon("info")}${t("quality.title")}</button>
      <div popover="manual" id="details" role="dialog" aria-labelledby="title" @beforetoggle=${this.#place} @keydown=${this.#escape}>
        <header>
          <h2 id="title">${t("quality.title")}</h2>
          <button class="plain compact" popovertarget="details" popovertargetaction="hide" aria-label=${t("quality.close")}>${icon("x")}</button>
        </header>
        ${live.quality?.path === "broker" ? this.#wayOut() : nothing} ${this.#choice(live.preference)}
        <dl class="all">
          ${figuresOf(live).map(
            ({ name, value, hint }) => html`<div><dt>${name}</dt><dd class="value">${value}</dd><dd class="hint">${hint}</dd></div>`,
          )}
        </dl>
      </div>`;
  }

  /** @param {PicturePreference} chosen */
  #choice(chosen) {
    return html`<fieldset aria-describedby="meaning">
      <legend>${t("quality.prefer")}</legend>
      <div class="options">
        ${Object.values(PicturePreference).map(
          (preference) => html`<label>
            <input
              type="radio"
              name="preference"
              .checked=${preference === chosen}
              @change=${() => this.want("picture.prefer", { preference })}
            />${t(`preference.${preference}`)}
          </label>`,
        )}
      </div>
      <p id="meaning" class="hint" aria-live="polite">${t(`preference_hint.${chosen}`)}</p>
    </fieldset>`;
  }

  /** Under the button, with its right edge, and on the page. */
  #place = () => {
    const button = this.find("button");
    const panel = this.find("#details");
    if (!button || !panel) return;
    const { right, bottom } = button.getBoundingClientRect();
    panel.style.right = `${Math.max(GAP_PX, document.documentElement.clientWidth - right)}px`;
    panel.style.top = `${bottom + GAP_PX}px`;
    panel.style.maxHeight = `calc(100dvh - ${bottom + 2 * GAP_PX}px)`;
  };

  /** @param {KeyboardEvent} event */
  #escape(event) {
    const panel = this.find("#details");
    if (event.key !== "Escape" || !panel.matches(":popover-open")) return;
    event.stopPropagation();
    panel.hidePopover();
    this.find("button").focus();
  }
}

customElements.define("hr-quality", QualityLine);
