// Sessions that end users do not trust, as auditors and admins see them; an admin notes them as seen.

import { readsAll } from "./roles.js";

/** @typedef {import("./protocol.js").ReportView} ReportView */
/** @typedef {import("./api.js").FaultCode} FaultCode */
/**
 * @typedef {object} ReportsState
 * @property {ReportView[]} items unseen ones first
 * @property {number} unseen
 * @property {boolean} busy
 * @property {FaultCode | null} problem
 */
/**
 * @typedef {object} DeskParts
 * @property {(change: Partial<ReportsState>) => void} show
 * @property {(problem: unknown) => FaultCode | null} told
 */

/** @type {ReportsState} */
export const NO_REPORTS = { items: [], unseen: 0, busy: false, problem: null };

export class ReportsDesk {
  #api;
  #parts;

  /** @param {Pick<import("./api.js").Api, "reports" | "seeReport">} api @param {DeskParts} parts */
  constructor(api, parts) {
    this.#api = api;
    this.#parts = parts;
  }

  /** For technicians there is nothing to ask. @param {import("./protocol.js").AccountView | null | undefined} account */
  async load(account) {
    if (!readsAll(account)) return;
    try {
      await this.#fetch();
    } catch (problem) {
      this.#parts.show({ problem: this.#parts.told(problem) });
    }
  }

  /** @param {string} sessionId */
  async see(sessionId) {
    this.#parts.show({ busy: true, problem: null });
    try {
      await this.#api.seeReport(sessionId);
      await this.#fetch();
      this.#parts.show({ busy: false });
    } catch (problem) {
      this.#parts.show({ busy: false, problem: this.#parts.told(problem) });
    }
  }

  async #fetch() {
    const { reports, unseen } = await this.#api.reports();
    this.#parts.show({ items: reports, unseen, problem: null });
  }
}
