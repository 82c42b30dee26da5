// API tokens: one's own, or everybody's for an admin; made here, and told once.
import { html, nothing, repeat } from "../../../static/vendor/lit.js";
import { formatMoment, t } from "../i18n.js";
import { adminStyles } from "./admin_styles.js";
import { AdminView } from "./admin_view.js";
import { icon, problemNote } from "./parts.js";

/** @typedef {import("../protocol.js").TokenView} TokenView */
/** @typedef {import("../protocol.js").Scope} Scope */

const DAYS = [7, 30, 90, 365];
const USUAL_DAYS = 30;

/** The words of a scope: `sessions.read` has a dot of its own. @param {Scope} scope */
const scopeKey = (scope) => scope.replace(".", "_");

export class TokensView extends AdminView {
  static properties = { ...AdminView.properties, unnamed: { state: true }, nothingChosen: { state: true } };
  static styles = adminStyles;

  constructor() {
    super();
    this.unnamed = false;
    this.nothingChosen = false;
  }

  render() {
    const { tokens, loaded, problem, draft } = this.admin;
    return html`<header>
        <h1>${t("nav.tokens")}</h1>
        <button class="primary" @click=${() => this.want("admin.draft", { id: null })}>${icon("plus")}${t("tokens.new")}</button>
      </header>
      <p class="about muted">${t("tokens.about")}</p>
      ${draft ? nothing : problemNote(problem)}
      ${loaded && !problem && tokens.length === 0 ? this.#lesson() : nothing}
      <ul class="card list" ?hidden=${tokens.length === 0} aria-busy=${!loaded}>
        ${repeat(tokens, (token) => token.token_id, (token) => this.#row(token))}
      </ul>
      ${draft ? this.#form() : this.secret()}`;
  }

  #lesson() {
    return html`<div class="card empty">
      <h2>${t("tokens.empty_title")}</h2>
      <p>${t("tokens.empty_1")}</p>
      <p class="secret">curl -H "Authorization: Bearer hrt_…" ${location.origin}/api/v1/sessions</p>
    </div>`;
  }

  /** @param {TokenView} token */
  #row({ token_id: id, name, account_id: owner, account_name: whose, scopes, expires_at: until, last_used_at: used, valid }) {
    return html`<li>
      <div class="what">
        <p><span class="name">${name}</span>${owner === this.me ? nothing : html` <span class="muted">${whose}</span>`}</p>
        <p class="small">${scopes.map((scope) => t(`scope.${scopeKey(scope)}`)).join(", ")}</p>
        <p class="muted small">
          ${t("tokens.until", { time: formatMoment(until) })} · ${used ? t("tokens.used", { time: formatMoment(used) }) : t("tokens.never_used")}
        </p>
      </div>
      ${valid ? nothing : html`<span class="badge bad">${t("tokens.over")}</span>`}
      ${this.twice(id, t("tokens.delete"), t("tokens.delete_sure"), () => this.want("admin.token.delete", { id }))}
    </li>`;
  }

  #form() {
    const { scopes, busy, problem } = this.admin;
    return html`<dialog aria-labelledby="title" @cancel=${this.leave}>
      <h2 id="title">${t("tokens.new")}</h2>
      <form @submit=${this.#submit}>
        <div class="field">
          <label for="name">${t("tokens.name")}</label>
          <input id="name" autocomplete="off" maxlength="80" aria-invalid=${this.unnamed} aria-describedby="name-hint" />
          <p id="name-hint" class=${this.unnamed ? "fault" : "hint"} aria-live="polite">${t(this.unnamed ? "tokens.name_missing" : "tokens.name_hint")}</p>
        </div>
        <fieldset aria-describedby="scopes-hint">
          <legend>${t("tokens.scopes")}</legend>
          ${scopes.map(
            (scope) => html`<label class="choice">
              <input type="checkbox" name="scope" value=${scope} />
              <span>${t(`scope.${scopeKey(scope)}`)}<span class="hint">${t(`scope_hint.${scopeKey(scope)}`)}</span></span>
            </label>`,
          )}
        </fieldset>
        <p id="scopes-hint" class=${this.nothingChosen ? "fault" : "hint"} aria-live="polite">
          ${t(this.nothingChosen ? "tokens.scopes_missing" : "tokens.scopes_hint")}
        </p>
        <div class="field">
          <label for="days">${t("tokens.days")}</label>
          <select id="days">
            ${DAYS.map((days) => html`<option value=${days} ?selected=${days === USUAL_DAYS}>${t("tokens.for_days", { count: days })}</option>`)}
          </select>
        </div>
        ${problemNote(problem === "conflict" ? "tokens_full" : problem)}
        <div class="actions">
          <button type="button" @click=${this.leave}>${t("action.cancel")}</button>
          <button class="primary" type="submit" ?disabled=${busy}>${t("tokens.make")}</button>
        </div>
      </form>
    </dialog>`;
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    const name = this.find("#name").value.trim();
    const scopes = this.admin.scopes.filter((scope) => this.find(`input[value="${scope}"]`).checked);
    this.unnamed = name === "";
    this.nothingChosen = scopes.length === 0;
    if (this.unnamed) return this.find("#name").focus();
    if (this.nothingChosen) return this.find("input[name=scope]").focus();
    this.want("admin.token.make", { token: { name, scopes, days: Number(this.find("#days").value) } });
  }
}

customElements.define("hr-tokens", TokensView);
