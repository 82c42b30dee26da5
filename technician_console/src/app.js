// The console as a whole: what is on the screen, and what each intent of a view does about it. It
// knows the API and the live session through what main.js hands in; it touches no page element.
import { AdminDesk, NO_ADMIN } from "./admin_desk.js";
import { ApiProblem, isSignedOut } from "./api.js";
import { AuditDesk, auditIntents, NO_AUDIT } from "./audit_desk.js";
import { standing } from "./company.js";
import { allEvents } from "./history.js";
import { loadKept, NOTHING_KEPT } from "./kept_chat.js";
import { ListDesk, NO_LIST } from "./list_desk.js";
import { liveIntents } from "./live_intents.js";
import { ConnectionDesk, NO_TEST } from "./connection_desk.js";
import { MeasuresDesk, NO_MEASURES } from "./measures_desk.js";
import { NO_REPLIES, RepliesDesk } from "./replies_desk.js";
import { NO_REPORTS, ReportsDesk } from "./reports_desk.js";
import { routeOf, sessionHash } from "./router.js";
import { loadStory, NO_STORY } from "./story_desk.js";
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
 * @property {import("./list_desk.js").ListState} list
 * @property {boolean} creating whether the form for a new session is open
 * @property {import("./code_memory.js").RememberedCode | null} code
 * @property {FaultCode | null} sessionProblem why the session's page cannot be shown
 * @property {{events: import("./protocol.js").AuditEventView[], loaded: boolean, problem: FaultCode | null}} history
 * @property {import("./replies_desk.js").RepliesState} replies
 * @property {import("./reports_desk.js").ReportsState} reports
 * @property {import("./audit_desk.js").AuditState} audit
 * @property {import("./measures_desk.js").MeasuresState} measures
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
 * @property {import("./audit_memory.js").AuditMemory} auditMemory
 * @property {(id: string, prepare: (given: AbortSignal) => Promise<string>, onChange: () => void) => LiveSession} openSession
 * @property {Pick<import("./connection_desk.js").ConnectionDeskParts, "tryWays" | "tryLine">} connection
 * @property {(hash: string) => void} go
 * @property {(url: string) => void} download
 * @property {() => void} onChange
 * @property {(language: import("./i18n.js").Language) => Promise<void>} speak
 */

const NO_FORM = { busy: false, problem: null };
const NO_HISTORY = { events: [], loaded: false, problem: null };

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
  #hidden = false;
  /** @type {LiveSession | null} */
  live = null;
  /** @type {AppState} */
  state = {
    account: undefined,
    route: { view: "sessions" },
    form: NO_FORM,
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
      ...{ api: parts.api, memory: parts.auditMemory, go: parts.go, download: parts.download },
      ...this.#around("audit"),
    });
    this.#watch = new WatchDesk({ api: parts.api, ...this.#around("watch") });
    this.#measures = new MeasuresDesk({ ...parts, now: () => Date.now(), ...this.#around("measures") });
    this.#connection = new ConnectionDesk({
      ...{ api: parts.api, ...parts.connection },
      ...this.#around("test"),
    });
    this.#replies = new RepliesDesk({ api: parts.api, ...this.#around("replies") });
  }

  /** With what a desk shows its part of the state. @template {"list" | "admin" | "audit" | "measures" | "test" | "replies" | "team" | "watch"} K @param {K} name */
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
    "session.create": ({ ticket, capabilities }) => this.#submit(() => this.#create(ticket, capabilities)),
    "session.again": ({ session }) => this.#submit(() => this.#create(session.ticket_id, session.requested)),
    "code.renew": () => this.#submit(() => this.#renewCode()),
    "session.end": () => this.#submit(() => this.#end()),
    "kept.load": () => this.#loadKept(),
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
    "history.load": () => this.#loadHistory(),
  };

  /** @param {{type: string}} intent */
  act(intent) {
    if (intent.type.startsWith("watch.")) return this.#watch.act(intent);
    if (intent.type.startsWith("admin.")) return this.#admin.act(intent);
    return (this.#intents[intent.type] ?? ((wish) => this.#team.act(wish)))(intent);
  }

  /** Show what the address says. @param {string} hash */
  async navigate(hash) {
    const route = routeOf(hash);
    if (route.view === "session" && route.sessionId === this.live?.sessionId) return;
    this.#leaveSession();
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
    this.#tellWhetherWatched();
  }

  /** The picture is seen when the page is, unless the sign-in takes its place. */
  #tellWhetherWatched() {
    this.live?.look.watch(!this.#hidden && Boolean(this.state.account));
  }

  // ---- accounts

  async #show() {
    const { route, account } = this.state;
    if (route.view === "setup" || route.view === "welcome") return;
    if (account === undefined) return this.#findAccount();
    if (!account) return;
    if (route.view === "sessions") await this.#list.load();
    if (route.view === "accounts" || route.view === "groups" || route.view === "tokens") await this.#admin.open(route.view);
    if (route.view === "live") await this.#watch.open();
    if (route.view === "audit") await this.#audit.open(route.asked);
    if (route.view === "measures") await this.#measures.open(route.choice);
    if (route.view === "story") {
      const story = await loadStory(this.#parts.api, route.sessionId, (problem) => this.#told(problem));
      if (route === this.state.route) this.#set({ story });
    }
    if (route.view === "session") await this.#openSession(route.sessionId);
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
    this.#leaveSession();
    this.#set({ account: null, form: NO_FORM, list: NO_LIST, replies: NO_REPLIES, reports: NO_REPORTS, team: NO_TEAM, test: NO_TEST, admin: NO_ADMIN, audit: NO_AUDIT, watch: NO_WATCH, measures: NO_MEASURES, story: NO_STORY, policy: null });
    this.#parts.go("#/");
  }

  // ---- one session

  /** The form opens at once; what one's groups do not allow is greyed as soon as it is known. */
  async #openNew() {
    this.#set({ creating: true, form: NO_FORM });
    try {
      this.#set({ policy: await this.#parts.api.ownPolicy() });
    } catch (problem) {
      this.#set({ form: { busy: false, problem: this.#told(problem) } });
    }
  }

  /** @param {string} ticket @param {Capability[]} capabilities */
  async #create(ticket, capabilities) {
    const issued = await this.#parts.api.createSession(ticket, capabilities);
    this.#parts.codes.remember(issued, new Date());
    this.#parts.go(sessionHash(issued.session_id));
  }

  async #renewCode() {
    if (!this.live) return;
    const issued = await this.#parts.api.issueCode(this.live.sessionId);
    this.#parts.codes.remember(issued, new Date());
    this.#set({ code: this.#parts.codes.recall(issued.session_id) });
  }

  async #end() {
    if (!this.live) return;
    const session = await this.#parts.api.endSession(this.live.sessionId);
    this.live.dispatch({ type: "session.loaded", session });
  }

  /** @param {string} sessionId */
  async #openSession(sessionId) {
    try {
      const session = await this.#parts.api.session(sessionId);
      if (this.state.route.view !== "session" || this.state.route.sessionId !== sessionId) return;
      this.#begin(session);
    } catch (problem) {
      this.#set({ sessionProblem: this.#told(problem) });
    }
  }

  /** @param {SessionView} session */
  #begin(session) {
    this.live = this.#parts.openSession(session.session_id, (given) => this.#ticketFor(session.session_id, given), () => this.#liveChanged());
    this.#set({ code: this.#parts.codes.recall(session.session_id), sessionProblem: null });
    this.#tellWhetherWatched();
    if (this.state.account) this.live.dispatch({ type: "me.known", accountId: this.state.account.account_id });
    this.live.dispatch({ type: "session.loaded", session });
    void this.live.files.opened();
    if (session.state !== "ended" && ["in", "asking"].includes(standing(this.live.state))) this.live.start();
  }

  /** @param {string} sessionId @param {AbortSignal} given */
  async #ticketFor(sessionId, given) {
    try {
      return await this.#parts.api.socketTicket(sessionId, given);
    } catch (problem) {
      this.#told(problem);
      throw problem;
    }
  }

  #liveChanged() {
    const session = this.live?.state.session;
    if (session && session.state !== "waiting" && this.state.code) {
      this.#parts.codes.forget(session.session_id);
      this.state = { ...this.state, code: null };
    }
    this.#parts.onChange();
  }

  #leaveSession() {
    this.live?.stop();
    this.live = null;
    this.state = { ...this.state, code: null };
  }

  async #loadKept() {
    const sessionId = this.live?.sessionId;
    if (!sessionId) return;
    try {
      const kept = await loadKept(this.#parts.api, sessionId);
      if (this.live?.sessionId === sessionId) this.#set({ kept });
    } catch (problem) {
      this.#set({ kept: { ...this.state.kept, loaded: true, problem: this.#told(problem) } });
    }
  }

  async #loadHistory() {
    const sessionId = this.live?.sessionId;
    if (!sessionId) return;
    try {
      const events = await allEvents(this.#parts.api, sessionId);
      if (this.live?.sessionId === sessionId) this.#set({ history: { events, loaded: true, problem: null } });
    } catch (problem) {
      this.#set({ history: { ...this.state.history, loaded: true, problem: this.#told(problem) } });
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
    if ("account" in change) this.#tellWhetherWatched();
    this.#parts.onChange();
  }
}

/** An ApiProblem's code; anything else is a fault of this program and is thrown on. @param {unknown} problem */
function codeOf(problem) {
  if (problem instanceof ApiProblem) return problem.code;
  throw problem;
}
