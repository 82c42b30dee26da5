// One session: who and what on top, the remote screen (or the code, or the summary), and beside it
// the chat and the history.
import { css, html, nothing } from "../../../static/vendor/lit.js";
import { t } from "../i18n.js";
import { NOTHING_KEPT } from "../kept_chat.js";
import { fieldValues } from "../replies.js";
import { statusKey } from "../status.js";
import { TAB_WORDS, TABS, tabsOf } from "../side_tabs.js";
import { isInCharge, otherHands, standing } from "../company.js";
import { NO_TEAM } from "../team_desk.js";
import { View } from "./base.js";
import { newsText } from "./file_words.js";
import { doubtText, icon } from "./parts.js";
import { ICONS, shared } from "./styles.js";
import "./chat_panel.js";
import "./code_card.js";
import "./connection_note.js";
import "./end_button.js";
import "./files_panel.js";
import "./history_panel.js";
import "./outside.js";
import "./people_panel.js";
import "./remote_screen.js";
import "./session_notes.js";
import "./session_summary.js";
import "./trust_line.js";

/** @typedef {import("../side_tabs.js").Tab} Tab */

/** Which look the state has, beside its words. @type {Record<string, string>} */
const TONES = {
  connected: "good", elsewhere: "quiet", outside: "quiet", paused: "warn", reconnecting: "warn", failed: "bad",
  unrecovered: "bad", ended: "quiet",
};

export class SessionPage extends View {
  static properties = {
    live: { attribute: false },
    picture: { attribute: false },
    code: { attribute: false },
    form: { attribute: false },
    history: { attribute: false },
    team: { attribute: false },
    report: { attribute: false },
    replies: { attribute: false },
    kept: { attribute: false },
    organisation: {},
    tab: { state: true },
  };
  static styles = [
    ...shared,
    css`
      :host {
        display: grid;
        grid-template-rows: auto minmax(0, 1fr);
        min-height: 0;
      }
      .top {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem 1rem;
        align-items: center;
        padding: 0.6rem clamp(0.8rem, 2.5vw, 1.6rem);
        background: var(--surface);
        border-bottom: 1px solid var(--line);
      }
      .title {
        display: flex;
        flex-wrap: wrap;
        gap: 0.1rem 0.7rem;
        align-items: baseline;
        min-width: 0;
      }
      .machine {
        max-width: clamp(8rem, 16vw, 18rem);
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      h1 {
        font-size: 1.15rem;
        overflow-wrap: anywhere;
      }
      .status {
        display: inline-flex;
        gap: 0.5rem;
        align-items: center;
        padding: 0.25rem 0.75rem;
        border-radius: 99px;
        background: var(--accent-wash);
        font-weight: 570;
      }
      .status::before {
        content: "";
        width: 0.6rem;
        height: 0.6rem;
        border-radius: 50%;
        background: currentColor;
      }
      .status.good {
        background: var(--good-wash);
        color: var(--good);
      }
      .status.warn {
        background: var(--warn-wash);
        color: var(--warn);
      }
      .status.bad {
        background: var(--danger-wash);
        color: var(--danger);
      }
      .status.quiet {
        background: var(--sunken);
        color: var(--muted);
      }
      hr-end-button {
        margin-left: auto;
      }
      .body {
        display: grid;
        grid-template-columns: minmax(0, 1fr) clamp(18rem, 24vw, 26rem);
        min-height: 0;
      }
      .stage {
        display: grid;
        grid-template-rows: auto minmax(0, 1fr);
        min-width: 0;
        min-height: 0;
        overflow: auto;
      }
      .hands {
        display: inline-flex;
        gap: 0.4rem;
        align-items: center;
        max-width: 16rem;
        font-size: 0.92rem;
        font-weight: 570;
        line-height: 1.2;
      }
      .all-icons {
        position: absolute;
        visibility: hidden;
        width: 0;
        height: 0;
        overflow: hidden;
      }
      .padded {
        padding: clamp(0.9rem, 2.5vw, 1.8rem);
      }
      aside {
        display: grid;
        grid-template: auto minmax(0, 1fr) / minmax(0, 1fr);
        min-height: 0;
        min-width: 0;
        background: var(--surface);
        border-left: 1px solid var(--line);
      }
      /* One line in whatever language, however much waits: the numbers stand over the words. */
      .tabs {
        display: flex;
        container-type: inline-size;
        border-bottom: 1px solid var(--line);
      }
      .tabs button {
        position: relative;
        align-items: end;
        flex: 1 1 auto;
        padding: 0 0.35rem 0.45rem;
        font-size: clamp(0.8rem, 5cqi, 0.92rem);
        border: 0;
        border-radius: 0;
        border-bottom: 3px solid transparent;
        background: none;
        min-height: 2.8rem;
      }
      .tabs button[aria-selected="true"] {
        border-bottom-color: var(--accent);
        color: var(--accent);
      }
      .tabs button:focus-visible {
        outline-offset: -3px;
      }
      .badge {
        position: absolute;
        top: 0.1rem;
        right: 0.2rem;
        min-width: 1.4em;
        padding: 0 0.4em;
        border-radius: 99px;
        background: var(--accent);
        color: var(--on-accent);
        font-size: 0.7rem;
        line-height: 1.35;
      }
      .panel {
        min-height: 0;
        overflow: hidden;
      }
      @media (max-width: 56rem) {
        .body {
          grid-template-columns: 1fr;
        }
        aside {
          border-left: 0;
          border-top: 1px solid var(--line);
        }
        .panel {
          height: min(60dvh, 28rem);
        }
        hr-remote-screen {
          height: 62dvh;
        }
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../session.js").LiveState | null} */
    this.live = null;
    /** @type {import("../live_session.js").Picture | null} */
    this.picture = null;
    /** @type {import("../code_memory.js").RememberedCode | null} */
    this.code = null;
    /** @type {import("../app.js").AppState["form"]} */
    this.form = { busy: false, problem: null };
    /** @type {import("../app.js").AppState["history"]} */
    this.history = { events: [], loaded: false, problem: null };
    /** @type {import("../replies_desk.js").RepliesState | null} */
    this.replies = null;
    /** @type {import("../kept_chat.js").KeptChat} */
    this.kept = NOTHING_KEPT;
    this.organisation = "";
    this.team = NO_TEAM;
    /** What admins see of it, when somebody did not trust the session. @type {import("../protocol.js").ReportView | null} */
    this.report = null;
    /** @type {Tab} */
    this.tab = "chat";
  }

  /** What the technician sends is shown where it is listed. @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    const before = /** @type {import("../session.js").LiveState | null | undefined} */ (changed.get("live"));
    const [newest] = this.live?.files.transfers ?? [];
    const isNew = newest?.direction === "send" && !before?.files.transfers.some(({ id }) => id === newest.id);
    if ((before && isNew) || (this.live?.files.problem && !before?.files.problem)) this.tab = "files";
  }

  render() {
    const live = this.live;
    const session = live?.session;
    if (!live || !session) return nothing;
    const hands = otherHands(live);
    const tabs = tabsOf(live);
    return html`<div class="top">
        <div class="title">
          <h1>${session.ticket_id}</h1>
          ${session.machine ? html`<span class="muted machine" title=${session.machine}>${session.machine}</span>` : nothing}
        </div>
        ${this.#status(live)}
        ${session.state === "ended" || !["in", "asking"].includes(standing(live)) ? nothing : html`<hr-trust .trust=${live.trust}></hr-trust>`}
        ${hands ? html`<span class="hands">${icon("user")}<span>${t("people.other_hands", { name: hands })}</span></span>` : nothing}
        ${session.state === "ended" || !isInCharge(live) ? nothing : html`<hr-end-button ?busy=${this.form.busy}></hr-end-button>`}
      </div>
      <div class="body">
        <div class="stage">
          <hr-session-notes
            .live=${live}
            .form=${this.form}
            .teamProblem=${this.tab === "people" ? null : this.team.problem}
          ></hr-session-notes>
          ${this.#main(live, session)}
        </div>
        ${tabs.length > 0 ? this.#side(live, session, tabs) : nothing}
      </div>
      <div class="all-icons" aria-hidden="true">${ICONS.map(icon)}</div>`;
  }

  /** @param {import("../session.js").LiveState} live */
  #status(live) {
    const key = statusKey(live);
    const reason = live.session?.end_reason;
    const words = key === "ended" && reason ? t("status.ended", { reason: t(`ended.${reason}`) }) : t(`status.${key}`);
    return html`<div class="status ${TONES[key] ?? ""}" role="status" aria-label=${t("status.label")}><span>${words}</span></div>`;
  }

  /** @param {import("../session.js").LiveState} live @param {import("../protocol.js").SessionView} session */
  #main(live, session) {
    const where = standing(live);
    if (where !== "in") return html`<div class="padded"><hr-outside .live=${live} .where=${where} .team=${this.team}></hr-outside></div>`;
    if (session.state === "waiting") {
      return html`<div class="padded">
        <hr-code-card .code=${this.code} .session=${session} .clockOffsetMs=${live.clockOffsetMs} .form=${this.form}></hr-code-card>
        <hr-connection .live=${live}></hr-connection>
      </div>`;
    }
    if (session.state === "ended") {
      return html`<div class="padded"><hr-session-summary .session=${session} .explanation=${live.explanation} .doubt=${doubtText(live)} .report=${this.report} .form=${this.form}></hr-session-summary></div>`;
    }
    if (session.state === "joined") return this.#asking(live, session);
    return html`<hr-remote-screen .live=${live} .picture=${this.picture}></hr-remote-screen>`;
  }

  /** @param {import("../session.js").LiveState} live @param {import("../protocol.js").SessionView} session */
  #asking(live, session) {
    return html`<div class="padded">
      <h2>${t("asking.title", { machine: session.machine ?? t("asking.some_machine") })}</h2>
      <p class="muted">${t("asking.explanation")}</p>
      <hr-connection .live=${live}></hr-connection>
    </div>`;
  }

  /**
   * @param {import("../session.js").LiveState} live
   * @param {import("../protocol.js").SessionView} session
   * @param {readonly Tab[]} tabs
   */
  #side(live, session, tabs) {
    const shown = tabs.includes(this.tab) ? this.tab : tabs[0];
    const unsaved = live.files.transfers.reduce((sum, transfer) => sum + transfer.unsaved, 0);
    /** @type {Partial<Record<Tab, number>>} */
    const waiting = { chat: shown === "chat" ? 0 : live.chat.unread, files: unsaved, people: (session.guests ?? []).length };
    return html`<aside>
      <div class="tabs" role="tablist" @keydown=${this.#arrow}>
        ${tabs.map((name) => this.#tab(name, name === shown, waiting[name] ?? 0))}
      </div>
      <p class="visually-hidden" aria-live="polite">${live.files.news ? newsText(live.files.news) : nothing}</p>
      <div class="panel" role="tabpanel" aria-labelledby="tab-${shown}">
        <hr-chat-panel
          ?hidden=${shown !== "chat"}
          ?visible=${shown === "chat"}
          .live=${live}
          .replies=${this.replies}
          .kept=${this.kept}
          .values=${fieldValues(live, session, this.organisation)}
        ></hr-chat-panel>
        <hr-files-panel ?hidden=${shown !== "files"} .live=${live}></hr-files-panel>
        ${shown === "people"
          ? html`<hr-people-panel .live=${live} .team=${this.team} .stamp=${session}></hr-people-panel>`
          : nothing}
        ${shown === "history"
          ? html`<hr-history-panel .history=${this.history} .stamp=${session}></hr-history-panel>`
          : nothing}
      </div>
    </aside>`;
  }

  /** @param {Tab} name @param {boolean} selected @param {number} count of what waits there */
  #tab(name, selected, count) {
    return html`<button
      role="tab"
      id="tab-${name}"
      aria-selected=${selected}
      tabindex=${selected ? 0 : -1}
      @click=${() => (this.tab = name)}
    >
      ${t(TAB_WORDS[name].title)}
      ${count > 0
        ? html`<span class="badge" aria-hidden="true">${count}</span><span class="visually-hidden">${t(TAB_WORDS[name].count, { count })}</span>`
        : nothing}
    </button>`;
  }

  /** @param {KeyboardEvent} event */
  #arrow(event) {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const tabs = this.live ? tabsOf(this.live) : TABS;
    const step = event.key === "ArrowRight" ? 1 : tabs.length - 1;
    this.tab = tabs[(Math.max(0, tabs.indexOf(this.tab)) + step) % tabs.length] ?? "chat";
    this.find(`#tab-${this.tab}`).focus();
  }
}

customElements.define("hr-session", SessionPage);
