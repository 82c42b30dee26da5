// The state of the system, as the broker saw it when it was asked.

/**
 * @typedef {object} SystemShown
 * @property {import("./protocol.js").SystemState | null} state
 * @property {boolean} busy
 * @property {import("./api.js").FaultCode | null} problem
 */
/**
 * @typedef {object} DeskParts
 * @property {Pick<import("./api.js").Api, "system">} api
 * @property {() => SystemShown} state
 * @property {(change: Partial<SystemShown>) => void} show
 * @property {(problem: unknown) => import("./api.js").FaultCode | null} told
 */

/** @type {SystemShown} */
export const NO_SYSTEM = { state: null, busy: false, problem: null };

export class SystemDesk {
  #parts;

  /** @param {DeskParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** What was seen before stays on the page meanwhile. */
  async open() {
    if (this.#parts.state().busy) return;
    this.#parts.show({ busy: true, problem: null });
    try {
      this.#parts.show({ state: await this.#parts.api.system(), busy: false });
    } catch (problem) {
      this.#parts.show({ busy: false, problem: this.#parts.told(problem) });
    }
  }
}
