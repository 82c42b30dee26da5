// The audit log, for auditors and admins: what to look for, and the records that fit.
import { css, html, nothing, repeat } from "../../../static/vendor/lit.js";
import { NO_AUDIT } from "../audit_desk.js";
import { asked, auditHash, isoMoment, localMoment } from "../audit_filters.js";
import { formatMoment, t } from "../i18n.js";
import { storyHash } from "../router.js";
import { ACTIONS, askedText } from "./audit_words.js";
import { View } from "./base.js";
import { actionText, actorText, detailLines } from "./event_text.js";
import { icon, problemNote } from "./parts.js";
import { shared } from "./styles.js";

/** @typedef {import("../protocol.js").AuditRecordView} AuditRecordView */
/** @typedef {import("../audit_filters.js").Filter} Filter */

const TEXTS = /** @type {const} */ (["ticket", "technician", "end_user", "machine", "address", "file", "text"]);
/** Names that are the same in every language. */
const EXPORTS = [["jsonl", "JSON Lines"], ["csv", "CSV"], ["ecs", "ECS"], ["cef", "CEF"]];
const OUTCOMES = /** @type {const} */ (["success", "refused", "failure"]);

export class AuditView extends View {
  static properties = { audit: { attribute: false } };
  static styles = [
    ...shared,
    css`
      :host {
        max-width: 90rem;
        margin: 0 auto;
      }
      h1 {
        margin-bottom: 0.3rem;
      }
      form.card {
        display: grid;
        gap: 0.9rem;
        padding: 1rem 1.1rem;
        margin: 1rem 0;
      }
      .fields {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(15rem, 100%), 1fr));
        gap: 0.8rem;
      }
      .fields > * {
        grid-template-columns: minmax(0, 1fr);
      }
      .fields input {
        min-width: 0;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 0.6rem;
        align-items: center;
      }
      .saved {
        margin: 0.8rem 0;
      }
      .saved span {
        display: inline-flex;
        max-width: 100%;
      }
      .saved .button {
        min-width: 0;
        padding-block: 0.4rem;
        white-space: normal;
        overflow-wrap: anywhere;
      }
      .saved button {
        flex: none;
      }
      .name {
        max-width: 16rem;
      }
      .frame {
        overflow-x: auto;
      }
      table {
        width: 100%;
        border-collapse: collapse;
      }
      th {
        text-align: left;
        font-weight: 570;
        color: var(--muted);
        white-space: nowrap;
      }
      th,
      td {
        padding: 0.55rem 0.9rem;
        vertical-align: top;
        overflow-wrap: anywhere;
      }
      tbody tr {
        border-top: 1px solid var(--line);
      }
      .when {
        white-space: nowrap;
        font-variant-numeric: tabular-nums;
      }
      .what::first-letter {
        text-transform: uppercase;
      }
      .refused,
      .failure {
        color: var(--danger);
      }
      .noted {
        white-space: pre-wrap;
      }
      .empty {
        display: grid;
        gap: 0.8rem;
        max-width: 46rem;
        padding: clamp(1.2rem, 4vw, 2.4rem);
      }
      .empty ul {
        padding-left: 1.3rem;
        display: grid;
        gap: 0.4rem;
      }
      .exports {
        margin-top: 0.8rem;
      }
      .more {
        margin: 1rem 0;
        text-align: center;
      }
      @media (max-width: 48rem) {
        thead {
          display: none;
        }
        tr,
        td {
          display: block;
        }
        td {
          padding: 0.1rem 0.9rem;
        }
        tr {
          padding: 0.6rem 0;
        }
      }
    `,
  ];

  constructor() {
    super();
    this.audit = NO_AUDIT;
  }

  render() {
    return html`<h1>${t("audit.title")}</h1>
      <p class="muted">${t("audit.about")}</p>
      ${this.#saved()} ${this.#form()} ${this.#problem()}
      ${this.audit.unindexed > 0 ? html`<p class="note warn">${icon("clock")}<span>${t("audit.unindexed", { count: this.audit.unindexed })}</span></p>` : nothing}
      ${this.#results()}`;
  }

  #saved() {
    const { saved } = this.audit;
    if (saved.length === 0) return nothing;
    return html`<nav class="row saved" aria-label=${t("audit.saved")}>
      ${saved.map(
        (one) => html`<span>
          <a class="button" href=${auditHash(one.asked)}>${one.name}</a>
          <button class="plain" title=${t("audit.forget", { name: one.name })} aria-label=${t("audit.forget", { name: one.name })}
            @click=${() => this.want("audit.forget", { name: one.name })}>${icon("x")}</button>
        </span>`,
      )}
    </nav>`;
  }

  #form() {
    const { asked: now } = this.audit;
    return html`<form class="card" role="search" @submit=${this.#ask}>
      <div class="fields">
        ${TEXTS.map((name) => this.#text(name))}
        ${this.#select("action", actionsWith(now.action), actionText)}
        ${this.#select("outcome", OUTCOMES, (value) => t(`outcome.${value}`))}
        ${/** @type {const} */ (["since", "until"]).map(
          (name) => html`<div class="field">
            <label for=${name}>${t(`audit.${name}`)}</label>
            <input id=${name} name=${name} type="datetime-local" .value=${localMoment(now[name])} />
          </div>`,
        )}
        ${now.session ? this.#text("session") : nothing}
      </div>
      <div class="row">
        <button class="primary">${icon("search")}${t("audit.search")}</button>
        <a class="button" href="#/audit">${t("audit.clear")}</a>
        ${askedText(now) ? this.#saving() : nothing}
      </div>
    </form>`;
  }

  #saving() {
    return html`<label class="visually-hidden" for="save-as">${t("audit.save_as")}</label>
      <input id="save-as" class="name" maxlength="60" placeholder=${t("audit.save_as")} @keydown=${this.#saveOnEnter} />
      <button type="button" @click=${this.#save}>${icon("save")}${t("audit.save")}</button>`;
  }

  /** @param {(typeof TEXTS)[number] | "session"} name */
  #text(name) {
    const faulty = this.audit.faulty === name;
    return html`<div class="field">
      <label for=${name}>${t(`audit.${name}`)}</label>
      <input id=${name} name=${name} maxlength="200" autocomplete="off" spellcheck="false" .value=${this.audit.asked[name] ?? ""}
        placeholder=${t(`audit_hint.${name}`)} aria-invalid=${faulty} aria-describedby=${faulty ? "fault" : nothing} />
    </div>`;
  }

  /** @param {"action" | "outcome"} name @param {readonly string[]} values @param {(value: string) => string} words */
  #select(name, values, words) {
    const now = this.audit.asked[name] ?? "";
    const options = values.map((value) => [value, value.split(",").map(words).join(", ")]);
    options.sort(([, one = ""], [, other = ""]) => one.localeCompare(other));
    return html`<div class="field">
      <label for=${name}>${t(`audit.${name}`)}</label>
      <select id=${name} name=${name} .value=${now}>
        <option value="" ?selected=${now === ""}>${t("audit.any")}</option>
        ${options.map(([value, text]) => html`<option value=${value} ?selected=${value === now}>${text}</option>`)}
      </select>
    </div>`;
  }

  #problem() {
    const { faulty, problem } = this.audit;
    if (!faulty) return problemNote(problem);
    return html`<p id="fault" class="note bad" role="alert">${icon("circle-alert")}<span>${t(`audit_fault.${faulty}`)}</span></p>`;
  }

  #results() {
    const { records, busy, loaded, problem, nextCursor } = this.audit;
    if (loaded && !problem && records.length === 0) return this.#lesson();
    return html`<p class="visually-hidden" role="status">${loaded ? t("audit.found", { count: records.length }) : t("audit.searching")}</p>
      ${records.length === 0 ? nothing : html`<div class="card frame"><table aria-busy=${busy}>
        <thead><tr>${["when", "what", "who", "ticket", "details"].map((name) => html`<th scope="col">${t(`audit_column.${name}`)}</th>`)}</tr></thead>
        <tbody>${repeat(records, (record) => record.sequence, row)}</tbody>
      </table></div>`}
      ${records.length === 0 ? nothing : this.#exports()}
      ${busy ? html`<p class="more muted">${t("audit.searching")}</p>` : nothing}
      ${nextCursor && !busy ? html`<p class="more"><button @click=${() => this.want("audit.more")}>${t("audit.more")}</button></p>` : nothing}`;
  }

  #exports() {
    return html`<div class="row exports" role="group" aria-label=${t("audit.export")}>
      <span class="muted">${t("audit.export")}</span>
      ${EXPORTS.map(
        ([format, name]) => html`<button class="compact" ?disabled=${this.audit.exporting} @click=${() => this.want("audit.export", { format })}>
          ${icon("download")}${name}
        </button>`,
      )}
      <span class="muted small" role="status">${this.audit.exporting ? t("audit.exporting") : nothing}</span>
    </div>`;
  }

  #lesson() {
    return html`<div class="card empty" role="status">
      <h2>${t("audit.empty_title")}</h2>
      <ul>
        <li>${t("audit.empty_1")}</li>
        <li>${t("audit.empty_2")}</li>
        <li>${t("audit.empty_3")}</li>
      </ul>
    </div>`;
  }

  /** @param {SubmitEvent} event */
  #ask(event) {
    event.preventDefault();
    const given = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const values = Object.fromEntries([...given].map(([name, value]) => [name, String(value)]));
    const moments = { since: isoMoment(values.since ?? ""), until: isoMoment(values.until ?? "") };
    this.want("audit.ask", { asked: asked({ ...values, ...moments }) });
  }

  #save() {
    const field = this.find("#save-as");
    const name = field.value.trim();
    if (!name) return field.focus();
    field.value = "";
    this.want("audit.save", { name });
  }

  /** Enter in this field saves, and does not search. @param {KeyboardEvent} event */
  #saveOnEnter(event) {
    if (event.key !== "Enter") return;
    event.preventDefault();
    this.#save();
  }
}

/** The list of actions, and those of an address that asks for several. @param {string | undefined} now */
const actionsWith = (now) => (now && !ACTIONS.includes(now) ? [now, ...ACTIONS] : ACTIONS);

/** @param {AuditRecordView} record */
function row(record) {
  const { outcome, ticket_id: ticket, session_id: session } = record;
  return html`<tr>
    <td class="when"><time datetime=${record.recorded_at}>${formatMoment(record.recorded_at)}</time></td>
    <td><p class="what ${outcome}">${actionText(record.action)}${outcome === "success" ? "" : ` (${t(`outcome.${outcome}`)})`}</p></td>
    <td>${actorText(record)}${record.source_address ? html`<p class="small muted">${record.source_address}</p>` : nothing}</td>
    <td>${session ? html`<a href=${storyHash(session)}>${ticket ?? t("audit.session")}</a>` : (ticket ?? "")}</td>
    <td class="small">
      ${record.erased ? html`<p class="muted">${t("audit.erased")}</p>` : nothing}
      ${record.note ? html`<p class="noted">${record.note}</p>` : nothing}
      ${detailLines(record.details).map((line) => html`<p>${line}</p>`)}
      <p class="muted" title=${record.hash}>${t("audit.record", { number: String(record.sequence) })}</p>
    </td>
  </tr>`;
}

customElements.define("hr-audit", AuditView);
