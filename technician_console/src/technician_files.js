// Files in one session, both ways: joins the sender, the receiver, what is staged and what is saved. What
// is shown it tells as changes of the live state, a few times a second.
import { FileReceiver } from "./files/receiver.js";
import { FileSender } from "./files/sender.js";
import { Incoming } from "./files/incoming.js";
import { Outgoing, toldOf } from "./files/outgoing.js";
import { Destination } from "./files/saving.js";
import { RelayPair } from "./files/relay_pair.js";
import { problemOf } from "./files/staging.js";
import { freshId } from "./ids.js";
import { MAX_FILES } from "./protocol.js";
import { granted, isPaused } from "./session.js";

/** @typedef {import("./session.js").LiveState} LiveState */
/** @typedef {import("./session.js").FilesState} FilesState */
/** @typedef {import("./files/gather.js").Chosen} Chosen */
/** @typedef {import("./files/outgoing.js").Kept} Kept */
/** @typedef {import("./files/incoming.js").Entry} Entry */
/** @typedef {import("./protocol.js").ClientFileMessage} ClientFileMessage */
/** @typedef {import("./protocol.js").FileProblem} FileProblem */
/**
 * @typedef {object} FileParts what files need of the browser
 * @property {import("./files/staging.js").Staging} staging
 * @property {{begin: (bytes: number) => import("./files/hash.js").Hash, stop: () => void}} hashes
 * @property {(options: import("./files/relays.js").Opening) => Promise<import("./relay/pipe.js").RelayLike>} openRelay
 * @property {boolean} canSeal whether this page can encrypt
 * @property {Pick<import("./files/saving.js").Saving, "picksFolders" | "download" | "pickFolder">} saving
 */
/**
 * @typedef {object} Surroundings
 * @property {string} sessionId
 * @property {FileParts} parts
 * @property {Pick<Storage, "getItem" | "setItem" | "removeItem">} storage of this tab
 * @property {() => LiveState} state
 * @property {(message: import("./protocol.js").ConsoleFileMessage) => boolean} send
 * @property {(message: import("./protocol.js").RelayWanted) => boolean} want ask the broker for a relay
 * @property {(change: Partial<FilesState>) => void} show
 * @property {() => boolean} hands whether the technician works at the remote desktop right now
 * @property {() => number} now milliseconds of a clock that never goes back
 */

const SHOW_EVERY_MS = 250;
const KEEP_EVERY_MS = 2000;
/** What was staged and not saved is kept for so long. */
const STAGED_LIVES_MS = 24 * 60 * 60 * 1000;

export class TechnicianFiles {
  #around;
  #sender;
  #receiver;
  #relays;
  /** Both directions, oldest first. @type {(Outgoing | Incoming)[]} */
  #all = [];
  /** Transfers that a reload has cut. @type {Kept[]} */
  #lost = [];
  /** @type {string | null} */
  #asked = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #keepTimer;
  #over = false;

  /** @param {Surroundings} around */
  constructor(around) {
    this.#around = around;
    const { send, now } = around;
    const changed = (/** @type {Outgoing | Incoming} */ transfer, /** @type {"started" | "done" | "failed" | null} */ news) => this.#changed(transfer, news);
    const { hashes, staging } = around.parts;
    const { openRelay, canSeal } = around.parts;
    this.#relays = new RelayPair({
      ...{ want: around.want, say: send, open: openRelay, canSeal },
      allowed: () => around.state().filePolicy.relay,
      receiving: () => this.#receiver.transfers.some(({ state }) => state === "running"),
      opened: (relay) => this.#sender.relayOpened(relay),
      lost: (reason) => this.#relayLost(reason),
      came: (message) => this.#receiver.hearChunk(message, "relay"),
    });
    this.#sender = new FileSender({
      ...{ send, now, changed, relay: this.#relays.out, hash: (bytes) => hashes.begin(bytes) },
      hindrance: () => this.#hindrance("send"),
      hands: around.hands,
      mayRelay: () => this.#relays.allowed,
    });
    this.#receiver = new FileReceiver({ send, now, changed, staging, granted: () => this.#hindrance("receive") !== "not_granted" });
  }

  /** The page of the session was opened: take up what a reload has cut, or clear away what is over. */
  async opened() {
    const ended = this.#around.state().session?.state === "ended";
    this.#over = ended;
    if (ended) this.#keep();
    else this.#recall();
    const { staging, saving, canSeal } = this.#around.parts;
    this.#around.show({ lasts: staging.lasts, picksFolders: saving.picksFolders, noRelay: canSeal ? null : "insecure" });
    this.#show();
    try {
      await staging.sweep(ended ? this.#around.sessionId : null, Date.now() - STAGED_LIVES_MS);
    } catch {
      this.#around.show({ lasts: false }); // a browser that lets no page keep files
    }
  }

  /** @param {ClientFileMessage} message */
  hear(message) {
    if (message.type === "file.ask_answer") return this.#askAnswered(message);
    if (message.type === "file.offer") this.#askOver();
    this.#relays.hear(message);
    this.#sender.hear(message);
    this.#receiver.hear(message);
  }

  /** @param {ArrayBuffer} message */
  hearChunk(message) {
    this.#receiver.hearChunk(message);
  }

  /** The broker's word on a relay that either side asked for. @param {import("./protocol.js").RelayOffered | import("./protocol.js").RelayRefused} answer */
  relayAnswered(answer) {
    this.#relays.answered(answer);
  }

  /** @param {import("./protocol.js").RelayRefusal | null} reason */
  #relayLost(reason) {
    this.#sender.relayLost();
    this.#around.show({ noRelay: reason });
  }

  /** @param {import("./files/road.js").Road} road */
  open(road) {
    this.#sender.open(road);
  }

  /** The end user's side told the rights. */
  rightsChanged() {
    if (this.#hindrance("receive") === "not_granted") this.#askOver();
    this.#sender.rightsChanged();
    this.#receiver.rightsChanged();
    this.#show();
  }

  /** The connection is gone. */
  reset() {
    this.#askOver();
    this.#relays.drop();
    this.#sender.reset();
    this.#receiver.reset();
  }

  /** The session is over: nothing goes on. What is whole can still be saved. */
  ended() {
    for (const transfer of this.#all) if (!transfer.over) transfer.end("cancelled", "cancelled");
    this.#relays.drop();
    this.#lost = [];
    this.#over = true;
    this.#keep();
    this.#show();
  }

  stop() {
    clearTimeout(this.#timer);
    this.#keep();
    this.#around.parts.hashes.stop();
    this.#around.parts.staging.stop();
  }

  // ---- what the technician does

  /** @param {Chosen} chosen */
  send(chosen) {
    const things = chosen.files.length + chosen.folders.length;
    if (things === 0) return;
    const hindrance = this.#hindrance("send");
    const problem = hindrance === "not_granted" ? hindrance : this.#overPolicy(chosen, things);
    this.#around.show({ problem });
    if (!problem) this.#sender.add(this.#again(chosen) ?? new Outgoing(freshId(), chosen));
  }

  /** @param {Chosen} chosen @param {number} things @returns {FileProblem | null} */
  #overPolicy({ files }, things) {
    const { max_files: most, max_file_bytes: largest } = this.#around.state().filePolicy;
    if (things > Math.min(most, MAX_FILES)) return "too_many";
    return largest !== null && files.some(({ file }) => file.size > largest) ? "over_limit" : null;
  }

  /** Send it again, as far as it did not come across. @param {string} id */
  sendAgain(id) {
    const before = this.#all.find((each) => each.id === id);
    if (!(before instanceof Outgoing) || !before.over) return;
    this.discard(id);
    this.send(before.unsent);
  }

  /** Ask the end user for files. @param {string} reason */
  ask(reason) {
    this.#around.show({ dialog: false, problem: null });
    const hindrance = this.#hindrance("receive");
    if (hindrance) return this.#around.show({ problem: hindrance });
    const id = freshId();
    if (!this.#around.send({ type: "file.ask", id, reason })) return;
    this.#asked = id;
    this.#around.show({ asking: true });
  }

  /** @param {boolean} dialog whether the form that asks for files is open */
  showAsk(dialog) {
    this.#around.show({ dialog });
  }

  /** The browser could not look into what was dropped. */
  unreadable() {
    this.#around.show({ problem: "not_readable" });
  }

  closeProblem() {
    this.#around.show({ problem: null });
  }

  /** @param {string} id @param {boolean} paused */
  pause(id, paused) {
    const transfer = this.#find(id);
    if (transfer instanceof Outgoing) this.#sender.pause(transfer, paused);
    else if (transfer) this.#receiver.pause(transfer, paused);
  }

  /** @param {string} id */
  cancel(id) {
    const transfer = this.#find(id);
    if (transfer instanceof Outgoing) this.#sender.cancel(transfer);
    else if (transfer) this.#receiver.cancel(transfer);
  }

  /** Take it off the list; received files that were not saved are gone. @param {string} id */
  discard(id) {
    const transfer = this.#find(id);
    this.#lost = this.#lost.filter((each) => each.id !== id);
    if (transfer?.over) {
      this.#all = this.#all.filter((each) => each !== transfer);
      if (transfer instanceof Outgoing) this.#sender.forget(transfer);
      else void this.#receiver.discard(transfer);
    }
    this.#keep();
    this.#show();
  }

  /** Save one file of a transfer. @param {string} id @param {number} index */
  async save(id, index) {
    const entry = this.#incoming(id)?.whole[index];
    const blob = entry && (await this.#blobOf(entry));
    if (!blob) return;
    this.#around.parts.saving.download(blob, entry.path.at(-1) ?? "");
    entry.saved = true;
    this.#show();
  }

  /** Save all of a transfer into a folder. @param {string} id */
  async saveAll(id) {
    const transfer = this.#incoming(id);
    const root = transfer && (await this.#around.parts.saving.pickFolder());
    if (!root) return;
    const destination = new Destination(root);
    this.#around.show({ saving: id, problem: null });
    try {
      for (const path of transfer.folders) await destination.folder(path);
      for (const entry of transfer.whole) await this.#saveInto(destination, entry);
    } catch (error) {
      this.#around.show({ problem: problemOf(error) });
    } finally {
      this.#around.show({ saving: null });
      this.#show();
    }
  }

  /** @param {Destination} destination @param {Entry} entry */
  async #saveInto(destination, entry) {
    const blob = await this.#blobOf(entry);
    if (!blob) return;
    await destination.write(entry.path, blob);
    entry.saved = true;
    this.#soon();
  }

  /** @param {Entry} entry */
  async #blobOf(entry) {
    try {
      return await this.#around.parts.staging.blob(entry.key);
    } catch {
      this.#around.show({ problem: "unavailable" }); // cleared away by the browser, or after a day
      return null;
    }
  }

  // ---- the list

  /** The transfer that was cut and is chosen again. @param {Chosen} chosen */
  #again(chosen) {
    const told = toldOf("", chosen);
    const lost = this.#lost.find((each) => isSame(each, told));
    if (!lost) return null;
    this.#lost = this.#lost.filter((each) => each !== lost);
    const transfer = new Outgoing(lost.id, chosen);
    transfer.goOn(lost);
    return transfer;
  }

  /** @param {string} id */
  #find = (id) => this.#all.find((each) => each.id === id);

  /** @param {string} id */
  #incoming(id) {
    const transfer = this.#find(id);
    return transfer instanceof Incoming ? transfer : null;
  }

  /** @param {import("./protocol.js").FileAskAnswer} message */
  #askAnswered({ id, problem }) {
    if (id !== this.#asked) return;
    this.#askOver();
    this.#around.show({ problem });
  }

  #askOver() {
    if (this.#asked === null) return;
    this.#asked = null;
    this.#around.show({ asking: false });
  }

  /** Why nothing may go this way now; before the other side told the rights, it waits like in a pause. @param {"send" | "receive"} direction @returns {FileProblem | null} */
  #hindrance(direction) {
    const state = this.#around.state();
    if (!granted(state).includes(`files.${direction}`)) return "not_granted";
    return isPaused(state) || state.rights === null ? "paused" : null;
  }

  // ---- what is shown, and kept

  /** @param {Outgoing | Incoming} transfer @param {"started" | "done" | "failed" | null} news */
  #changed(transfer, news) {
    if (!this.#all.includes(transfer)) this.#all.push(transfer);
    this.#keepTimer ??= setTimeout(() => this.#keep(), KEEP_EVERY_MS);
    if (!news) return this.#soon();
    const { told, direction, problem, failed } = transfer;
    const name = told.items[0]?.name ?? "";
    this.#around.show({ news: { kind: news, direction, name, files: told.files, failed, problem, id: told.id } });
    this.#keep();
    this.#show();
  }

  #soon() {
    this.#timer ??= setTimeout(() => this.#show(), SHOW_EVERY_MS);
  }

  #show() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const paused = isPaused(this.#around.state());
    const transfers = this.#all.map((transfer) => transfer.shown(this.#around.now(), paused)).reverse();
    this.#around.show({ transfers, lost: this.#lost });
    // The speed of what stands still falls.
    if (transfers.some(({ speed }) => speed > 0)) this.#soon();
  }

  get #key() {
    return `handrail.files.${this.#around.sessionId}`;
  }

  #keep() {
    clearTimeout(this.#keepTimer);
    this.#keepTimer = undefined;
    if (this.#over) return this.#around.storage.removeItem(this.#key);
    const sends = this.#all.filter((each) => each instanceof Outgoing && !each.over).map(({ kept }) => kept);
    const { lasts } = this.#around.parts.staging;
    const receives = lasts ? this.#all.filter((each) => each instanceof Incoming).map(({ kept }) => kept) : [];
    try {
      this.#around.storage.setItem(this.#key, JSON.stringify({ sends: [...this.#lost, ...sends], receives }));
    } catch {
      this.#around.storage.removeItem(this.#key); // more files than a tab can remember: a reload forgets them
    }
  }

  #recall() {
    const { sends = [], receives = [] } = JSON.parse(this.#around.storage.getItem(this.#key) ?? "{}");
    this.#lost = sends;
    this.#receiver.transfers = receives.map(Incoming.recalled);
    this.#all.push(...this.#receiver.transfers);
  }
}

/** @param {import("./files/transfer.js").Told} one @param {import("./files/transfer.js").Told} other */
const isSame = (one, other) =>
  one.size === other.size && one.files === other.files && JSON.stringify(one.items) === JSON.stringify(other.items);
