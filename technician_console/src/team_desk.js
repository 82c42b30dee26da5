// What technicians do about each other: inviting, handing over, coming in, going, and their notes.

/** @typedef {import("./api.js").FaultCode} FaultCode */
/**
 * @typedef {object} TeamState
 * @property {import("./protocol.js").Colleague[]} colleagues
 * @property {import("./protocol.js").Door | null} door
 * @property {import("./protocol.js").NoteView[]} notes of the session that is open
 * @property {import("./protocol.js").SessionSummary | null} summary what was done in it
 * @property {boolean} busy
 * @property {FaultCode | null} problem
 */
/**
 * @typedef {object} TeamParts
 * @property {import("./api.js").Api} api
 * @property {() => TeamState} state
 * @property {(change: Partial<TeamState>) => void} show
 * @property {(problem: unknown) => FaultCode | null} told
 * @property {(sessionId: string) => void} open shows a session's page
 * @property {() => void} leave shows the list
 * @property {() => import("./live_session.js").LiveSession | null} live
 */

/** @type {TeamState} */
export const NO_TEAM = { colleagues: [], door: null, notes: [], summary: null, busy: false, problem: null };

export class TeamDesk {
  #parts;

  /** @param {TeamParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** What each intent does. @type {Record<string, (intent: any) => unknown>} */
  #intents = {
    "team.door": () => this.#quietly(async () => ({ door: await this.#parts.api.door() })),
    "team.colleagues": () => this.#quietly(async () => ({ colleagues: (await this.#parts.api.colleagues()).colleagues })),
    "team.notes": () => this.#inSession(async (id) => ({ notes: (await this.#parts.api.notes(id)).notes })),
    "team.summary": () => this.#inSession(async (id) => ({ summary: await this.#parts.api.summary(id) })),
    "team.note": ({ text }) => this.#submit((id) => this.#addNote(id, text)),
    "team.invite": ({ accountId }) => this.#submit((id) => this.#parts.api.invite(id, accountId)),
    "team.hand-over": ({ accountId, note }) => this.#submit((id) => this.#handOver(id, accountId, note)),
    "team.withdraw": ({ accountId }) => this.#submit((id) => this.#parts.api.withdraw(id, accountId)),
    "team.put-back": () => this.#submit((id) => this.#putBack(id)),
    "team.enter": ({ sessionId, purpose }) => this.#submit(() => this.#enter(sessionId, purpose)),
    "team.decline": ({ sessionId }) => this.#submit(() => this.#decline(sessionId)),
    "team.leave": () => this.#submit((id) => this.#leave(id)),
    "team.pass": ({ accountId }) => this.#parts.live()?.rights.passControl(accountId),
  };

  /** @param {{type: string}} intent */
  act(intent) {
    return this.#intents[intent.type]?.(intent);
  }

  /** Another session, or none: nothing of the one before is shown. */
  forget() {
    this.#parts.show({ notes: [], summary: null, problem: null, busy: false });
  }

  /** @param {string} id @param {string} text */
  async #addNote(id, text) {
    await this.#parts.api.addNote(id, text);
    this.#parts.show({ notes: (await this.#parts.api.notes(id)).notes });
  }

  /** @param {string} id @param {string} accountId @param {string} note */
  async #handOver(id, accountId, note) {
    await this.#parts.api.handOver(id, accountId);
    if (note) await this.#addNote(id, note);
  }

  /** @param {string} id */
  async #putBack(id) {
    await this.#parts.api.putBack(id);
    this.#parts.leave();
  }

  /** @param {string} sessionId @param {import("./protocol.js").EntryPurpose} purpose */
  async #enter(sessionId, purpose) {
    const session = await this.#parts.api.enter(sessionId, purpose);
    const live = this.#parts.live();
    if (live?.sessionId !== sessionId) return this.#parts.open(sessionId);
    live.dispatch({ type: "session.loaded", session });
    if (live.state.link !== "open") live.start();
  }

  /** @param {string} sessionId */
  async #decline(sessionId) {
    await this.#parts.api.leave(sessionId);
    this.#parts.show({ door: await this.#parts.api.door() });
  }

  /** @param {string} id */
  async #leave(id) {
    await this.#parts.api.leave(id);
    this.#parts.leave();
  }

  /** @param {(sessionId: string) => Promise<unknown>} task */
  async #submit(task) {
    if (this.#parts.state().busy) return;
    this.#parts.show({ busy: true, problem: null });
    try {
      await task(this.#parts.live()?.sessionId ?? "");
      this.#parts.show({ busy: false });
    } catch (problem) {
      this.#parts.show({ busy: false, problem: this.#parts.told(problem) });
    }
  }

  /** @param {(sessionId: string) => Promise<Partial<TeamState>>} load */
  async #inSession(load) {
    const id = this.#parts.live()?.sessionId;
    if (!id) return;
    await this.#quietly(async () => {
      const change = await load(id);
      return this.#parts.live()?.sessionId === id ? change : {};
    });
  }

  /** What is looked at again soon by itself. @param {() => Promise<Partial<TeamState>>} load */
  async #quietly(load) {
    try {
      this.#parts.show(await load());
    } catch (problem) {
      this.#parts.told(problem);
    }
  }
}
