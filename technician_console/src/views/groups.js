// Groups, for admins: who is in which, and what their sessions may do at most.
import { css, html, nothing, repeat } from "../../../static/vendor/lit.js";
import { t } from "../i18n.js";
import { policyLines } from "../policy.js";
import { adminStyles } from "./admin_styles.js";
import { AdminView } from "./admin_view.js";
import { icon, problemNote } from "./parts.js";
import "./group_form.js";

/** @typedef {import("../protocol.js").GroupView} GroupView */

export class GroupsView extends AdminView {
  static styles = [
    ...adminStyles,
    css`
      .groups {
        display: grid;
        gap: 1rem;
        list-style: none;
      }
      .groups > li {
        display: grid;
        gap: 0.8rem;
        padding: 1.1rem;
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
        align-items: center;
      }
      .head h2 {
        margin-right: auto;
        overflow-wrap: anywhere;
      }
      .policy {
        padding-left: 1.2rem;
      }
      .members {
        display: flex;
        flex-wrap: wrap;
        gap: 0.4rem;
        list-style: none;
      }
      .members li {
        display: inline-flex;
        gap: 0.1rem;
        align-items: center;
        padding-left: 0.7rem;
        border-radius: 99px;
        background: var(--sunken);
      }
      .members button {
        border-radius: 99px;
      }
      .add {
        display: flex;
        gap: 0.5rem;
        max-width: 24rem;
      }
    `,
  ];

  render() {
    const { groups, loaded, problem, draft } = this.admin;
    return html`<header>
        <h1>${t("nav.groups")}</h1>
        <button class="primary" @click=${() => this.want("admin.draft", { id: null })}>${icon("plus")}${t("groups.new")}</button>
      </header>
      <p class="about muted">${t("groups.about")}</p>
      ${draft ? nothing : problemNote(problem)}
      ${loaded && !problem && groups.length === 0 ? this.#lesson() : nothing}
      <ul class="groups" aria-busy=${!loaded}>
        ${repeat(groups, (group) => group.group_id, (group) => this.#group(group))}
      </ul>
      ${draft ? this.#form(groups.find(({ group_id: id }) => id === draft.id) ?? null) : nothing}`;
  }

  #lesson() {
    return html`<div class="card empty">
      <h2>${t("groups.empty_title")}</h2>
      <p>${t("groups.empty_1")}</p>
      <p>${t("groups.empty_2")}</p>
    </div>`;
  }

  /** @param {GroupView} group */
  #group(group) {
    const { group_id: id, name } = group;
    return html`<li class="card">
      <div class="head">
        <h2>${name}</h2>
        <button class="compact" aria-label=${t("groups.change_one", { name })} @click=${() => this.want("admin.draft", { id })}>
          ${icon("pencil")}${t("groups.change")}
        </button>
        ${this.twice(id, t("groups.delete"), t("groups.delete_sure"), () => this.want("admin.group.delete", { id }))}
      </div>
      <ul class="policy small">
        ${policyLines(group.policy).map((line) => html`<li>${line}</li>`)}
      </ul>
      ${this.#members(group)}
    </li>`;
  }

  /** @param {GroupView} group */
  #members({ group_id: id, name, members }) {
    const { accounts, busy } = this.admin;
    const inside = accounts.filter((account) => members.includes(account.account_id));
    const outside = accounts.filter((account) => !members.includes(account.account_id) && account.role !== "auditor" && !account.disabled);
    return html`${inside.length === 0 ? html`<p class="muted small">${t("groups.nobody")}</p>` : nothing}
      <ul class="members" ?hidden=${inside.length === 0}>
        ${repeat(
          inside,
          (account) => account.account_id,
          (account) => html`<li>
            ${account.name}
            <button
              class="plain compact"
              ?disabled=${busy}
              title=${t("groups.remove", { name: account.name })}
              aria-label=${t("groups.remove", { name: account.name })}
              @click=${() => this.want("admin.member.remove", { id, accountId: account.account_id })}
            >
              ${icon("x")}
            </button>
          </li>`,
        )}
      </ul>
      ${outside.length === 0
        ? nothing
        : html`<form class="add" @submit=${(/** @type {SubmitEvent} */ event) => this.#add(event, id)}>
            <select aria-label=${t("groups.add_to", { name })}>
              ${outside.map((account) => html`<option value=${account.account_id}>${account.name} · ${account.email}</option>`)}
            </select>
            <button type="submit" ?disabled=${busy}>${icon("plus")}${t("groups.add")}</button>
          </form>`}`;
  }

  /** @param {GroupView | null} group */
  #form(group) {
    const { busy, problem } = this.admin;
    return html`<dialog aria-labelledby="title" @cancel=${this.leave}>
      <h2 id="title">${group ? t("groups.change_one", { name: group.name }) : t("groups.new")}</h2>
      <hr-group-form .group=${group} .problem=${problem} ?busy=${busy}></hr-group-form>
    </dialog>`;
  }

  /** @param {SubmitEvent} event @param {string} id */
  #add(event, id) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const select = /** @type {HTMLSelectElement} */ (form.querySelector("select"));
    this.want("admin.member.add", { id, accountId: select.value });
  }
}

customElements.define("hr-groups", GroupsView);
