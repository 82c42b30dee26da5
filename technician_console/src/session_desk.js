// One session of one's own, from its opening to its end: its live connection, its code, its kept chat and history.
import { standing } from "./company.js";
import { allEvents } from "./history.js";
import { loadKept } from "./kept_chat.js";
import { readsAll } from "./roles.js";
import { sessionHash } from "./router.js";

/** @typedef {import("./api.js").FaultCode} FaultCode */
/** @typedef {import("./app.js").AppState} AppState */
/** @typedef {import("./protocol.js").SessionView} SessionView */
/** @typedef {import("./protocol.js").Capability} Capability */
/** @typedef {import("./live_session.js").LiveSession} LiveSession */
/** @typedef {{events: import("./protocol.js").AuditEventView[], loaded: boolean, problem: FaultCode | null}} History */
/**
 * @typedef {object} DeskParts
 * @property {import("./api.js").Api} api
 * @property {import("./code_memory.js").CodeMemory} codes
 * @property {import("./app.js").Parts["openSession"]} openSession
 * @property {(hash: string) => void} go
 * @property {() => void} onChange
 * @property {() => AppState} state
 * @property {(change: Partial<AppState>) => void} show
 * @property {(problem: unknown) => FaultCode | null} told
 * @property {() => boolean} seen whether the page is in sight, with somebody signed in
 */

/** @type {History} */
export const NO_HISTORY = { events: [], loaded: false, problem: null };

export class SessionDesk {
  #parts;
  /** @type {LiveSession | null} */
  live = null;

  /** @param {DeskParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** The picture is seen when the page is, unless the sign-in takes its place. */
  tellWhetherSeen() {
    this.live?.look.watch(this.#parts.seen());
  }

  /** @param {string} ticket @param {Capability[]} capabilities */
  async create(ticket, capabilities) {
    const issued = await this.#parts.api.createSession(ticket, capabilities);
    this.#parts.codes.remember(issued, new Date());
    this.#parts.go(sessionHash(issued.session_id));
  }

  async renewCode() {
    if (!this.live) return;
    const issued = await this.#parts.api.issueCode(this.live.sessionId);
    this.#parts.codes.remember(issued, new Date());
    this.#parts.show({ code: this.#parts.codes.recall(issued.session_id) });
  }

  async end() {
    if (!this.live) return;
    const session = await this.#parts.api.endSession(this.live.sessionId);
    this.live.dispatch({ type: "session.loaded", session });
  }

  /** @param {string} sessionId */
  async open(sessionId) {
    try {
      const session = await this.#parts.api.session(sessionId);
      const { route } = this.#parts.state();
      if (route.view !== "session" || route.sessionId !== sessionId) return;
      this.#begin(session);
    } catch (problem) {
      this.#parts.show({ sessionProblem: this.#parts.told(problem) });
    }
  }

  /** @param {SessionView} session */
  #begin(session) {
    this.live = this.#parts.openSession(session.session_id, (given) => this.#ticketFor(session.session_id, given), () => this.#liveChanged());
    this.#parts.show({ code: this.#parts.codes.recall(session.session_id), sessionProblem: null });
    this.tellWhetherSeen();
    const { account } = this.#parts.state();
    if (account) this.live.dispatch({ type: "me.known", accountId: account.account_id, readsAll: readsAll(account) });
    this.live.dispatch({ type: "session.loaded", session });
    void this.live.files.opened();
    if (session.state !== "ended" && ["in", "asking"].includes(standing(this.live.state))) this.live.start();
  }

  /** @param {string} sessionId @param {AbortSignal} given */
  async #ticketFor(sessionId, given) {
    try {
      return await this.#parts.api.socketTicket(sessionId, given);
    } catch (problem) {
      this.#parts.told(problem);
      throw problem;
    }
  }

  #liveChanged() {
    const session = this.live?.state.session;
    if (session && session.state !== "waiting" && this.#parts.state().code) {
      this.#parts.codes.forget(session.session_id);
      this.#parts.show({ code: null });
    } else this.#parts.onChange();
  }

  leave() {
    this.live?.stop();
    this.live = null;
    this.#parts.show({ code: null });
  }

  async loadKept() {
    const sessionId = this.live?.sessionId;
    if (!sessionId) return;
    try {
      const kept = await loadKept(this.#parts.api, sessionId);
      if (this.live?.sessionId === sessionId) this.#parts.show({ kept });
    } catch (problem) {
      this.#parts.show({ kept: { ...this.#parts.state().kept, loaded: true, problem: this.#parts.told(problem) } });
    }
  }

  async loadHistory() {
    const sessionId = this.live?.sessionId;
    if (!sessionId) return;
    try {
      const events = await allEvents(this.#parts.api, sessionId);
      if (this.live?.sessionId === sessionId) this.#parts.show({ history: { events, loaded: true, problem: null } });
    } catch (problem) {
      this.#parts.show({ history: { ...this.#parts.state().history, loaded: true, problem: this.#parts.told(problem) } });
    }
  }
}
