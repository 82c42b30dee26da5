// Which monitor of which computer the technician looked at last, remembered in this browser.

const KEY = "handrail.monitors";
const MOST_COMPUTERS = 200;

export class MonitorChoice {
  #storage;

  /** @param {Pick<Storage, "getItem" | "setItem">} storage */
  constructor(storage) {
    this.#storage = storage;
  }

  /** @param {string | null} machine @returns {string | null} a monitor's id, or `all`; null when none was chosen */
  recall(machine) {
    return this.#kept().find(([name]) => name === machine)?.[1] ?? null;
  }

  /** @param {string | null} machine @param {string} monitor */
  remember(machine, monitor) {
    if (machine === null) return;
    const others = this.#kept().filter(([name]) => name !== machine);
    this.#storage.setItem(KEY, JSON.stringify([...others, [machine, monitor]].slice(-MOST_COMPUTERS)));
  }

  /** The oldest first; nothing when what is kept is of another kind. @returns {[string, string][]} */
  #kept() {
    try {
      const kept = JSON.parse(this.#storage.getItem(KEY) ?? "[]");
      return Array.isArray(kept) ? kept.filter(isPair) : [];
    } catch (error) {
      if (error instanceof SyntaxError) return [];
      throw error;
    }
  }
}

/** @param {unknown} entry */
const isPair = (entry) => Array.isArray(entry) && entry.length === 2 && entry.every((part) => typeof part === "string");
