// Trying the connection before there is any session: what the dialog shows, and in which order it is found.
import { TRY_MS } from "./preflight.js";

/** @typedef {import("./trials.js").Trial} Trial */
/** @typedef {{ open: boolean, busy: boolean, trials: readonly Trial[], problem: import("./api.js").FaultCode | null }} ConnectionTest */
/**
 * @typedef {object} ConnectionDeskParts
 * @property {Pick<import("./api.js").Api, "iceServers">} api
 * @property {(servers: readonly import("./protocol.js").IceServer[]) => Promise<Trial[]>} tryWays
 * @property {(withinMs: number) => Promise<number | null>} tryLine milliseconds until the websocket to the broker stood; null when
 *   it did not
 * @property {() => ConnectionTest} state
 * @property {(change: Partial<ConnectionTest>) => void} show
 * @property {(problem: unknown) => import("./api.js").FaultCode | null} told
 */

/** @type {ConnectionTest} */
export const NO_TEST = { open: false, busy: false, trials: [], problem: null };

export class ConnectionDesk {
  #parts;

  /** @param {ConnectionDeskParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Open the dialog and try, unless that is being done. */
  async test() {
    if (this.#parts.state().busy) return this.#parts.show({ open: true });
    this.#parts.show({ open: true, busy: true, trials: [], problem: null });
    try {
      const [broker, others] = await Promise.all([this.#broker(), this.#others()]);
      this.#parts.show({ busy: false, trials: [broker, ...others] });
    } catch (problem) {
      this.#parts.show({ busy: false, problem: this.#parts.told(problem) });
    }
  }

  close() {
    this.#parts.show({ open: false });
  }

  /** @returns {Promise<Trial>} */
  async #broker() {
    const milliseconds = await this.#parts.tryLine(TRY_MS);
    return { way: "broker", url: "", outcome: milliseconds === null ? "unreachable" : "works", milliseconds, code: null };
  }

  async #others() {
    const { servers } = await this.#parts.api.iceServers();
    return this.#parts.tryWays(servers);
  }
}
