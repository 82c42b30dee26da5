// The frame around every view: the wordmark, the language, the account, and what is shown below.
import { css, html, nothing } from "../../../static/vendor/lit.js";
import { brandLogo, brandName, languages } from "../brand.js";
import { language, t } from "../i18n.js";
import { oversees, readsAll, readsMeasures, takesPart } from "../roles.js";
import { View } from "./base.js";
import { icon, problemNote } from "./parts.js";
import { shared } from "./styles.js";
import "./accounts.js";
import "./audit.js";
import "./branding.js";
import "./connection_test.js";
import "./groups.js";
import "./measures.js";
import "./replies_editor.js";
import "./session_view.js";
import "./sessions.js";
import "./setup.js";
import "./sign_in.js";
import "./system.js";
import "./tokens.js";
import "./watch.js";
import "./welcome.js";
import "./story.js";

export class AppView extends View {
  static properties = { app: { attribute: false }, live: { attribute: false }, picture: { attribute: false } };
  static styles = [
    ...shared,
    css`
      :host {
        display: grid;
        grid-template-rows: auto minmax(0, 1fr);
        min-height: 100dvh;
      }
      .bar {
        display: flex;
        gap: 0.4rem 1rem;
        align-items: center;
        justify-content: space-between;
        padding: 0.5rem clamp(0.8rem, 2.5vw, 1.6rem);
        background: var(--surface);
        border-bottom: 1px solid var(--line);
      }
      .mark {
        display: inline-flex;
        gap: 0.55rem;
        align-items: center;
        color: var(--text);
        font-weight: 680;
        font-size: 1.08rem;
        letter-spacing: -0.015em;
        text-decoration: none;
      }
      .mark img {
        width: 1.7rem;
        height: 1.7rem;
        object-fit: contain;
      }
      nav {
        display: flex;
        flex-wrap: wrap;
        gap: 0.1rem 0.3rem;
        margin-right: auto;
      }
      .bar:has(nav a:nth-of-type(6)) {
        flex-wrap: wrap;
      }
      .bar:has(nav a:nth-of-type(6)) nav {
        order: 1;
        flex-basis: 100%;
        margin-left: -0.6rem;
      }
      nav a {
        padding: 0.35rem 0.6rem;
        border-radius: var(--radius-small);
        color: var(--text);
        font-weight: 550;
        text-decoration: none;
      }
      nav a:hover {
        background: var(--sunken);
      }
      nav a[aria-current] {
        background: var(--accent-wash);
        color: var(--accent);
      }
      .side {
        display: flex;
        flex-wrap: wrap;
        gap: 0.3rem;
        align-items: center;
        justify-content: flex-end;
        min-width: 0;
      }
      .who {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      main {
        min-height: 0;
        padding: clamp(0.9rem, 2.5vw, 1.8rem);
      }
      main.session {
        display: grid;
        padding: 0;
      }
      /* One line, in whatever language: the name gives way first. Admins have eight pages. */
      @media (min-width: 80rem) {
        nav,
        .side {
          flex-wrap: nowrap;
        }
        nav,
        .side > button {
          flex: none;
        }
      }
      @media (min-width: 56.01rem) {
        :host([working]) {
          height: 100dvh;
        }
      }
      main .note {
        max-width: 40rem;
        margin: 2rem auto;
      }
      @media print {
        .bar {
          display: none;
        }
      }
      @media (max-width: 40rem) {
        .bar {
          flex-wrap: wrap;
        }
        nav {
          order: 1;
          flex-basis: 100%;
        }
        .who,
        .sign-out span:last-child {
          display: none;
        }
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../app.js").AppState | null} */
    this.app = null;
    /** @type {import("../session.js").LiveState | null} */
    this.live = null;
    /** @type {import("../live_session.js").Picture | null} */
    this.picture = null;
  }

  render() {
    if (!this.app) return nothing;
    const inSession = this.app.account && this.app.route.view === "session" && this.live;
    return html`<header class="bar">
        <a class="mark" href="#/"><img src=${brandLogo()} alt="" />${brandName()}</a>
        ${this.app.account ? this.#pages(this.app.account, this.app.route.view) : nothing}
        <div class="side">${this.#account(this.app.account)} ${this.#languages()}</div>
      </header>
      <main class=${inSession ? "session" : ""}>${this.#content(this.app)}</main>
      <hr-replies-editor .replies=${this.app.replies}></hr-replies-editor>
      <hr-connection-test .test=${this.app.test}></hr-connection-test>`;
  }

  /** @param {import("../protocol.js").AccountView | null | undefined} account */
  #account(account) {
    if (!account) return nothing;
    const organisation = account.organisation ? ` · ${account.organisation}` : "";
    return html`<span class="who small muted" title="${account.name}${organisation}">${account.name}${organisation}</span>
      <button class="plain compact sign-out" title=${t("action.sign_out")} @click=${() => this.want("sign-out")}>
        ${icon("log-out")}<span>${t("action.sign_out")}</span>
      </button>`;
  }

  /** @param {import("../protocol.js").AccountView} account @param {string} shown */
  #pages(account, shown) {
    const log = readsAll(account) ? ["audit"] : [];
    const live = oversees(account) ? ["live"] : [];
    const figures = readsMeasures(account) ? ["measures"] : [];
    const pages = [...live, ...log, ...figures, ...(account.role === "admin" ? ["accounts", "groups", "tokens", "branding", "system"] : ["tokens"])];
    return html`<nav aria-label=${t("nav.label")}>
      ${pages.map((page) => html`<a href="#/${page}" aria-current=${shown === page ? "page" : nothing}>${t(`nav.${page}`)}</a>`)}
    </nav>`;
  }

  #languages() {
    return languages().filter((other) => other !== language()).map(
      (other) => html`<button class="plain compact" lang=${other} @click=${() => this.want("language", { language: other })}>
        ${t(`language.${other}`)}
      </button>`,
    );
  }

  /** @param {import("../app.js").AppState} app */
  #content(app) {
    const { route, account, form } = app;
    if (route.view === "setup") return html`<hr-setup .form=${form} .token=${route.token} ?used=${app.setUp}></hr-setup>`;
    if (route.view === "welcome") return html`<hr-welcome .form=${form} .token=${route.token}></hr-welcome>`;
    if (account === undefined) return nothing;
    if (account === null) return html`<hr-sign-in .form=${form}></hr-sign-in>`;
    if (route.view === "sessions") {
      return html`<hr-sessions
        .list=${app.list}
        .team=${app.team}
        .reports=${app.reports}
        .account=${account}
        ?creating=${app.creating}
        .form=${form}
        .policy=${app.policy}
      ></hr-sessions>`;
    }
    if (route.view === "live") return html`<hr-watch .watch=${app.watch} .account=${account}></hr-watch>`;
    if (route.view === "accounts") return html`<hr-accounts .admin=${app.admin} .me=${account.account_id}></hr-accounts>`;
    if (route.view === "groups") return html`<hr-groups .admin=${app.admin}></hr-groups>`;
    if (route.view === "tokens") return html`<hr-tokens .admin=${app.admin} .me=${account.account_id}></hr-tokens>`;
    if (route.view === "system") return html`<hr-system .system=${app.system}></hr-system>`;
    if (route.view === "branding") return html`<hr-branding .branding=${app.branding}></hr-branding>`;
    if (route.view === "story") return html`<hr-story .story=${app.story}></hr-story>`;
    if (route.view === "audit") return html`<hr-audit .audit=${app.audit}></hr-audit>`;
    if (route.view === "measures") return html`<hr-measures .measures=${app.measures}></hr-measures>`;
    if (route.view === "unknown") return problemNote("not_found");
    if (!this.live) return problemNote(app.sessionProblem);
    return html`<hr-session
      .live=${this.live}
      .picture=${this.picture}
      .code=${app.code}
      .form=${form}
      .history=${app.history}
      .replies=${app.replies}
      .team=${app.team}
      .report=${app.reports.items.find((report) => report.session_id === this.live?.session?.session_id) ?? null}
      .kept=${app.kept}
      .organisation=${account.organisation}
    ></hr-session>`;
  }

  updated() {
    this.toggleAttribute("working", this.find("main.session") !== null);
    const unread = this.live?.chat.unread ?? 0;
    const place = [...this.#place(), brandName()].join(" · ");
    document.title = unread > 0 ? `(${unread}) ${place}` : place;
  }

  /** Where one is, the nearest first, as the tab says it. @returns {string[]} */
  #place() {
    if (this.live?.session) return [this.live.session.ticket_id];
    if (!this.app?.account) return [];
    const { route, story, account } = this.app;
    if (route.view === "sessions") return [t(takesPart(account) ? "sessions.title" : "sessions.title_all")];
    if (route.view === "story") return [...(story.session ? [story.session.ticket_id] : []), t("nav.audit")];
    return NAMED.has(route.view) ? [t(`nav.${route.view}`)] : [];
  }
}

/** The pages that have a name of their own. */
const NAMED = new Set(["live", "audit", "measures", "accounts", "groups", "tokens", "branding", "system"]);

customElements.define("hr-app", AppView);
