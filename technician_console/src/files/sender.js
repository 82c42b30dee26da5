// Files and folders to the end user: one transfer after the other, one file after the other. It sends
// through what it is given; what it does it tells as `changed`.
import { RELAY_FROM_BYTES } from "../protocol.js";
import { Lanes } from "./lanes.js";
import { canTravel, keyOf } from "./outgoing.js";
import { Upload } from "./upload.js";

/** @typedef {import("./outgoing.js").Outgoing} Outgoing */
/** @typedef {import("../protocol.js").ClientFileMessage} ClientFileMessage */
/** @typedef {import("../protocol.js").FileProblem} FileProblem */
/**
 * @typedef {object} SenderParts
 * @property {(message: import("../protocol.js").ConsoleFileMessage) => boolean} send
 * @property {() => FileProblem | null} hindrance why nothing may be sent now: `not_granted` or `paused`
 * @property {(bytes: number) => import("./hash.js").Hash} hash of so many bytes
 * @property {() => number} now milliseconds of a clock that never goes back
 * @property {() => boolean} hands whether the technician works at the remote desktop right now
 * @property {() => boolean} mayRelay whether large files may go through the broker
 * @property {Pick<import("./relays.js").RelayEnd, "want" | "drop" | "lost">} relay
 * @property {(transfer: Outgoing, news: "started" | "done" | "failed" | null) => void} changed
 */

export class FileSender {
  #parts;
  /** @type {Outgoing[]} in the order that they were chosen in */
  transfers = [];
  /** The one that is offered or on its way. @type {Outgoing | null} */
  #current = null;
  /** @type {Upload | null} */
  #upload = null;
  #stream = 0;
  /** The file that was damaged and is tried once more: what the other side had of it may have been another's. */
  #triedAgain = -1;
  /** The roads of the connection, while there is one. @type {Lanes | null} */
  #lanes = null;
  /** @type {import("./road.js").Road | null} */
  #road = null;

  /** @param {SenderParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Put a transfer into the queue. @param {Outgoing} transfer */
  add(transfer) {
    this.transfers.push(transfer);
    this.#tell(transfer);
    this.#turn();
  }

  /** There is a connection: go on with what waits. @param {import("./road.js").Road} road */
  open(road) {
    this.#road = road;
    this.#lanes = new Lanes(road);
    road.onroom = () => this.#upload?.wake();
    this.#turn();
  }

  /** The connection is gone. What was on its way is offered again on the next one. */
  reset() {
    this.#letGo();
    if (this.#road) this.#road.onroom = null;
    this.#road = null;
    this.#lanes = null;
    this.#parts.relay.drop();
    this.#stream = 0;
    this.#current = null;
    for (const cut of this.transfers.filter(({ over, offered }) => offered && !over)) {
      cut.state = "interrupted";
      cut.pausedByThem = false;
      cut.current = null;
      cut.rate.clear();
      this.#tell(cut);
    }
  }

  /** There is a second road. @param {import("../relay/pipe.js").RelayLike} relay */
  relayOpened(relay) {
    this.#lanes?.opened(relay);
    this.#upload?.wake();
  }

  /** There is none, or none any more; what was under way there has to be sent again. */
  relayLost() {
    const used = this.#lanes?.lost();
    if (!used || !this.#upload || !this.#current) return;
    this.#upload.stop();
    this.#parts.send({ type: "file.again", stream: this.#upload.stream });
    this.#tell(this.#current);
  }

  /** The rights may have changed, or the session was paused. */
  rightsChanged() {
    const hindrance = this.#parts.hindrance();
    if (hindrance === "not_granted") {
      for (const transfer of this.transfers.filter((each) => !each.over)) this.#giveUp(transfer, "failed", "not_granted");
    }
    this.#goOn();
    this.#turn();
  }

  /** @param {ClientFileMessage} message */
  hear(message) {
    switch (message.type) {
      case "file.answer":
        return this.#answered(message);
      case "file.pause":
        return this.#paused(message);
      case "file.cancel":
        return this.#cancelled(message);
      case "file.ready":
      case "file.got":
      case "file.done":
      case "file.failed":
        if (message.stream === this.#upload?.stream) this.#heardOf(this.#upload, message);
    }
  }

  /** Hold a transfer, or let it go on. @param {Outgoing} transfer @param {boolean} paused */
  pause(transfer, paused) {
    transfer.pausedByMe = paused;
    if (transfer.offered) this.#parts.send({ type: "file.pause", transfer: transfer.id, paused });
    this.#heldOrLetGo(transfer);
  }

  /** @param {Outgoing} transfer */
  #heldOrLetGo(transfer) {
    this.#goOn();
    this.#tell(transfer);
    this.#turn();
  }

  /** @param {Outgoing} transfer */
  cancel(transfer) {
    if (!transfer.over) this.#giveUp(transfer, "cancelled", "cancelled");
    this.#turn();
  }

  /** Take it off the list. @param {Outgoing} transfer one that is over */
  forget(transfer) {
    this.transfers = this.transfers.filter((each) => each !== transfer);
  }

  // ---- the queue

  /** The next one that waits is offered; one that somebody holds lets it pass. */
  #turn() {
    if (!this.#road || this.#parts.hindrance()) return;
    const next = this.transfers.find(({ state, held }) => !held && (state === "waiting" || state === "interrupted"));
    if (!next || (this.#current && !this.#stepsAside(this.#current)) || !this.#parts.send(next.offer)) return;
    this.#triedAgain = -1;
    this.#current = next;
    next.state = "offered";
    next.offered = true;
    this.#tell(next);
  }

  /** What is held in mid file goes on there when its turn comes again. @param {Outgoing} transfer @returns {boolean} whether it does */
  #stepsAside(transfer) {
    if (transfer.state !== "running" || !transfer.held) return false;
    this.#letGo();
    this.#parts.relay.drop();
    this.#current = null;
    this.#waits(transfer);
    return true;
  }

  /** @param {Outgoing} transfer one that has to wait for another turn */
  #waits(transfer) {
    transfer.state = "waiting";
    transfer.rate.clear();
    this.#tell(transfer);
  }

  /** @param {import("../protocol.js").FileAnswer} message */
  #answered({ transfer: id, problem = null }) {
    const transfer = this.#current;
    if (transfer?.id !== id || transfer.state !== "offered") return;
    if (problem === "paused") return this.#refusedForNow(transfer);
    if (problem) return this.#over(transfer, "failed", problem);
    transfer.state = "running";
    this.#lanes?.begin();
    if (transfer.pausedByMe) this.#parts.send({ type: "file.pause", transfer: id, paused: true });
    this.#tell(transfer, transfer.index === 0 ? "started" : null);
    this.#folders(transfer);
    this.#nextFile(transfer);
    this.#turn();
  }

  /** The session was paused just before; the news of that, and of its end, is on its way. @param {Outgoing} transfer */
  #refusedForNow(transfer) {
    this.#current = null;
    this.#waits(transfer);
  }

  /** @param {Outgoing} transfer */
  #folders({ id, chosen }) {
    for (const path of chosen.folders) {
      const message = /** @type {const} */ ({ type: "file.folder", transfer: id, path });
      if (canTravel(path, message)) this.#parts.send({ ...message, path: [...path] });
    }
  }

  /** Go on with the file that is on its way, or with the next; hold it while it is paused. */
  #goOn() {
    const transfer = this.#current;
    if (transfer?.state !== "running") return;
    const held = transfer.held || this.#parts.hindrance() !== null;
    this.#upload?.hold(held);
    if (!this.#upload && !held) this.#nextFile(transfer);
  }

  // ---- a file

  /** @param {Outgoing} transfer */
  #nextFile(transfer) {
    if (transfer.held || this.#parts.hindrance() || !this.#lanes) return;
    for (let next = transfer.next; next; next = transfer.next) {
      const { path, file } = next;
      const stream = this.#stream + 1;
      const begin = { type: /** @type {const} */ ("file.begin"), transfer: transfer.id, stream, path, size_bytes: file.size, key: keyOf(next) };
      if (canTravel(path, begin)) return this.#begin(transfer, file, begin, this.#lanes);
      this.#settle(transfer, "not_readable");
    }
    this.#parts.send({ type: "file.over", transfer: transfer.id });
    this.#over(transfer, transfer.filesDone === 0 && transfer.failed > 0 ? "failed" : "done");
  }

  /** @param {Outgoing} transfer @param {File} file @param {import("../protocol.js").FileBegin} begin @param {Lanes} lanes */
  #begin(transfer, file, begin, lanes) {
    this.#stream = begin.stream;
    if (file.size >= RELAY_FROM_BYTES && !lanes.choice.settled && this.#parts.mayRelay()) this.#parts.relay.want();
    this.#upload = this.#uploadOf(transfer, file, begin.stream, lanes);
    transfer.current = { name: nameOf(begin.path), bytes: 0, size: file.size };
    this.#parts.send(begin);
    this.#tell(transfer);
  }

  /** @param {Outgoing} transfer @param {File} file @param {number} stream @param {Lanes} lanes */
  #uploadOf(transfer, file, stream, lanes) {
    const { hash, now, hands, relay } = this.#parts;
    const took = (/** @type {import("../protocol.js").FileRoad} */ kind) => {
      transfer.road = kind;
      if (lanes.choice.settled) relay.drop();
    };
    return new Upload({ file, stream, lanes, hash: hash(file.size), now, hands, took, silent: () => relay.lost() });
  }

  /** @param {Upload} upload @param {Extract<ClientFileMessage, {stream: number}>} message */
  #heardOf(upload, message) {
    const transfer = /** @type {Outgoing} */ (this.#current);
    if (message.type === "file.ready") return void this.#send(transfer, this.#anew(transfer, upload), message.offset);
    if (message.type === "file.got") return this.#got(transfer, upload, message.bytes);
    if (message.type === "file.done") {
      upload.acknowledge(transfer.next?.file.size ?? 0);
      const name = nameOf(transfer.next?.path ?? []);
      if (message.name !== name) transfer.renamed.push({ name, as: message.name });
    }
    this.#letGo();
    if (message.type === "file.failed" && message.problem === "damaged" && this.#triedAgain !== transfer.index) {
      this.#triedAgain = transfer.index;
      return this.#nextFile(transfer);
    }
    this.#settle(transfer, message.type === "file.failed" ? message.problem : null);
    this.#nextFile(transfer);
  }

  /** What was refused while the session was paused is asked for again: begin anew behind it. @param {Outgoing} transfer @param {Upload} upload */
  #anew(transfer, upload) {
    const file = transfer.next?.file;
    if (!upload.begun || !file || !this.#lanes) return upload;
    this.#letGo();
    this.#upload = this.#uploadOf(transfer, file, upload.stream, this.#lanes);
    this.#upload.hold(transfer.held || this.#parts.hindrance() !== null);
    return this.#upload;
  }

  /** @param {Outgoing} transfer @param {Upload} upload @param {number} offset */
  async #send(transfer, upload, offset) {
    const sending = upload.send(offset);
    if (transfer.current) transfer.current.bytes = upload.got;
    this.#tell(transfer);
    const result = await sending;
    if (!result || this.#upload !== upload) return;
    if ("sha256" in result) return void this.#parts.send({ type: "file.end", stream: upload.stream, sha256: result.sha256 });
    this.#letGo();
    this.#parts.send({ type: "file.dropped", stream: upload.stream, problem: result.problem });
    this.#settle(transfer, result.problem);
    this.#nextFile(transfer);
  }

  /** @param {Outgoing} transfer @param {Upload} upload @param {number} bytes */
  #got(transfer, upload, bytes) {
    transfer.rate.add(upload.acknowledge(bytes), this.#parts.now());
    if (transfer.current) transfer.current.bytes = upload.got;
    this.#tell(transfer);
  }

  /** @param {Outgoing} transfer @param {FileProblem | null} problem */
  #settle(transfer, problem) {
    transfer.settle(problem);
    this.#tell(transfer);
  }

  #letGo() {
    this.#upload?.stop();
    this.#upload = null;
  }

  // ---- from the other side, and the end

  /** @param {import("../protocol.js").FilePause} message */
  #paused({ transfer: id, paused }) {
    const transfer = this.transfers.find((each) => each.id === id);
    if (!transfer || transfer.over) return;
    transfer.pausedByThem = paused;
    this.#heldOrLetGo(transfer);
  }

  /** @param {import("../protocol.js").FileCancel} message */
  #cancelled({ transfer: id, problem = "cancelled" }) {
    const transfer = this.transfers.find((each) => each.id === id);
    if (!transfer || transfer.over) return;
    this.#over(transfer, problem === "cancelled" ? "cancelled" : "failed", problem);
  }

  /** @param {Outgoing} transfer @param {"failed" | "cancelled"} state @param {FileProblem} problem */
  #giveUp(transfer, state, problem) {
    if (transfer.offered) this.#parts.send({ type: "file.cancel", transfer: transfer.id, problem });
    this.#over(transfer, state, problem);
  }

  /** @param {Outgoing} transfer @param {"done" | "failed" | "cancelled"} state @param {FileProblem | null} [problem] */
  #over(transfer, state, problem = null) {
    if (transfer === this.#current) {
      this.#letGo();
      this.#parts.relay.drop();
      this.#current = null;
    }
    transfer.end(state, problem);
    this.#tell(transfer, state === "done" ? "done" : state === "failed" ? "failed" : null);
    this.#turn();
  }

  /** @param {Outgoing} transfer @param {"started" | "done" | "failed" | null} [news] */
  #tell(transfer, news = null) {
    this.#parts.changed(transfer, news);
  }
}

/** @param {string[]} path */
const nameOf = (path) => path.at(-1) ?? "";
