// Accounts, for admins: who may sign in as what, the link by which somebody new chooses a password, and how a
// person's rights are taken away.
import { css, html, nothing, repeat } from "../../../static/vendor/lit.js";
import { t } from "../i18n.js";
import { Role } from "../protocol.js";
import { adminStyles } from "./admin_styles.js";
import { AdminView } from "./admin_view.js";
import { icon, problemNote } from "./parts.js";

/** @typedef {import("../protocol.js").AccountEntry} AccountEntry */

export class AccountsView extends AdminView {
  static styles = [
    ...adminStyles,
    css`
      .disabled .what {
        opacity: 0.65;
      }
    `,
  ];

  render() {
    const { accounts, loaded, problem, draft } = this.admin;
    return html`<header>
        <h1>${t("nav.accounts")}</h1>
        <button class="primary" @click=${() => this.want("admin.draft", { id: null })}>${icon("plus")}${t("accounts.new")}</button>
      </header>
      <p class="about muted">${t("accounts.about")}</p>
      ${draft ? nothing : problemNote(problem)}
      ${loaded && !problem && accounts.length < 2 ? html`<div class="card empty"><p>${t("accounts.empty")}</p></div>` : nothing}
      <ul class="card list" ?hidden=${accounts.length === 0} aria-busy=${!loaded}>
        ${repeat(accounts, (account) => account.account_id, (account) => this.#row(account))}
      </ul>
      ${draft ? this.#form(accounts.find(({ account_id: id }) => id === draft.id) ?? null) : this.secret()}`;
  }

  /** @param {AccountEntry} account */
  #row(account) {
    const { account_id: id, name, email, role, disabled } = account;
    const groups = this.admin.groups.filter(({ members }) => members.includes(id)).map((group) => group.name);
    return html`<li class=${disabled ? "disabled" : ""}>
      <div class="what">
        <p><span class="name">${name}</span> <span class="muted">${email}</span></p>
        ${groups.length > 0 ? html`<p class="muted small">${groups.join(", ")}</p>` : nothing}
      </div>
      ${disabled ? html`<span class="badge bad">${t("accounts.disabled")}</span>` : nothing}
      <span class="badge">${t(`role.${role}`)}</span>
      ${id === this.me
        ? html`<span class="muted small">${t("accounts.you")}</span>`
        : html`<button class="compact" aria-label=${t("accounts.change_one", { name })} @click=${() => this.want("admin.draft", { id })}>
            ${icon("pencil")}${t("accounts.change")}
          </button>`}
    </li>`;
  }

  /** @param {AccountEntry | null} account null: a new one */
  #form(account) {
    const { busy, problem } = this.admin;
    return html`<dialog aria-labelledby="title" @cancel=${this.leave}>
      <h2 id="title">${account ? account.name : t("accounts.new")}</h2>
      <form @submit=${this.#submit} novalidate>
        ${account ? html`<p class="muted">${account.email}</p>` : this.#who()}
        ${this.#roles(account?.role ?? "technician")}
        ${problemNote(problem === "conflict" ? "email_taken" : problem)}
        <div class="actions">
          <button type="button" @click=${this.leave}>${t("action.cancel")}</button>
          <button class="primary" type="submit" ?disabled=${busy}>${t(account ? "accounts.save_role" : "accounts.make")}</button>
        </div>
      </form>
      ${account ? this.#more(account) : nothing}
    </dialog>`;
  }

  #who() {
    return html`<div class="field">
        <label for="name">${t("field.name")}</label>
        <input id="name" autocomplete="off" maxlength="120" aria-describedby="name-hint" />
        <p id="name-hint" class="hint">${t("accounts.name_hint")}</p>
      </div>
      <div class="field">
        <label for="email">${t("field.email")}</label>
        <input id="email" type="email" autocomplete="off" maxlength="254" />
      </div>`;
  }

  /** @param {string} chosen */
  #roles(chosen) {
    return html`<fieldset>
      <legend>${t("accounts.role")}</legend>
      ${Object.values(Role).map(
        (role) => html`<label class="choice">
          <input type="radio" name="role" value=${role} ?checked=${role === chosen} />
          <span>${t(`role.${role}`)}<span class="hint">${t(`role_hint.${role}`)}</span></span>
        </label>`,
      )}
    </fieldset>`;
  }

  /** @param {AccountEntry} account */
  #more({ account_id: id, disabled }) {
    const { busy } = this.admin;
    return html`<div class="stack">
      <p class="hint">${t("accounts.revoke_hint")}</p>
      <div class="actions">
        <button type="button" class="compact" ?disabled=${busy} @click=${() => this.want("admin.account.link", { id })}>${t("accounts.link")}</button>
        ${this.twice("out", t("accounts.sign_out"), t("accounts.sign_out_sure"), () => this.want("admin.account.sign-out", { id }))}
        ${disabled
          ? html`<button type="button" class="compact" ?disabled=${busy} @click=${() => this.want("admin.account.enable", { id })}>${t("accounts.enable")}</button>`
          : this.twice("off", t("accounts.disable"), t("accounts.disable_sure"), () => this.want("admin.account.disable", { id }))}
      </div>
    </div>`;
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    const { draft } = this.admin;
    const role = this.find("input[name=role]:checked").value;
    if (draft?.id) return this.want("admin.account.role", { id: draft.id, role });
    const missing = [this.find("#name"), this.find("#email")].find((input) => input.value.trim() === "");
    if (missing) return missing.focus();
    this.want("admin.account.invite", { account: { name: this.find("#name").value.trim(), email: this.find("#email").value.trim(), role } });
  }
}

customElements.define("hr-accounts", AccountsView);
