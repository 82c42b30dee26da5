// What was said in the chat and is not acknowledged yet, for this tab: a reload must not lose it.

export class OutboxMemory {
  #storage;
  #key;

  /** @param {Pick<Storage, "getItem" | "setItem" | "removeItem">} storage @param {string} sessionId */
  constructor(storage, sessionId) {
    this.#storage = storage;
    this.#key = `handrail.chat.${sessionId}`;
  }

  /** @returns {import("./protocol.js").ChatPost[]} */
  recall() {
    return JSON.parse(this.#storage.getItem(this.#key) ?? "[]");
  }

  /** @param {import("./protocol.js").ChatPost[]} outbox */
  keep(outbox) {
    this.#storage.setItem(this.#key, JSON.stringify(outbox));
  }

  forget() {
    this.#storage.removeItem(this.#key);
  }
}
