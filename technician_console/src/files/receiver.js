// Files and folders from the end user: checks what comes against what was offered, stages it, and tells
// the sender what is safe. It trusts nothing that the other side says.
import { MAX_DEPTH, MAX_FILES, MAX_SEGMENT_LENGTH } from "../protocol.js";
import { unpackChunk } from "./chunk.js";
import { Incoming, safePath } from "./incoming.js";
import { problemOf } from "./staging.js";

/** @typedef {import("../protocol.js").ClientFileMessage} ClientFileMessage */
/** @typedef {import("../protocol.js").FileProblem} FileProblem */
/** @typedef {import("./incoming.js").Entry} Entry */
/** @typedef {{stream: number, transfer: Incoming, entry: Entry, ready: boolean, expected: number, safe: number}} Inflow a file on its way */
/**
 * @typedef {object} ReceiverParts
 * @property {(message: import("../protocol.js").ConsoleFileMessage) => boolean} send
 * @property {() => boolean} granted whether the end user lets files come
 * @property {import("./staging.js").Staging} staging
 * @property {() => number} now milliseconds of a clock that never goes back
 * @property {(transfer: Incoming, news: "started" | "done" | "failed" | null) => void} changed
 */

/** Transfers at a time. */
const MAX_OPEN = 20;
/** A sender that goes by what is acknowledged has never so much under way. */
const MAX_UNSAFE_BYTES = 64 * 1024 * 1024;

export class FileReceiver {
  #parts;
  /** @type {Incoming[]} */
  transfers = [];
  /** @type {Map<number, Inflow>} */
  #inflows = new Map();

  /** @param {ReceiverParts} parts */
  constructor(parts) {
    this.#parts = parts;
    parts.staging.told = (news) => this.#staged(news);
  }

  /** @param {ClientFileMessage} message */
  hear(message) {
    switch (message.type) {
      case "file.offer":
        return void this.#offered(message);
      case "file.folder":
        return this.#folder(message);
      case "file.begin":
        return void this.#begin(message);
      case "file.again":
        return this.#again(message);
      case "file.end":
        return void this.#end(message);
      case "file.dropped":
        return this.#dropped(message);
      case "file.over":
        return this.#sentAll(message);
      case "file.pause":
        return this.#paused(message);
      case "file.cancel":
        return this.#cancelled(message);
    }
  }

  /** @param {ArrayBuffer} message @param {import("../protocol.js").FileRoad} [road] which way it came */
  hearChunk(message, road = "direct") {
    const chunk = unpackChunk(message);
    const inflow = chunk && this.#inflows.get(chunk.stream);
    if (!chunk || !inflow) return;
    const { offset, bytes } = chunk;
    const end = offset + bytes.length;
    const fits = inflow.ready && offset === inflow.expected && end <= inflow.entry.size;
    if (!fits || end - inflow.safe > MAX_UNSAFE_BYTES) return this.#fail(inflow, "damaged");
    inflow.expected = end;
    inflow.transfer.road = road;
    this.#parts.staging.write(inflow.entry.key, bytes);
  }

  /** The connection is gone: what is there stays, and goes on when it is offered again. */
  reset() {
    this.#letGo([...this.#inflows.values()]);
    for (const transfer of this.transfers.filter(({ over }) => !over)) {
      transfer.state = "interrupted";
      transfer.pausedByThem = false;
      transfer.current = null;
      transfer.rate.clear();
      this.#parts.changed(transfer, null);
    }
  }

  rightsChanged() {
    if (this.#parts.granted()) return;
    for (const transfer of this.transfers.filter(({ over }) => !over)) this.#giveUp(transfer, "not_granted");
  }

  /** @param {Incoming} transfer @param {boolean} paused */
  pause(transfer, paused) {
    transfer.pausedByMe = paused;
    this.#parts.send({ type: "file.pause", transfer: transfer.id, paused });
    this.#parts.changed(transfer, null);
  }

  /** @param {Incoming} transfer */
  cancel(transfer) {
    if (!transfer.over) this.#giveUp(transfer, "cancelled");
  }

  /** @param {Incoming} transfer */
  #forget(transfer) {
    this.transfers = this.transfers.filter((each) => each !== transfer);
  }

  /** Take it off the list, and what was not saved off the disk. @param {Incoming} transfer one that is over */
  async discard(transfer) {
    this.#forget(transfer);
    const used = new Set(this.transfers.flatMap(({ entries }) => [...entries.keys()]));
    for (const key of transfer.entries.keys()) if (!used.has(key)) await this.#remove(key);
  }

  // ---- a transfer

  /** @param {import("../protocol.js").FileOffer} offer */
  async #offered(offer) {
    const refusal = this.#refusal(offer);
    const known = this.#known(offer.transfer);
    const transfer = known ?? new Incoming(offer);
    if (!known && !refusal) this.transfers.push(transfer); // has its place, and can be cancelled, while the disk is asked
    const problem = refusal ?? (await this.#noRoomFor(offer));
    if (!refusal && transfer.over) return;
    this.#parts.send({ type: "file.answer", transfer: offer.transfer, problem });
    if (problem && known) return known.over ? undefined : this.#close(known, "failed", problem);
    if (problem) return this.#forget(transfer);
    transfer.state = "running";
    if (transfer.pausedByMe) this.#parts.send({ type: "file.pause", transfer: transfer.id, paused: true });
    this.#parts.changed(transfer, known ? null : "started");
  }

  /** @param {import("../protocol.js").FileOffer} offer @returns {FileProblem | null} */
  #refusal(offer) {
    const known = this.#known(offer.transfer);
    if (!this.#parts.granted()) return "not_granted";
    if (known?.over) return known.problem ?? "cancelled";
    const open = this.transfers.filter(({ over }) => !over).length;
    if ((!known && open >= MAX_OPEN) || !(offer.files + offer.folders <= MAX_FILES)) return "too_many";
    return isCount(offer.size_bytes) && Array.isArray(offer.items) && offer.items.length > 0 ? null : "damaged";
  }

  /** @param {import("../protocol.js").FileOffer} offer @returns {Promise<FileProblem | null>} */
  async #noRoomFor(offer) {
    try {
      const here = this.#known(offer.transfer)?.declared ?? 0;
      return (await this.#parts.staging.room()) >= offer.size_bytes - here ? null : "disk_full";
    } catch {
      return "unavailable"; // a browser that says nothing of its disk keeps no files
    }
  }

  /** @param {import("../protocol.js").FileFolder} message */
  #folder({ transfer: id, path }) {
    const transfer = this.#running(id);
    if (transfer && isPath(path) && transfer.folders.length < transfer.told.folders) transfer.folders.push(safePath(path));
  }

  /** @param {import("../protocol.js").FileOver} message */
  #sentAll({ transfer: id }) {
    const transfer = this.#running(id);
    if (!transfer) return;
    for (const inflow of this.#inflowsOf(transfer)) this.#fail(inflow, "damaged");
    transfer.missing = Math.max(0, transfer.told.files - transfer.filesDone - transfer.failed);
    const nothing = transfer.filesDone === 0 && transfer.told.files > 0;
    this.#close(transfer, nothing ? "failed" : "done", nothing ? (transfer.failures[0]?.problem ?? "damaged") : null);
  }

  /** @param {import("../protocol.js").FilePause} message */
  #paused({ transfer: id, paused }) {
    const transfer = this.#running(id);
    if (!transfer) return;
    transfer.pausedByThem = paused;
    this.#parts.changed(transfer, null);
  }

  /** @param {import("../protocol.js").FileCancel} message */
  #cancelled({ transfer: id, problem = "cancelled" }) {
    const transfer = this.#known(id);
    if (transfer && !transfer.over) this.#close(transfer, problem === "cancelled" ? "cancelled" : "failed", problem);
  }

  /** @param {Incoming} transfer @param {FileProblem} problem */
  #giveUp(transfer, problem) {
    this.#parts.send({ type: "file.cancel", transfer: transfer.id, problem });
    this.#close(transfer, problem === "cancelled" ? "cancelled" : "failed", problem);
  }

  /** What is whole stays; parts go, unless the transfer may be taken up again. @param {Incoming} transfer @param {"done" | "failed" | "cancelled"} state @param {FileProblem | null} problem */
  #close(transfer, state, problem) {
    this.#letGo(this.#inflowsOf(transfer));
    for (const { key, done } of [...transfer.entries.values()]) {
      if (done) continue;
      transfer.forget(key);
      if (problem !== "not_granted") void this.#remove(key);
    }
    transfer.end(state, problem);
    this.#parts.changed(transfer, state === "done" ? "done" : state === "failed" ? "failed" : null);
  }

  // ---- a file

  /** @param {import("../protocol.js").FileBegin} message */
  async #begin(message) {
    const { stream, key, size_bytes: size, path } = message;
    const transfer = this.#running(message.transfer);
    const refused = (/** @type {FileProblem} */ problem) => void this.#parts.send({ type: "file.failed", stream, problem });
    if (!transfer || this.#inflows.has(stream)) return refused("cancelled");
    if (!isKey(key) || !isCount(size) || !isPath(path)) return refused("damaged");
    this.#letGo(this.#inflowsOf(transfer).filter(({ entry }) => entry.key === key)); // put aside before, and begun anew
    const problem = this.#lie(transfer, key, size);
    if (problem) {
      transfer.fileFailed(safePath(path).join("/"), 0, problem);
      this.#parts.changed(transfer, null);
      return refused(problem);
    }
    const inflow = this.#inflow(transfer, stream, { path: safePath(path), size, key });
    try {
      const length = await this.#parts.staging.open(key, size);
      if (this.#inflows.get(stream) !== inflow) return this.#parts.staging.close(key);
      this.#ready(inflow, length);
    } catch (error) {
      this.#fail(inflow, problemOf(error));
    }
  }

  /** What is there of these stays on the disk. @param {Inflow[]} inflows */
  #letGo(inflows) {
    for (const { stream, entry } of inflows) {
      this.#inflows.delete(stream);
      this.#parts.staging.close(entry.key);
    }
  }

  /** More than was offered, or a file that is on its way already. @param {Incoming} transfer @param {string} key @param {number} size @returns {FileProblem | null} */
  #lie(transfer, key, size) {
    if ([...this.#inflows.values()].some(({ entry }) => entry.key === key)) return "not_writable";
    if (transfer.declared - (transfer.entries.get(key)?.size ?? 0) + size > transfer.told.size) return "too_large";
    return transfer.entries.size >= transfer.told.files && !transfer.entries.has(key) ? "too_many" : null;
  }

  /** @param {Incoming} transfer @param {number} stream @param {{path: string[], size: number, key: string}} file @returns {Inflow} */
  #inflow(transfer, stream, file) {
    const before = transfer.entries.get(file.key);
    if (before?.done) {
      transfer.filesDone -= 1;
      transfer.bytesDone -= before.size;
    }
    const entry = { ...file, done: false, saved: false };
    transfer.declare(entry);
    transfer.fileTried(entry.path.join("/"));
    const inflow = { stream, transfer, entry, ready: false, expected: 0, safe: 0 };
    this.#inflows.set(stream, inflow);
    return inflow;
  }

  /** @param {Inflow} inflow @param {number} length */
  #ready(inflow, length) {
    inflow.ready = true;
    inflow.expected = inflow.safe = length;
    const { stream, transfer, entry } = inflow;
    transfer.current = { name: entry.path.join("/"), bytes: length, size: entry.size };
    this.#parts.send({ type: "file.ready", stream, offset: length });
    this.#parts.changed(transfer, null);
  }

  /** @param {import("./staging.js").StageNews} news */
  #staged(news) {
    const inflow = [...this.#inflows.values()].find(({ entry }) => entry.key === news.key);
    if (!inflow) return;
    if ("problem" in news) return this.#fail(inflow, news.problem);
    const { stream, transfer } = inflow;
    transfer.rate.add(Math.max(0, news.length - inflow.safe), this.#parts.now());
    inflow.safe = news.length;
    if (transfer.current) transfer.current.bytes = news.length;
    this.#parts.send({ type: "file.got", stream, bytes: news.length });
    this.#parts.changed(transfer, null);
  }

  /** What was under way on the relay is lost: all that came is being written. @param {import("../protocol.js").FileAgain} message */
  #again({ stream }) {
    const inflow = this.#inflows.get(stream);
    if (inflow?.ready) this.#parts.send({ type: "file.ready", stream, offset: inflow.expected });
  }

  /** @param {import("../protocol.js").FileEnd} message */
  async #end({ stream, sha256 }) {
    const inflow = this.#inflows.get(stream);
    if (!inflow) return;
    if (!inflow.ready || inflow.expected !== inflow.entry.size) return this.#fail(inflow, "damaged");
    inflow.ready = false;
    try {
      const hash = await this.#parts.staging.finish(inflow.entry.key);
      if (this.#inflows.get(stream) !== inflow) return;
      if (hash === sha256) this.#whole(inflow);
      else this.#fail(inflow, "damaged");
    } catch (error) {
      this.#fail(inflow, problemOf(error));
    }
  }

  /** @param {Inflow} inflow */
  #whole({ stream, transfer, entry }) {
    this.#inflows.delete(stream);
    entry.done = true;
    transfer.fileDone(entry.size);
    this.#parts.send({ type: "file.done", stream, name: (entry.path.at(-1) ?? "").slice(0, 200) });
    this.#parts.changed(transfer, null);
  }

  /** @param {Inflow} inflow @param {FileProblem} problem */
  #fail(inflow, problem) {
    if (this.#inflows.get(inflow.stream) !== inflow) return;
    this.#parts.send({ type: "file.failed", stream: inflow.stream, problem });
    this.#drop(inflow, problem);
  }

  /** @param {import("../protocol.js").FileDropped} message */
  #dropped({ stream, problem }) {
    const inflow = this.#inflows.get(stream);
    if (inflow) this.#drop(inflow, problem);
  }

  /** @param {Inflow} inflow @param {FileProblem} problem */
  #drop({ stream, transfer, entry }, problem) {
    this.#inflows.delete(stream);
    transfer.forget(entry.key);
    transfer.fileFailed(entry.path.join("/"), entry.size, problem);
    void this.#remove(entry.key);
    this.#parts.changed(transfer, null);
  }

  /** @param {string} key */
  async #remove(key) {
    try {
      await this.#parts.staging.remove(key);
    } catch (error) {
      // What is not there, or is still held by another tab, goes with the next sweep.
      if (!(error instanceof Error)) throw error;
    }
  }

  /** @param {Incoming} transfer */
  #inflowsOf = (transfer) => [...this.#inflows.values()].filter((inflow) => inflow.transfer === transfer);

  /** @param {string} id */
  #known = (id) => this.transfers.find((transfer) => transfer.id === id);

  /** @param {string} id */
  #running = (id) => this.transfers.find((transfer) => transfer.id === id && transfer.state === "running");
}

/** @param {unknown} value @returns {value is number} */
const isCount = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
/** @param {unknown} value */
const isKey = (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
/** @param {unknown} path */
const isPath = (path) =>
  Array.isArray(path) &&
  path.length >= 1 &&
  path.length <= MAX_DEPTH &&
  path.every((segment) => typeof segment === "string" && segment !== "" && [...segment].length <= MAX_SEGMENT_LENGTH);
