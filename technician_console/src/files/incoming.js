// One transfer from the end user: its files, and where each stands. Pure.
import { safeName } from "./names.js";
import { Transfer } from "./transfer.js";

/** @typedef {import("../protocol.js").FileOffer} FileOffer */
/** @typedef {{path: string[], size: number, key: string, done: boolean, saved: boolean}} Entry a file, with safe names */
/**
 * @typedef {import("./transfer.js").Told & {state: import("./transfer.js").TransferState, entries: Entry[],
 *   paths: string[][]}} KeptIncoming what a reload must not lose
 */

/** So many files are listed to be saved one by one, first those that were not yet. */
const MAX_LISTED = 100;

export class Incoming extends Transfer {
  /** By key. @type {Map<string, Entry>} */
  entries = new Map();
  /** @type {string[][]} */
  folders = [];
  /** Bytes of all files that the other side has begun. */
  declared = 0;

  /** @param {FileOffer} offer */
  constructor({ transfer, items, files, folders, size_bytes }) {
    super("receive", { id: transfer, items, files, folders, size: size_bytes });
  }

  /** @param {KeptIncoming} kept */
  static recalled({ state, entries, paths, ...told }) {
    const transfer = new Incoming({ type: "file.offer", transfer: told.id, ...told, size_bytes: told.size });
    for (const entry of entries) transfer.declare(entry);
    for (const entry of transfer.whole) transfer.fileDone(entry.size);
    transfer.folders = paths;
    transfer.state = state;
    return transfer;
  }

  /** @returns {KeptIncoming} */
  get kept() {
    const state = this.over ? this.state : "interrupted";
    return { ...this.told, state, entries: [...this.entries.values()], paths: this.folders };
  }

  /** There is such a file, in the place of one with the same key. @param {Entry} entry */
  declare(entry) {
    this.forget(entry.key);
    this.declared += entry.size;
    this.entries.set(entry.key, entry);
  }

  /** @param {string} key */
  forget(key) {
    this.declared -= this.entries.get(key)?.size ?? 0;
    this.entries.delete(key);
  }

  /** What can be saved. */
  get whole() {
    return [...this.entries.values()].filter(({ done }) => done);
  }

  /** @param {number} now @param {boolean} sessionPaused */
  shown(now, sessionPaused) {
    const whole = this.whole.map(({ path, size, saved }, index) => ({ index, name: path.join("/"), size, saved }));
    const unsaved = whole.filter(({ saved }) => !saved);
    const saved = unsaved.length < MAX_LISTED ? whole.filter((file) => file.saved) : [];
    return {
      ...super.shown(now, sessionPaused),
      saveable: [...unsaved, ...saved].slice(0, MAX_LISTED),
      unsaved: unsaved.length,
    };
  }
}

/** @param {string[]} path */
export const safePath = (path) => path.map(safeName);
