// The figures of sessions, asked for as the address says; an answer to an older question is not shown.
import { choiceIn, measureQuery, measuresHash, measuresUrl } from "./measures.js";

/** @typedef {import("./measures.js").Choice} Choice */
/**
 * @typedef {object} MeasuresState
 * @property {Choice} choice
 * @property {import("./protocol.js").Measures | null} figures
 * @property {boolean} busy
 * @property {import("./api.js").FaultCode | null} problem
 */
/**
 * @typedef {object} DeskParts
 * @property {Pick<import("./api.js").Api, "measures" | "me">} api
 * @property {() => number} now
 * @property {(hash: string) => void} go
 * @property {(url: string) => void} download
 * @property {() => MeasuresState} state
 * @property {(change: Partial<MeasuresState>) => void} show
 * @property {(problem: unknown) => import("./api.js").FaultCode | null} told
 */

/** @type {MeasuresState} */
export const NO_MEASURES = { choice: choiceIn(""), figures: null, busy: false, problem: null };

export class MeasuresDesk {
  #parts;

  /** @param {DeskParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** @param {Choice} choice */
  async open(choice) {
    this.#parts.show({ choice, busy: true, problem: null });
    try {
      const figures = await this.#parts.api.measures(measureQuery(choice, this.#parts.now()));
      if (this.#parts.state().choice === choice) this.#parts.show({ figures, busy: false });
    } catch (problem) {
      if (this.#parts.state().choice === choice) this.#parts.show({ figures: null, busy: false, problem: this.#parts.told(problem) });
    }
  }

  /** @param {Partial<Choice>} change */
  choose(change) {
    this.#parts.go(measuresHash({ ...this.#parts.state().choice, ...change }));
  }

  /** The browser fetches the file itself; only the sign-in has to be fresh. */
  async export() {
    try {
      await this.#parts.api.me();
      this.#parts.download(measuresUrl(this.#parts.state().choice, this.#parts.now()));
    } catch (problem) {
      this.#parts.show({ problem: this.#parts.told(problem) });
    }
  }
}
