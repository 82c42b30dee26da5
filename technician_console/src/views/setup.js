// The form that makes the first admin, behind the one-time link that the broker printed.
import { css, html } from "../../../static/vendor/lit.js";
import { t } from "../i18n.js";
import { View } from "./base.js";
import { doorStyles, newPassword } from "./new_password.js";
import { problemNote } from "./parts.js";

export class SetupView extends View {
  static properties = { form: { attribute: false }, token: {}, used: { type: Boolean }, length: { state: true } };
  static styles = [
    ...doorStyles,
    css`
      p + p {
        margin-top: 1.3rem;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../app.js").AppState["form"]} */
    this.form = { busy: false, problem: null };
    this.token = "";
    this.used = false;
    this.length = 0;
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    if (changed.has("used")) this.find(this.used ? "a" : "#name").focus();
  }

  render() {
    return this.used ? this.#usedAlready() : this.#form();
  }

  #usedAlready() {
    return html`<div class="card">
      <h1>${t("setup.used_title")}</h1>
      <p class="muted">${t("setup.used")}</p>
      <p><a class="button primary" href="#/">${t("setup.to_sign_in")}</a></p>
    </div>`;
  }

  #form() {
    // A wrong link answers 404 like any unknown address: say what that means here.
    const problem = this.form.problem === "not_found" ? "setup_used" : this.form.problem;
    return html`<div class="card">
      <h1>${t("setup.title")}</h1>
      <p class="muted">${t("setup.explanation")}</p>
      <form @submit=${this.#submit}>
        <div class="field">
          <label for="name">${t("field.name")}</label>
          <input id="name" autocomplete="name" maxlength="120" required />
        </div>
        <div class="field">
          <label for="email">${t("field.email")}</label>
          <input id="email" type="email" autocomplete="username" maxlength="254" required />
        </div>
        ${newPassword(this.length, (length) => (this.length = length))}
        ${problemNote(problem)}
        <button class="primary" type="submit" ?disabled=${this.form.busy}>${t("setup.submit")}</button>
      </form>
    </div>`;
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    const setup = {
      token: this.token,
      name: this.find("#name").value.trim(),
      email: this.find("#email").value.trim(),
      password: this.find("#password").value,
    };
    this.want("set-up", { setup });
  }
}

customElements.define("hr-setup", SetupView);
