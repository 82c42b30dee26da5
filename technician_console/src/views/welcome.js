// Behind the link that an admin gave: its owner chooses a password, once, and is signed in.
import { css, html } from "../../../static/vendor/lit.js";
import { t } from "../i18n.js";
import { View } from "./base.js";
import { problemNote } from "./parts.js";
import { shared } from "./styles.js";

const SHORTEST_PASSWORD = 12;

export class WelcomeView extends View {
  static properties = { form: { attribute: false }, token: {} };
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
          />
          <p id="length" class="hint">${t("setup.password_hint", { count: SHORTEST_PASSWORD })}</p>
        </div>
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
