// Behind the link that an admin gave: its owner chooses a password, once, and is signed in.
import { html } from "../../../static/vendor/lit.js";
import { t } from "../i18n.js";
import { View } from "./base.js";
import { doorStyles, newPassword } from "./new_password.js";
import { problemNote } from "./parts.js";

export class WelcomeView extends View {
  static properties = { form: { attribute: false }, token: {}, length: { state: true } };
  static styles = doorStyles;

  constructor() {
    super();
    /** @type {import("../app.js").AppState["form"]} */
    this.form = { busy: false, problem: null };
    this.token = "";
    this.length = 0;
  }

  firstUpdated() {
    this.find("#password").focus();
  }

  render() {
    const problem = this.form.problem === "not_found" ? "invitation_used" : this.form.problem;
    return html`<div class="card">
      <h1>${t("welcome.title")}</h1>
      <p class="muted">${t("welcome.explanation")}</p>
      <form @submit=${this.#submit}>
        ${newPassword(this.length, (length) => (this.length = length))}
        ${problemNote(problem)}
        <button class="primary" type="submit" ?disabled=${this.form.busy}>${t("welcome.submit")}</button>
      </form>
    </div>`;
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    this.want("welcome", { accepted: { token: this.token, password: this.find("#password").value } });
  }
}

customElements.define("hr-welcome", WelcomeView);
