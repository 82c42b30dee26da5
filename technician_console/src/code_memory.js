// The join codes that this tab was told. The broker tells a code once and keeps only its HMAC, so a
// reload can show it again only from here; it is forgotten with the tab.

/** @typedef {import("./protocol.js").JoinCodeIssued & {issued_at: string}} RememberedCode */

const key = (/** @type {string} */ sessionId) => `handrail.code.${sessionId}`;

export class CodeMemory {
  #storage;

  /** @param {Pick<Storage, "getItem" | "setItem" | "removeItem">} storage */
  constructor(storage) {
    this.#storage = storage;
  }

  /** @param {import("./protocol.js").JoinCodeIssued} issued @param {Date} now */
  remember(issued, now) {
    this.#storage.setItem(key(issued.session_id), JSON.stringify({ ...issued, issued_at: now.toISOString() }));
  }

  /** @param {string} sessionId @returns {RememberedCode | null} */
  recall(sessionId) {
    return JSON.parse(this.#storage.getItem(key(sessionId)) ?? "null");
  }

  /** The code was used, or can be no longer. @param {string} sessionId */
  forget(sessionId) {
    this.#storage.removeItem(key(sessionId));
  }
}
