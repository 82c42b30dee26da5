// The form that makes the first admin, behind the one-time link that the broker printed.
import { css, html } from "../../../static/vendor/lit.js";
import { t } from "../i18n.js";
import { View } from "./base.js";
import { problemNote } from "./parts.js";
import { shared } from "./styles.js";

const SHORTEST_PASSWORD = 12;

export class SetupView extends View {
  static properties = { form: { attribute: false }, token: {}, length: { state: true } };
  static styles = [
    ...shared,
    css`
      .card {
        width: min(27rem, 100%);
        margin: clamp(1rem, 6vh, 5rem) auto 0;
        padding: 1.75rem;
      }
      form {
        display: grid;
        gap: 1.1rem;
        margin-top: 1.3rem;
      }
      h1 + p {
        margin-top: 0.5rem;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../app.js").AppState["form"]} */
    this.form = { busy: false, problem: null };
    this.token = "";
    this.length = 0;
  }

  firstUpdated() {
    this.find("#name").focus();
  }

  render() {
    // A setup link that was used answers 404 like any unknown address: say what that means here.
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
        <div class="field">
          <label for="password">${t("field.password")}</label>
          <input
            id="password"
            type="password"
            autocomplete="new-password"
            minlength=${SHORTEST_PASSWORD}
            maxlength="256"
            required
            aria-describedby="length"
            @input=${this.#measure}
          />
          <p id="length" class="hint">${this.#lengthHint()}</p>
        </div>
        ${problemNote(problem)}
        <button class="primary" type="submit" ?disabled=${this.form.busy}>${t("setup.submit")}</button>
      </form>
    </div>`;
  }

  #lengthHint() {
    const missing = SHORTEST_PASSWORD - this.length;
    return missing > 0 && this.length > 0
      ? t("setup.characters_missing", { count: missing })
      : t("setup.password_hint", { count: SHORTEST_PASSWORD });
  }

  /** @param {InputEvent} event */
  #measure(event) {
    this.length = /** @type {HTMLInputElement} */ (event.target).value.length;
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
