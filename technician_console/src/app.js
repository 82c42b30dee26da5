// The console as a whole: what is on the screen, and what each intent of a view does about it. It
// knows the API and the live session through what main.js hands in; it touches no page element.
import { AdminDesk, NO_ADMIN } from "./admin_desk.js";
import { ApiProblem, isSignedOut } from "./api.js";
import { AuditDesk, auditIntents, NO_AUDIT } from "./audit_desk.js";
import { NOTHING_KEPT } from "./kept_chat.js";
import { ListDesk, NO_LIST } from "./list_desk.js";
import { liveIntents } from "./live_intents.js";
import { ConnectionDesk, NO_TEST } from "./connection_desk.js";
import { MeasuresDesk, NO_MEASURES } from "./measures_desk.js";
import { NO_REPLIES, RepliesDesk } from "./replies_desk.js";
import { NO_REPORTS, ReportsDesk } from "./reports_desk.js";
import { routeOf, sessionHash } from "./router.js";
import { NO_HISTORY, SessionDesk } from "./session_desk.js";
import { loadStory, NO_STORY } from "./story_desk.js";
import { BrandingDesk, NO_BRANDING } from "./branding_desk.js";
import { NO_SYSTEM, SystemDesk } from "./system_desk.js";
import { NO_TEAM, TeamDesk } from "./team_desk.js";
import { NO_WATCH, WatchDesk } from "./watch_desk.js";

/** @typedef {import("./api.js").FaultCode} FaultCode */
/** @typedef {import("./protocol.js").AccountView} AccountView */
/** @typedef {import("./protocol.js").SessionView} SessionView */
/** @typedef {import("./protocol.js").Capability} Capability */
/** @typedef {import("./live_session.js").LiveSession} LiveSession */
/**
 * @typedef {object} AppState
 * @property {AccountView | null | undefined} account undefined: not known yet; null: signed out
 * @property {import("./router.js").Route} route
 * @property {{busy: boolean, problem: FaultCode | null}} form the one form that is being sent
 * @property {boolean} setUp whether the setup link that was opened is used: there is an admin
 * @property {import("./list_desk.js").ListState} list
 * @property {boolean} creating whether the form for a new session is open
 * @property {import("./code_memory.js").RememberedCode | null} code
 * @property {FaultCode | null} sessionProblem why the session's page cannot be shown
 * @property {import("./session_desk.js").History} history
 * @property {import("./replies_desk.js").RepliesState} replies
 * @property {import("./reports_desk.js").ReportsState} reports
 * @property {import("./audit_desk.js").AuditState} audit
 * @property {import("./measures_desk.js").MeasuresState} measures
 * @property {import("./system_desk.js").SystemShown} system
 * @property {import("./branding_desk.js").BrandingState} branding
 * @property {import("./watch_desk.js").WatchState} watch the live sessions of all
 * @property {import("./story_desk.js").StoryState} story of the session that is shown to those who read the log
 * @property {import("./connection_desk.js").ConnectionTest} test of this technician's own connection
 * @property {import("./kept_chat.js").KeptChat} kept the chat of a session that is over, as far as it is kept
 * @property {import("./team_desk.js").TeamState} team
 * @property {import("./admin_desk.js").AdminState} admin
 * @property {import("./protocol.js").OwnPolicy | null} policy what one's next session may do, once it is known
 */
/**
 * @typedef {object} Parts
 * @property {import("./api.js").Api} api
 * @property {import("./code_memory.js").CodeMemory} codes
 * @property {(id: string, prepare: (given: AbortSignal) => Promise<string>, onChange: () => void) => LiveSession} openSession
 * @property {Pick<import("./connection_desk.js").ConnectionDeskParts, "tryWays" | "tryLine">} connection
 * @property {(hash: string) => void} go
 * @property {(url: string) => void} download
 * @property {(brand: import("./protocol.js").Branding) => void} wear
 * @property {() => void} onChange
 * @property {(language: import("./i18n.js").Language) => Promise<void>} speak
 */

const NO_FORM = { busy: false, problem: null };

export class App {
  #parts;
  #replies;
  #connection;
  #team;
  #reports;
  #admin;
  #list;
  #audit;
  #measures;
  #watch;
  #system;
  #branding;
  #session;
  #hidden = false;
  /** @type {AppState} */
  state = {
    account: undefined,
    route: { view: "sessions" },
    form: NO_FORM,
    setUp: false,
    list: NO_LIST,
    creating: false,
    code: null,
    sessionProblem: null,
    history: NO_HISTORY,
    replies: NO_REPLIES,
    reports: NO_REPORTS,
    audit: NO_AUDIT,
    measures: NO_MEASURES,
    watch: NO_WATCH,
    system: NO_SYSTEM,
    branding: NO_BRANDING,
    story: NO_STORY,
    test: NO_TEST,
    kept: NOTHING_KEPT,
    team: NO_TEAM,
    admin: NO_ADMIN,
    policy: null,
  };

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#session = new SessionDesk({
      ...parts,
      state: () => this.state,
      show: (change) => this.#set(change),
      told: (problem) => this.#told(problem),
      seen: () => !this.#hidden && Boolean(this.state.account),
    });
    this.#team = new TeamDesk({
      api: parts.api,
      ...this.#around("team"),
      open: (sessionId) => parts.go(sessionHash(sessionId)),
      leave: () => parts.go("#/"),
      live: () => this.live,
    });
    this.#reports = new ReportsDesk(parts.api, {
      show: (change) => this.#set({ reports: { ...this.state.reports, ...change } }),
      told: (problem) => this.#told(problem),
    });
    this.#list = new ListDesk({ api: parts.api, ...this.#around("list"), account: () => this.state.account });
    this.#admin = new AdminDesk({ api: parts.api, ...this.#around("admin") });
    this.#audit = new AuditDesk({
      ...{ api: parts.api, go: parts.go, download: parts.download },
      ...this.#around("audit"),
    });
    this.#watch = new WatchDesk({ api: parts.api, ...this.#around("watch") });
    this.#system = new SystemDesk({ api: parts.api, ...this.#around("system") });
    this.#branding = new BrandingDesk({ api: parts.api, wear: parts.wear, ...this.#around("branding") });
    this.#measures = new MeasuresDesk({ ...parts, now: () => Date.now(), ...this.#around("measures") });
    this.#connection = new ConnectionDesk({
      ...{ api: parts.api, ...parts.connection },
      ...this.#around("test"),
    });
    this.#replies = new RepliesDesk({ api: parts.api, ...this.#around("replies") });
  }

  /** The session that is shown, if it is one of ours. */
  get live() {
    return this.#session.live;
  }

  /** With what a desk shows its part of the state. @template {"list" | "admin" | "audit" | "measures" | "test" | "replies" | "team" | "watch" | "system" | "branding"} K @param {K} name */
  #around(name) {
    return {
      state: () => this.state[name],
      show: (/** @type {Partial<AppState[K]>} */ change) => this.#set({ [name]: { ...this.state[name], ...change } }),
      told: (/** @type {unknown} */ problem) => this.#told(problem),
    };
  }

  /** What each intent does. @type {Record<string, (intent: any) => unknown>} */
  #intents = {
    ...liveIntents(() => this.live),
    ...auditIntents(() => this.#audit),
    "system.look": () => this.#system.open(),
    "measures.choose": ({ choice }) => this.#measures.choose(choice),
    "measures.export": () => this.#measures.export(),
    "sign-in": ({ email, password }) => this.#submit(async () => this.#signedIn(await this.#parts.api.signIn(email, password))),
    "set-up": ({ setup }) => this.#submit(() => this.#enter(this.#parts.api.setUp(setup))),
    welcome: ({ accepted }) => this.#submit(() => this.#enter(this.#parts.api.acceptInvitation(accepted))),
    "sign-out": () => this.#signOut(),
    language: ({ language }) => this.#parts.speak(language),
    "list.refresh": () => this.#list.load(),
    "list.filter": ({ filters }) => this.#list.filter(filters),
    "list.more": () => this.#list.load(this.state.list.nextCursor),
    "new.open": () => this.#openNew(),
    "new.close": () => this.#set({ creating: false, form: NO_FORM }),
    "session.create": ({ ticket, capabilities }) => this.#submit(() => this.#session.create(ticket, capabilities)),
    "session.again": ({ session }) => this.#submit(() => this.#session.create(session.ticket_id, session.requested)),
    "code.renew": () => this.#submit(() => this.#session.renewCode()),
    "session.end": () => this.#submit(() => this.#session.end()),
    "kept.load": () => this.#session.loadKept(),
    "connection.test": () => this.#connection.test(),
    "connection.close": () => this.#connection.close(),
    "replies.load": () => this.#replies.load(),
    "replies.open": () => this.#replies.open(),
    "replies.close": () => this.#replies.close(),
    "reply.draft": ({ reply }) => this.#replies.draft(reply),
    "reply.leave": () => this.#replies.leaveDraft(),
    "reply.save": ({ written }) => this.#replies.save(written),
    "reply.delete": () => this.#replies.delete(),
    "reports.load": () => this.#reports.load(this.state.account),
    "report.see": ({ sessionId }) => this.#reports.see(sessionId),
    "history.load": () => this.#session.loadHistory(),
  };

  /** @param {{type: string}} intent */
  act(intent) {
    if (intent.type.startsWith("watch.")) return this.#watch.act(intent);
    if (intent.type.startsWith("branding.")) return this.#branding.act(intent);
    if (intent.type.startsWith("admin.")) return this.#admin.act(intent);
    return (this.#intents[intent.type] ?? ((wish) => this.#team.act(wish)))(intent);
  }

  /** Show what the address says. @param {string} hash */
  async navigate(hash) {
    const route = routeOf(hash);
    if (route.view === "session" && route.sessionId === this.live?.sessionId) return;
    this.#session.leave();
    this.#replies.close();
    this.#team.forget();
    this.#audit.leave();
    this.#set({ route, form: NO_FORM, creating: false, sessionProblem: null, history: NO_HISTORY, kept: NOTHING_KEPT, story: NO_STORY });
    await this.#show();
  }

  /** The network of this computer changed, or is back. */
  networkChanged() {
    this.live?.hurry();
  }

  /** The page went out of sight, or came back. @param {boolean} hidden */
  hide(hidden) {
    this.#hidden = hidden;
    this.#session.tellWhetherSeen();
  }

  // ---- accounts

  async #show() {
    const { route, account } = this.state;
    if (route.view === "setup") return this.#lookWhetherUsed();
    if (route.view === "welcome") return;
    if (account === undefined) return this.#findAccount();
    if (!account) return;
    if (route.view === "sessions") await this.#list.load();
    if (route.view === "accounts" || route.view === "groups" || route.view === "tokens") await this.#admin.open(route.view);
    if (route.view === "live") await this.#watch.open();
    if (route.view === "system") await this.#system.open();
    if (route.view === "branding") await this.#branding.open();
    if (route.view === "audit") await this.#audit.open(route.asked);
    if (route.view === "measures") await this.#measures.open(route.choice);
    if (route.view === "story") {
      const story = await loadStory(this.#parts.api, route.sessionId, (problem) => this.#told(problem));
      if (route === this.state.route) this.#set({ story });
    }
    if (route.view === "session") await this.#session.open(route.sessionId);
  }

  /** A link that is used is told so before anybody fills its form in. */
  async #lookWhetherUsed() {
    try {
      await this.#parts.api.awaitsSetUp();
    } catch (problem) {
      if (codeOf(problem) === "not_found") this.#set({ setUp: true });
    }
  }

  async #findAccount() {
    try {
      this.#set({ account: await this.#parts.api.me() });
    } catch (problem) {
      this.#set({ account: null, form: { busy: false, problem: isSignedOut(problem) ? null : codeOf(problem) } });
      return;
    }
    await this.#show();
  }

  /** @param {AccountView} account */
  async #signedIn(account) {
    this.#set({ account });
    if (this.live) this.live.hurry();
    else await this.#show();
  }

  /** By a link that works once. @param {Promise<AccountView>} answer */
  async #enter(answer) {
    const account = await answer;
    this.#parts.go("#/");
    await this.#signedIn(account);
  }

  async #signOut() {
    await this.#quietly(() => this.#parts.api.signOut());
    this.#session.leave();
    this.#set({ account: null, form: NO_FORM, list: NO_LIST, replies: NO_REPLIES, reports: NO_REPORTS, team: NO_TEAM, test: NO_TEST, admin: NO_ADMIN, audit: NO_AUDIT, watch: NO_WATCH, system: NO_SYSTEM, measures: NO_MEASURES, story: NO_STORY, policy: null });
    this.#parts.go("#/");
  }

  // ---- the form for a new session

  /** The form opens at once; what one's groups do not allow is greyed as soon as it is known. */
  async #openNew() {
    this.#set({ creating: true, form: NO_FORM });
    try {
      this.#set({ policy: await this.#parts.api.ownPolicy() });
    } catch (problem) {
      this.#set({ form: { busy: false, problem: this.#told(problem) } });
    }
  }

  // ---- state

  /** Send the form that is open; a problem stays beside it. @param {() => Promise<unknown>} task */
  async #submit(task) {
    if (this.state.form.busy) return;
    this.#set({ form: { busy: true, problem: null } });
    try {
      await task();
      this.#set({ form: NO_FORM });
    } catch (problem) {
      this.#set({ form: { busy: false, problem: this.#told(problem) } });
    }
  }

  /** The code of a problem; when it says that nobody is signed in, the sign-in is shown. @param {unknown} problem */
  #told(problem) {
    if (isSignedOut(problem)) this.#set({ account: null });
    return isSignedOut(problem) ? null : codeOf(problem);
  }

  /** @param {() => Promise<unknown>} task what may fail without anyone having to know */
  async #quietly(task) {
    try {
      await task();
    } catch (problem) {
      codeOf(problem);
    }
  }

  /** @param {Partial<AppState>} change */
  #set(change) {
    this.state = { ...this.state, ...change };
    if ("account" in change) this.#session.tellWhetherSeen();
    this.#parts.onChange();
  }
}

/** An ApiProblem's code; anything else is a fault of this program and is thrown on. @param {unknown} problem */
function codeOf(problem) {
  if (problem instanceof ApiProblem) return problem.code;
  throw problem;
}
