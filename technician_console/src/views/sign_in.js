// The sign-in form.
import { css, html, nothing } from "../../../static/vendor/lit.js";
import { brandName } from "../brand.js";
import { t } from "../i18n.js";
import { View } from "./base.js";
import { icon, problemNote } from "./parts.js";
import { shared } from "./styles.js";

export class SignInView extends View {
  static properties = { form: { attribute: false }, capsLock: { state: true } };
  static styles = [
    ...shared,
    css`
      .card {
        width: min(24rem, 100%);
        margin: clamp(1rem, 9vh, 7rem) auto 0;
        padding: 1.75rem;
      }
      form {
        display: grid;
        gap: 1.1rem;
        margin-top: 1.3rem;
      }
      .warn {
        color: var(--warn);
        font-size: 0.9rem;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../app.js").AppState["form"]} */
    this.form = { busy: false, problem: null };
    this.capsLock = false;
  }

  firstUpdated() {
    this.find("#email").focus();
  }

  render() {
    return html`<div class="card">
      <h1>${t("sign_in.title", { name: brandName() })}</h1>
      <form @submit=${this.#submit} novalidate>
        <div class="field">
          <label for="email">${t("field.email")}</label>
          <input id="email" name="email" type="email" autocomplete="username" inputmode="email" autocapitalize="none" spellcheck="false" required />
        </div>
        <div class="field">
          <label for="password">${t("field.password")}</label>
          <input
            id="password"
            name="password"
            type="password"
            autocomplete="current-password"
            required
            @keydown=${this.#watchCapsLock}
            @keyup=${this.#watchCapsLock}
            @blur=${() => (this.capsLock = false)}
          />
          ${this.capsLock ? html`<p class="warn">${icon("info")} ${t("sign_in.caps_lock")}</p>` : nothing}
        </div>
        ${problemNote(this.form.problem)}
        <button class="primary" type="submit" ?disabled=${this.form.busy}>${t("sign_in.submit")}</button>
      </form>
    </div>`;
  }

  /** @param {KeyboardEvent} event */
  #watchCapsLock(event) {
    this.capsLock = event.getModifierState("CapsLock");
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    const email = this.find("#email");
    const password = this.find("#password");
    const missing = [email, password].find((field) => field.value === "");
    if (missing) missing.focus();
    else this.want("sign-in", { email: email.value.trim(), password: password.value });
  }
}

customElements.define("hr-sign-in", SignInView);
