// The filters that somebody saved on this device, by name.
import { asked } from "./audit_filters.js";

const KEY = "handrail.audit.filters";
const MOST = 50;

/** @typedef {{name: string, asked: import("./audit_filters.js").Asked}} SavedFilter */

export class AuditMemory {
  #storage;

  /** @param {Pick<Storage, "getItem" | "setItem">} storage */
  constructor(storage) {
    this.#storage = storage;
  }

  /** By name. @returns {SavedFilter[]} */
  all() {
    const kept = parse(this.#storage.getItem(KEY));
    const sound = kept.filter((one) => typeof one?.name === "string" && typeof one.asked === "object");
    return sound.map((one) => ({ name: one.name, asked: asked(one.asked) })).slice(0, MOST);
  }

  /** Keep filters under a name; those that had it are replaced. @param {SavedFilter} filter */
  save(filter) {
    this.#keep([...this.#without(filter.name), filter]);
  }

  /** @param {string} name */
  forget(name) {
    this.#keep(this.#without(name));
  }

  /** @param {string} name */
  #without(name) {
    return this.all().filter((one) => one.name !== name);
  }

  /** @param {SavedFilter[]} filters */
  #keep(filters) {
    const sorted = filters.sort((one, other) => one.name.localeCompare(other.name));
    this.#storage.setItem(KEY, JSON.stringify(sorted.slice(0, MOST)));
  }
}

/** @param {string | null} text @returns {any[]} */
function parse(text) {
  try {
    const kept = JSON.parse(text ?? "[]");
    return Array.isArray(kept) ? kept : [];
  } catch {
    return []; // somebody else wrote there: nothing is saved
  }
}
