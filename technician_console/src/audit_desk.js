// The audit log as auditors and admins search it: asked for page by page, until a page is full.
import { ApiProblem } from "./api.js";
import { asked, auditHash, exportUrl, faultyFilter } from "./audit_filters.js";

/** @typedef {import("./audit_filters.js").Asked} Asked */
/** @typedef {import("./protocol.js").AuditRecordView} AuditRecordView */
/**
 * @typedef {object} AuditState
 * @property {Asked} asked
 * @property {AuditRecordView[]} records newest first
 * @property {string | null} nextCursor
 * @property {number} unindexed records that words about people do not find so far
 * @property {boolean} busy
 * @property {boolean} loaded
 * @property {boolean} exporting
 * @property {import("./api.js").FaultCode | null} problem
 * @property {import("./audit_filters.js").Filter | null} faulty the filter that makes no sense
 * @property {import("./protocol.js").SavedFilter[]} saved by name
 */
/**
 * @typedef {object} DeskParts
 * @property {Pick<import("./api.js").Api, "auditRecords" | "me" | "savedFilters" | "keepSavedFilters">} api
 * @property {() => AuditState} state
 * @property {(change: Partial<AuditState>) => void} show
 * @property {(problem: unknown) => import("./api.js").FaultCode | null} told
 * @property {(hash: string) => void} go
 * @property {(url: string) => void} download let the browser fetch a file and keep it
 */

/** Records of a page: more are asked for until it is full, or the log is at its end. */
export const PAGE = 50;

/** @type {AuditState} */
export const NO_AUDIT = {
  asked: {}, records: [], nextCursor: null, unindexed: 0, busy: false, loaded: false, exporting: false, problem: null, faulty: null, saved: [],
};

export class AuditDesk {
  #parts;
  /** Counts what was asked: an answer to something older is not shown. */
  #turn = 0;

  /** @param {DeskParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Show the records of an address. @param {Asked} what */
  async open(what) {
    this.#parts.show({ ...NO_AUDIT, asked: what, saved: this.#parts.state().saved });
    await Promise.all([this.#fill(null, []), this.#findSaved()]);
  }

  /** Go where these filters are shown; the same address is asked again. @param {Asked} what */
  async ask(what) {
    const hash = auditHash(what);
    if (hash === auditHash(this.#parts.state().asked)) await this.open(asked(what));
    else this.#parts.go(hash);
  }

  async more() {
    const { nextCursor, records, busy } = this.#parts.state();
    if (nextCursor && !busy) await this.#fill(nextCursor, records);
  }

  /** Leave the file to the browser, which shows how far it is; only the sign-in has to be fresh. @param {string} format */
  async export(format) {
    this.#parts.show({ exporting: true, problem: null });
    try {
      await this.#parts.api.me();
      this.#parts.download(exportUrl(this.#parts.state().asked, format));
      this.#parts.show({ exporting: false });
    } catch (problem) {
      this.#parts.show({ exporting: false, problem: this.#parts.told(problem) });
    }
  }

  /** What is asked right now does not matter any more. */
  leave() {
    this.#turn += 1;
    this.#parts.show({ busy: false });
  }

  /** Keep these filters under a name; those that had it are replaced. @param {string} name */
  async save(name) {
    const { saved, asked: what } = this.#parts.state();
    const others = saved.filter((one) => one.name !== name);
    await this.#keep([...others, { name, asked: what }].sort((one, other) => one.name.localeCompare(other.name)));
  }

  /** @param {string} name */
  async forget(name) {
    await this.#keep(this.#parts.state().saved.filter((one) => one.name !== name));
  }

  /** They are in the account, so they are there on every device. */
  async #findSaved() {
    try {
      this.#parts.show({ saved: [...(await this.#parts.api.savedFilters()).filters] });
    } catch (problem) {
      this.#parts.show({ problem: this.#parts.told(problem) });
    }
  }

  /** @param {import("./protocol.js").SavedFilter[]} filters */
  async #keep(filters) {
    try {
      this.#parts.show({ saved: [...(await this.#parts.api.keepSavedFilters(filters)).filters] });
    } catch (problem) {
      this.#parts.show({ problem: this.#parts.told(problem) });
    }
  }

  /** @param {string | null} cursor @param {AuditRecordView[]} before */
  async #fill(cursor, before) {
    const turn = (this.#turn += 1);
    this.#parts.show({ busy: true, problem: null, faulty: null });
    try {
      await this.#fetch(turn, cursor, before);
    } catch (problem) {
      if (turn !== this.#turn) return;
      const faulty = problem instanceof ApiProblem ? faultyFilter(problem.message) : null;
      this.#parts.show({ busy: false, loaded: true, faulty, problem: this.#parts.told(problem) });
    }
  }

  /** @param {number} turn @param {string | null} cursor @param {AuditRecordView[]} before */
  async #fetch(turn, cursor, before) {
    let records = before;
    let next = cursor;
    do {
      const limit = PAGE - (records.length - before.length);
      const page = await this.#parts.api.auditRecords({ ...this.#parts.state().asked, cursor: next, limit });
      if (turn !== this.#turn) return;
      records = [...records, ...page.records];
      next = page.next_cursor;
      this.#parts.show({ records, nextCursor: next, unindexed: page.unindexed });
    } while (next && records.length - before.length < PAGE);
    this.#parts.show({ busy: false, loaded: true });
  }
}

/** What each intent does. @param {() => AuditDesk} desk @returns {Record<string, (intent: any) => unknown>} */
export const auditIntents = (desk) => ({
  "audit.ask": ({ asked: what }) => desk().ask(what),
  "audit.export": ({ format }) => desk().export(format),
  "audit.more": () => desk().more(),
  "audit.save": ({ name }) => desk().save(name),
  "audit.forget": ({ name }) => desk().forget(name),
});
