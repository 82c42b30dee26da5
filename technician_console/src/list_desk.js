// The list of sessions as its filters let it through, a page after the other; for auditors everybody's.
import { takesPart } from "./roles.js";

/** @typedef {import("./api.js").FaultCode} FaultCode */
/** @typedef {{ticket: string, state: import("./protocol.js").SessionState | ""}} Filters */
/**
 * @typedef {object} ListState
 * @property {import("./protocol.js").SessionView[]} sessions
 * @property {string | null} nextCursor
 * @property {Filters} filters
 * @property {boolean} loaded
 * @property {FaultCode | null} problem
 */
/**
 * @typedef {object} DeskParts
 * @property {Pick<import("./api.js").Api, "sessions">} api
 * @property {() => ListState} state
 * @property {(change: Partial<ListState>) => void} show
 * @property {(problem: unknown) => FaultCode | null} told
 * @property {() => import("./protocol.js").AccountView | null | undefined} account
 */

/** @type {ListState} */
export const NO_LIST = { sessions: [], nextCursor: null, filters: { ticket: "", state: "" }, loaded: false, problem: null };

export class ListDesk {
  #parts;

  /** @param {DeskParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** @param {Filters} filters */
  async filter(filters) {
    this.#parts.show({ filters });
    await this.load();
  }

  /** @param {string | null} [cursor] */
  async load(cursor = null) {
    const { filters } = this.#parts.state();
    const account = this.#parts.account();
    try {
      const page = await this.#parts.api.sessions({
        ticket: filters.ticket,
        state: filters.state || null,
        technician: takesPart(account) ? (account?.account_id ?? null) : null,
        cursor,
      });
      if (filters !== this.#parts.state().filters) return;
      const before = cursor ? this.#parts.state().sessions : [];
      this.#parts.show({ sessions: [...before, ...page.sessions], nextCursor: page.next_cursor, loaded: true, problem: null });
    } catch (problem) {
      this.#parts.show({ loaded: true, problem: this.#parts.told(problem) });
    }
  }
}
