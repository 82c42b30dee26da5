// What the admin's pages share beside their look: one dialog that opens and closes with the draft or the secret,
// buttons that have to be pressed twice, and a secret that is shown this once.
import { html, nothing } from "../../../static/vendor/lit.js";
import { NO_ADMIN } from "../admin_desk.js";
import { formatMoment, t } from "../i18n.js";
import { View } from "./base.js";
import { icon } from "./parts.js";
import "./copy_button.js";

export class AdminView extends View {
  static properties = { admin: { attribute: false }, me: { attribute: false }, sure: { state: true } };

  constructor() {
    super();
    /** @type {import("../admin_desk.js").AdminState} */
    this.admin = NO_ADMIN;
    this.me = "";
    /** Which button was pressed once. */
    this.sure = "";
  }

  /** A button that asks once more before it does it. @param {string} name @param {string} words @param {string} surely @param {() => void} act */
  twice(name, words, surely, act) {
    const pressed = () => {
      if (this.sure === name) act();
      this.sure = this.sure === name ? "" : name;
    };
    return html`<button type="button" class="compact danger" ?disabled=${this.admin.busy} @click=${pressed} @blur=${() => (this.sure = "")}>
      ${this.sure === name ? surely : words}
    </button>`;
  }

  /** What is told this once. */
  secret() {
    const { secret } = this.admin;
    if (!secret) return nothing;
    const values = { name: secret.name, time: formatMoment(secret.until) };
    return html`<dialog aria-labelledby="secret-title" @cancel=${this.leave}>
      <h2 id="secret-title">${t(secret.kind === "link" ? "admin.link_title" : "admin.token_title", values)}</h2>
      <div class="stack">
        <p>${t(secret.kind === "link" ? "admin.link_about" : "admin.token_about", values)}</p>
        <p class="secret" id="secret" tabindex="0">${secret.text}</p>
        <p class="note warn">${icon("triangle-alert")}<span>${t("admin.once")}</span></p>
        <div class="actions">
          <hr-copy .text=${secret.text} .label=${t("admin.copy")}></hr-copy>
          <button type="button" class="primary" @click=${this.leave}>${t("action.close")}</button>
        </div>
      </div>
    </dialog>`;
  }

  leave = (/** @type {Event} */ event) => {
    event.preventDefault();
    this.want("admin.leave");
  };

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    const dialog = this.find("dialog");
    if (!dialog || dialog.open || !changed.has("admin")) return;
    dialog.showModal();
    dialog.querySelector("input, select, #secret")?.focus();
  }
}
