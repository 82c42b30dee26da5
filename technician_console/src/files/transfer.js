// What is known of one transfer, in either direction: its state, how far it is and how fast. Pure.
import { Rate } from "./rate.js";

/** @typedef {import("../protocol.js").FileProblem} FileProblem */
/** @typedef {import("../protocol.js").FileDirection} FileDirection */
/** @typedef {import("../protocol.js").FileItem} FileItem */
/**
 * @typedef {"waiting" | "offered" | "running" | "interrupted" | "done" | "failed" | "cancelled"} TransferState
 *   waiting: for its turn; interrupted: the connection is away
 */
/** @typedef {{name: string, problem: FileProblem}} Failure */
/** @typedef {{id: string, items: FileItem[], files: number, folders: number, size: number}} Told as in its offer */
/**
 * @typedef {object} Shown a transfer as it is shown
 * @property {string} id
 * @property {FileDirection} direction
 * @property {FileItem[]} items
 * @property {number} files
 * @property {number} folders
 * @property {TransferState} state
 * @property {"me" | "them" | "session" | null} paused who holds it
 * @property {FileProblem | null} problem why all of it failed
 * @property {Failure[]} failures the first of the files that failed
 * @property {number} failed how many did
 * @property {{name: string, as: string}[]} renamed the first of the files that have another name where they arrived
 * @property {number} filesDone
 * @property {number} bytes that are safe
 * @property {number} size bytes of all that can still come
 * @property {number} speed bytes a second
 * @property {{name: string, bytes: number, size: number} | null} current the file that is on its way
 * @property {import("../protocol.js").FileRoad} road which way it goes now
 * @property {boolean} again whether it can be sent again from here
 * @property {Saveable[]} saveable whole files that were received, the first of them
 * @property {number} unsaved how many of those were not saved yet
 */
/** @typedef {{index: number, name: string, size: number, saved: boolean}} Saveable */

/** States that are final. @type {readonly TransferState[]} */
const OVER = ["done", "failed", "cancelled"];
/** So many failures are named. */
const MAX_FAILURES = 50;

export class Transfer {
  /** @type {TransferState} */
  state = "waiting";
  /** @type {FileProblem | null} */
  problem = null;
  pausedByMe = false;
  pausedByThem = false;
  filesDone = 0;
  /** Bytes of the files that are through. */
  bytesDone = 0;
  /** Files of which the sender said nothing. */
  missing = 0;
  /** By name. @type {Map<string, {size: number, problem: FileProblem}>} */
  #failures = new Map();
  /** @type {{name: string, as: string}[]} */
  renamed = [];
  /** The file that is on its way. @type {{name: string, bytes: number, size: number} | null} */
  current = null;
  /** Which way it goes now. @type {import("../protocol.js").FileRoad} */
  road = "direct";
  rate = new Rate();

  /** @param {FileDirection} direction @param {Told} told */
  constructor(direction, told) {
    this.direction = direction;
    this.told = told;
  }

  get id() {
    return this.told.id;
  }

  get over() {
    return OVER.includes(this.state);
  }

  get held() {
    return this.pausedByMe || this.pausedByThem;
  }

  /** @param {TransferState} state a final one @param {FileProblem | null} [problem] */
  end(state, problem = null) {
    this.state = state;
    this.problem = problem;
    this.current = null;
    this.rate.clear();
  }

  /** @param {number} size bytes */
  fileDone(size) {
    this.filesDone += 1;
    this.bytesDone += size;
    this.current = null;
  }

  /** @param {string} name @param {number} size bytes @param {FileProblem} problem */
  fileFailed(name, size, problem) {
    this.#failures.set(name, { size, problem });
    this.current = null;
  }

  /** It is tried again. @param {string} name */
  fileTried(name) {
    this.#failures.delete(name);
  }

  get failed() {
    return this.#failures.size;
  }

  /** The first of them. @returns {Failure[]} */
  get failures() {
    return [...this.#failures].slice(0, MAX_FAILURES).map(([name, { problem }]) => ({ name, problem }));
  }

  /** @param {number} now @param {boolean} sessionPaused @returns {Shown} */
  shown(now, sessionPaused) {
    const { id, items, files, folders, size } = this.told;
    const { direction, state, problem, failures, filesDone, current, road } = this;
    const failed = this.failed + this.missing;
    const failedBytes = [...this.#failures.values()].reduce((sum, failure) => sum + failure.size, 0);
    return {
      ...{ id, direction, items, files, folders, state, problem, failures, failed, filesDone, road },
      renamed: this.renamed.slice(0, MAX_FAILURES),
      current: current && { ...current },
      paused: this.over ? null : this.#holder(sessionPaused),
      bytes: this.bytesDone + (current?.bytes ?? 0),
      size: Math.max(0, size - failedBytes),
      speed: this.rate.at(now),
      again: false,
      saveable: [],
      unsaved: 0,
    };
  }

  /** Who holds it: the support client says a pause of the session of each transfer, too. @param {boolean} sessionPaused @returns {"me" | "them" | "session" | null} */
  #holder(sessionPaused) {
    if (this.pausedByMe) return "me";
    if (sessionPaused) return "session";
    return this.pausedByThem ? "them" : null;
  }
}
