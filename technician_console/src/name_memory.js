// What the technician calls the end user of a session, for this tab: the broker is not told.

export class NameMemory {
  #storage;
  #key;

  /** @param {Pick<Storage, "getItem" | "setItem" | "removeItem">} storage @param {string} sessionId */
  constructor(storage, sessionId) {
    this.#storage = storage;
    this.#key = `handrail.end-user.${sessionId}`;
  }

  recall() {
    return this.#storage.getItem(this.#key) ?? "";
  }

  /** @param {string} name */
  keep(name) {
    this.#storage.setItem(this.#key, name);
  }

  forget() {
    this.#storage.removeItem(this.#key);
  }
}
