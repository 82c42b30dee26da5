// The form for a new session: which ticket, and what the end user will be asked to allow.
import { html, nothing } from "../../../static/vendor/lit.js";
import { t } from "../i18n.js";
import { ticketFault } from "../ticket.js";
import { View } from "./base.js";
import { problemNote } from "./parts.js";
import { dialogs, shared } from "./styles.js";

/** @typedef {"clipboard.send" | "clipboard.receive" | "files.send" | "files.receive"} MoreCapability */
/** @type {readonly MoreCapability[]} */
const MORE = ["clipboard.send", "clipboard.receive", "files.send", "files.receive"];

export class NewSessionView extends View {
  static properties = {
    form: { attribute: false },
    policy: { attribute: false },
    fault: { state: true },
    view: { state: true },
    control: { state: true },
    more: { state: true },
  };
  static styles = [...shared, dialogs];

  constructor() {
    super();
    /** @type {import("../app.js").AppState["form"]} */
    this.form = { busy: false, problem: null };
    /** @type {import("../protocol.js").OwnPolicy | null} */
    this.policy = null;
    /** @type {import("../ticket.js").TicketFault | null} */
    this.fault = null;
    this.view = true;
    this.control = true;
    /** What of the clipboard and of files is asked for: nothing, unless chosen. @type {readonly MoreCapability[]} */
    this.more = [];
  }

  firstUpdated() {
    this.find("dialog").showModal();
    this.find("#ticket").focus();
  }

  render() {
    return html`<dialog aria-labelledby="title" @cancel=${this.#cancel}>
      <h2 id="title">${t("new.title")}</h2>
      <form @submit=${this.#submit} novalidate>
        <div class="field">
          <label for="ticket">${t("field.ticket")}</label>
          <input
            id="ticket"
            autocomplete="off"
            autocapitalize="none"
            spellcheck="false"
            aria-invalid=${this.fault ? "true" : "false"}
            aria-describedby="ticket-hint"
            @input=${this.#check}
          />
          <p id="ticket-hint" class=${this.fault ? "fault" : "hint"} aria-live="polite">
            ${this.fault ? t(`ticket.${this.fault}`) : t("new.ticket_hint")}
          </p>
        </div>
        <fieldset>
          <legend>${t("new.asked_for")}</legend>
          ${this.#choice("view", this.view || this.#asks("control"), this.#asks("control"))} ${this.#choice("control", this.control, false)}
          ${MORE.map((capability) => this.#choice(capability, this.more.includes(capability), false))}
        </fieldset>
        ${this.#isLimited() ? html`<p class="hint">${t("new.limited", { groups: this.policy?.groups.join(", ") ?? "" })}</p>` : nothing}
        ${problemNote(this.form.problem)}
        <div class="actions">
          <button type="button" @click=${() => this.want("new.close")}>${t("action.cancel")}</button>
          <button class="primary" type="submit" ?disabled=${this.form.busy || !(this.#asks("view") || this.#asks("control"))}>
            ${t("new.submit")}
          </button>
        </div>
      </form>
    </dialog>`;
  }

  /** @param {"view" | "control" | MoreCapability} capability @param {boolean} on @param {boolean} implied */
  #choice(capability, on, implied) {
    const id = `ask-${capability.replace(".", "-")}`;
    return html`<label class="choice" for=${id}>
      <input id=${id} type="checkbox" .checked=${on && this.#isAllowed(capability)} ?disabled=${implied || !this.#isAllowed(capability)} @change=${() => this.#toggle(capability)} />
      <span>${t(`capability.${capability}`)}<span class="hint">${t(`capability_hint.${capability}`)}</span></span>
    </label>`;
  }

  /** By one's groups; the broker decides. @param {"view" | "control" | MoreCapability} capability */
  #isAllowed(capability) {
    return this.policy === null || this.policy.capabilities.includes(capability);
  }

  #isLimited() {
    return !["view", "control", ...MORE].every((each) => this.#isAllowed(/** @type {MoreCapability} */ (each)));
  }

  /** @param {"view" | "control"} capability */
  #asks(capability) {
    return this[capability] && this.#isAllowed(capability);
  }

  /** @param {"view" | "control" | MoreCapability} capability */
  #toggle(capability) {
    if (capability === "view" || capability === "control") this[capability] = !this[capability];
    else if (this.more.includes(capability)) this.more = this.more.filter((each) => each !== capability);
    else this.more = [...this.more, capability];
  }

  /** A fault is told once the field was sent, and then goes as soon as it is mended. */
  #check() {
    const fault = ticketFault(this.find("#ticket").value.trim());
    if (this.fault || fault === "too_long" || fault === "characters") this.fault = fault;
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    const ticket = this.find("#ticket").value.trim();
    this.fault = ticketFault(ticket);
    if (this.fault) return this.find("#ticket").focus();
    const seen = this.#asks("control") ? ["view", "control"] : this.#asks("view") ? ["view"] : [];
    const more = MORE.filter((each) => this.more.includes(each) && this.#isAllowed(each));
    const capabilities = [...seen, ...more];
    this.want("session.create", { ticket, capabilities });
  }

  /** @param {Event} event */
  #cancel(event) {
    event.preventDefault();
    this.want("new.close");
  }
}

customElements.define("hr-new-session", NewSessionView);
