// The figures of sessions, asked for as the address says; an answer to an older question is not shown.
import { choiceIn, daysOf, measureQuery, measuresHash, measuresUrl } from "./measures.js";

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

  /** A span of days takes the place of dates; a first day after the last one moves it. @param {Partial<Choice>} change */
  choose(change) {
    const { choice } = this.#parts.state();
    if (change.days) return this.#parts.go(measuresHash({ by: choice.by, days: change.days }));
    if (!change.from && !change.to) return this.#parts.go(measuresHash({ ...choice, ...change }));
    const asked = { ...choice, ...daysOf(choice, this.#parts.now()), ...change };
    if (asked.from > asked.to) Object.assign(asked, change.from ? { to: asked.from } : { from: asked.to });
    this.#parts.go(measuresHash(asked));
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
