// My sessions (for auditors: everybody's): the list, its filters, and the way to a new one.
import { css, html, nothing, repeat } from "../../../static/vendor/lit.js";
import { formatMoment, t } from "../i18n.js";
import { SessionState } from "../protocol.js";
import { NO_REPORTS } from "../reports_desk.js";
import { takesPart } from "../roles.js";
import { sessionHash } from "../router.js";
import { NO_TEAM } from "../team_desk.js";
import { View } from "./base.js";
import { icon, problemNote, stateText } from "./parts.js";
import { shared } from "./styles.js";
import "./door.js";
import "./new_session.js";
import "./reports.js";

const REFRESH_MS = 10_000;
const TYPING_PAUSE_MS = 300;

export class SessionsView extends View {
  static properties = {
    list: { attribute: false },
    team: { attribute: false },
    reports: { attribute: false },
    account: { attribute: false },
    creating: { type: Boolean },
    form: { attribute: false },
    policy: { attribute: false },
  };
  static styles = [
    ...shared,
    css`
      :host {
        max-width: 70rem;
        margin: 0 auto;
      }
      header {
        display: flex;
        flex-wrap: wrap;
        gap: 0.8rem;
        align-items: center;
        justify-content: space-between;
        margin-bottom: 1.1rem;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 0.6rem;
      }
      .filters {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 15rem);
        gap: 0.8rem;
        margin-bottom: 1rem;
      }
      ul {
        list-style: none;
        overflow: hidden;
      }
      ul li + li {
        border-top: 1px solid var(--line);
      }
      ul a {
        display: grid;
        grid-template-columns: minmax(0, 1.2fr) minmax(0, 1.4fr) auto;
        gap: 0.2rem 1.2rem;
        align-items: center;
        padding: 0.85rem 1.1rem;
        color: inherit;
        text-decoration: none;
      }
      ul a:hover {
        background: var(--sunken);
      }
      ul a:focus-visible {
        outline-offset: -3px;
      }
      .ticket {
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      .state {
        display: inline-flex;
        gap: 0.5rem;
        align-items: center;
      }
      .state span:last-child::first-letter,
      .capital::first-letter {
        text-transform: uppercase;
      }
      .dot {
        width: 0.6rem;
        height: 0.6rem;
        border-radius: 50%;
        flex: none;
        background: var(--accent);
      }
      .dot.connected {
        background: var(--good);
      }
      .dot.ended {
        background: none;
        border: 2px solid var(--line-strong);
      }
      .empty {
        padding: clamp(1.5rem, 5vw, 3rem);
        display: grid;
        gap: 1.1rem;
        max-width: 46rem;
      }
      .empty ol {
        display: grid;
        gap: 0.7rem;
        padding-left: 1.4rem;
      }
      .more {
        margin-top: 1rem;
        text-align: center;
      }
      @media (max-width: 44rem) {
        ul a {
          grid-template-columns: 1fr;
        }
        .filters {
          grid-template-columns: 1fr;
        }
      }
    `,
  ];
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #refresh;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #typing;

  constructor() {
    super();
    /** @type {import("../app.js").AppState["list"]} */
    this.list = { sessions: [], nextCursor: null, filters: { ticket: "", state: "" }, loaded: false, problem: null };
    this.team = NO_TEAM;
    this.reports = NO_REPORTS;
    /** @type {import("../protocol.js").AccountView | null} */
    this.account = null;
    this.creating = false;
    /** @type {import("../protocol.js").OwnPolicy | null} */
    this.policy = null;
    /** @type {import("../app.js").AppState["form"]} */
    this.form = { busy: false, problem: null };
  }

  connectedCallback() {
    super.connectedCallback();
    if (takesPart(this.account)) this.want("team.door");
    this.want("reports.load");
    this.#refresh = setInterval(() => this.#refreshIfIdle(), REFRESH_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.#refresh);
    clearTimeout(this.#typing);
  }

  render() {
    return html`<header>
        <h1>${t(takesPart(this.account) ? "sessions.title" : "sessions.title_all")}</h1>
        ${takesPart(this.account) ? this.#actions() : nothing}
      </header>
      <hr-reports .reports=${this.reports} ?only-reads=${this.account?.role !== "admin"}></hr-reports>
      ${takesPart(this.account) ? html`<hr-door .team=${this.team} .accountId=${this.account?.account_id ?? ""}></hr-door>` : nothing}
      ${this.#isEmpty() ? this.#lesson() : html`${this.#filters()} ${this.#rows()}`}
      ${problemNote(this.list.problem)}
      ${this.creating ? html`<hr-new-session .form=${this.form} .policy=${this.policy}></hr-new-session>` : nothing}`;
  }

  /** Whether there is no session at all, rather than none that a filter lets through. */
  #isEmpty() {
    const { sessions, filters, loaded, problem } = this.list;
    return loaded && !problem && sessions.length === 0 && filters.ticket === "" && filters.state === "";
  }

  #actions() {
    return html`<div class="actions">
      <button @click=${() => this.want("connection.test")}>${icon("wifi")}${t("connection.test")}</button>
      <button @click=${() => this.want("replies.open")}>${icon("message-square")}${t("replies.title")}</button>
      <button class="primary" @click=${() => this.want("new.open")}>${icon("plus")}${t("sessions.new")}</button>
    </div>`;
  }

  #lesson() {
    if (!takesPart(this.account)) return html`<div class="card empty"><p>${t("sessions.empty_all")}</p></div>`;
    return html`<div class="card empty">
      <h2>${t("sessions.empty_title")}</h2>
      <ol>
        <li>${t("sessions.empty_1")}</li>
        <li>${t("sessions.empty_2")}</li>
        <li>${t("sessions.empty_3")}</li>
        <li>${t("sessions.empty_4")}</li>
      </ol>
    </div>`;
  }

  #filters() {
    const { filters } = this.list;
    return html`<div class="filters">
      <div class="field">
        <label for="search">${t("sessions.search")}</label>
        <input id="search" type="search" .value=${filters.ticket} placeholder=${t("sessions.search_hint")} @input=${this.#typed} />
      </div>
      <div class="field">
        <label for="state">${t("sessions.state")}</label>
        <select id="state" @change=${this.#filter}>
          <option value="" ?selected=${filters.state === ""}>${t("sessions.any_state")}</option>
          ${Object.values(SessionState).map(
            (state) => html`<option value=${state} ?selected=${filters.state === state}>${t(`state.${state}`)}</option>`,
          )}
        </select>
      </div>
    </div>`;
  }

  #rows() {
    const { sessions, nextCursor, loaded } = this.list;
    if (loaded && sessions.length === 0) return html`<p class="muted">${t("sessions.none_match")}</p>`;
    return html`<ul class="card" aria-busy=${!loaded}>
        ${repeat(sessions, (session) => session.session_id, row)}
      </ul>
      ${nextCursor ? html`<p class="more"><button @click=${() => this.want("list.more")}>${t("sessions.more")}</button></p>` : nothing}`;
  }

  #typed() {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#filter(), TYPING_PAUSE_MS);
  }

  #filter() {
    this.want("list.filter", { filters: { ticket: this.find("#search").value.trim(), state: this.find("#state").value } });
  }

  /** Not while older pages are shown: a refresh would fold them away. */
  #refreshIfIdle() {
    if (!document.hidden && takesPart(this.account)) this.want("team.door");
    if (!document.hidden) this.want("reports.load");
    if (!document.hidden && !this.creating && this.list.sessions.length <= 50) this.want("list.refresh");
  }
}

/** @param {import("../protocol.js").SessionView} session */
function row(session) {
  return html`<li>
    <a href=${sessionHash(session.session_id)}>
      <span class="ticket">${session.ticket_id}</span>
      <span class="state">
        <span class="dot ${session.state}"></span>
        <span>${stateText(session)}${session.machine ? html` <span class="muted">· ${session.machine}</span>` : nothing}</span>
      </span>
      <span class="muted small">${formatMoment(session.created_at)}</span>
    </a>
  </li>`;
}

customElements.define("hr-sessions", SessionsView);
