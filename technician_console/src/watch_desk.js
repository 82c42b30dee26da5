// Live sessions as admins, auditors and leads watch them: asked for again and again, ended by admins.

/** @typedef {import("./protocol.js").LiveSession} LiveSession */
/** @typedef {import("./api.js").FaultCode} FaultCode */
/** @typedef {{what: "session" | "person", id: string, ticket: string, name: string, which: string}} Ending what an admin is about to end, and which of several */
/**
 * @typedef {object} WatchState
 * @property {LiveSession[]} sessions the oldest first
 * @property {string | null} etag of what is shown
 * @property {boolean} loaded
 * @property {boolean} busy
 * @property {FaultCode | null} problem
 * @property {Ending | null} ending the dialog that is open
 * @property {{what: Ending["what"], name: string, count: number} | null} done what was just ended
 */
/**
 * @typedef {object} DeskParts
 * @property {Pick<import("./api.js").Api, "liveSessions" | "endLiveSession" | "endSessionsOf">} api
 * @property {() => WatchState} state
 * @property {(change: Partial<WatchState>) => void} show
 * @property {(problem: unknown) => FaultCode | null} told
 */

/** @type {WatchState} */
export const NO_WATCH = { sessions: [], etag: null, loaded: false, busy: false, problem: null, ending: null, done: null };

export class WatchDesk {
  #parts;
  #asking = false;

  /** @param {DeskParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** What each intent does. @type {Record<string, (intent: any) => unknown>} */
  #intents = {
    "watch.load": () => this.load(),
    "watch.ask": ({ ending }) => this.#parts.show({ ending, problem: null, done: null }),
    "watch.leave": () => this.#parts.show({ ending: null, problem: null }),
    "watch.end": ({ reason }) => this.#end(reason),
  };

  /** @param {{type: string}} intent */
  act(intent) {
    return this.#intents[intent.type]?.(intent);
  }

  /** What was shown before is not shown while it may have changed. */
  async open() {
    this.#parts.show(NO_WATCH);
    await this.load();
  }

  /** One question at a time, however slow the broker is. */
  async load() {
    if (this.#asking) return;
    this.#asking = true;
    try {
      await this.#fetch();
    } catch (problem) {
      this.#parts.show({ loaded: true, problem: this.#parts.told(problem) });
    } finally {
      this.#asking = false;
    }
  }

  async #fetch() {
    const { etag, ending, problem } = this.#parts.state();
    const news = await this.#parts.api.liveSessions(etag);
    if (news) this.#parts.show({ sessions: news.sessions, etag: news.etag, loaded: true });
    if (problem && !ending) this.#parts.show({ problem: null });
  }

  /** @param {string} reason */
  async #end(reason) {
    const { ending, busy } = this.#parts.state();
    if (!ending || busy) return;
    this.#parts.show({ busy: true, problem: null });
    try {
      const done = { what: ending.what, name: ending.what === "session" ? ending.ticket : ending.name, count: await this.#send(ending, reason) };
      this.#parts.show({ busy: false, ending: null, done });
    } catch (problem) {
      this.#parts.show({ busy: false, problem: this.#parts.told(problem) });
      return;
    }
    await this.load();
  }

  /** @param {Ending} ending @param {string} reason @returns {Promise<number>} how many sessions that ended */
  async #send({ what, id }, reason) {
    if (what === "person") return (await this.#parts.api.endSessionsOf(id, reason)).ended;
    await this.#parts.api.endLiveSession(id, reason);
    return 1;
  }
}
