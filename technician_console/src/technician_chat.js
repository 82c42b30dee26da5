// The technician's side of the chat: what is said goes out until the support client has numbered it, over
// the peer connection while there is one and through the broker while there is none. What it holds and
// what follows from it is in channels/chat.js.
import { ask, isBehind, onOpen, sayable, unacknowledged } from "./channels/chat.js";
import { freshId } from "./ids.js";
import { NameMemory } from "./name_memory.js";
import { OutboxMemory } from "./outbox_memory.js";
import { TYPING_SHOWN_S, TYPING_TOLD_EVERY_S } from "./protocol.js";

/** @typedef {import("./session.js").LiveState} LiveState */
/** @typedef {import("./channels/chat.js").Road} Road */
/** @typedef {import("./protocol.js").ConsoleChatMessage} ConsoleChatMessage */
/** @typedef {ReturnType<typeof setTimeout> | undefined} Timer */
/**
 * @typedef {object} ChatParts
 * @property {string} sessionId
 * @property {Pick<Storage, "getItem" | "setItem" | "removeItem">} storage
 * @property {() => LiveState} state
 * @property {() => Road} road the best one there is now
 * @property {(road: "direct" | "relayed", message: ConsoleChatMessage) => void} send
 * @property {(input: import("./session.js").SessionInput) => void} dispatch
 * @property {() => number} now milliseconds of a clock that never goes back
 */

/** When to say again what is unacknowledged, and to ask again for what is missing: the support client
 * accepts five posts a second. */
const SAY_AGAIN_MS = 3000;

/** How far this page has come is told this often at most. */
const MARKS_EVERY_MS = 500;

export class TechnicianChat {
  #parts;
  #outbox;
  #name;
  /** Whether the support client has answered on the road that is used now. */
  #answered = false;
  /** Whether a part was asked for and has not come yet: one at a time. */
  #asking = false;
  #marks = { received: 0, shown: 0 };
  #typingToldAt = -Infinity;
  /** @type {Timer} */
  #againTimer;
  /** @type {Timer} */
  #marksTimer;
  /** @type {Timer} */
  #typingTimer;

  /** @param {ChatParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#outbox = new OutboxMemory(parts.storage, parts.sessionId);
    this.#name = new NameMemory(parts.storage, parts.sessionId);
  }

  /** What an earlier page of this tab knew. */
  recall() {
    return { outbox: this.#outbox.recall(), endUserName: this.#name.recall() };
  }

  /** The outbox changed. @param {import("./protocol.js").ChatPost[]} outbox */
  keep(outbox) {
    this.#outbox.keep(outbox);
  }

  get #chat() {
    return this.#parts.state().chat;
  }

  // ---- what the technician does

  /** @param {string} text */
  say(text) {
    const before = this.#chat.outbox.length;
    this.#parts.dispatch({ type: "chat.said", id: freshId(), text });
    for (const post of unacknowledged(this.#chat).slice(before)) this.#send(post);
    this.#typingToldAt = -Infinity;
    this.#again();
  }

  /** What could not be delivered is taken back. @param {string} id */
  discard(id) {
    this.#parts.dispatch({ type: "chat.discarded", id });
  }

  /** The technician is writing; nothing is told of what. @param {string} text */
  typing(text) {
    const now = this.#parts.now();
    if (sayable(text) === "" || now - this.#typingToldAt < TYPING_TOLD_EVERY_S * 1000) return;
    this.#typingToldAt = now;
    this.#send({ type: "chat.typing" });
  }

  /** All lines that came are on the screen. */
  shown() {
    this.#parts.dispatch({ type: "chat.shown" });
    this.#tellMarks();
  }

  /** What the technician calls the end user, for canned replies: it stays in this tab. @param {string} name */
  nameEndUser(name) {
    this.#name.keep(name.trim());
    this.#parts.dispatch({ type: "end-user.named", name: name.trim() });
  }

  // ---- the roads

  /** Perhaps there is another road now. */
  look() {
    const road = this.#parts.road();
    if (road !== this.#chat.road) this.reopen(road);
  }

  /** Begin on this road: its messages begin with where this page stands. @param {Road} [road] */
  reopen(road = this.#parts.road()) {
    clearTimeout(this.#againTimer);
    this.#againTimer = undefined;
    this.#answered = false;
    this.#asking = true;
    this.#marks = { received: 0, shown: 0 };
    this.#stopTyping();
    this.#parts.dispatch({ type: "chat.road", road });
    if (!road) return;
    for (const message of onOpen(this.#chat)) this.#send(message);
    this.#tellMarks();
    this.#again();
  }

  /** The session is over, or its page is left. */
  stop() {
    for (const timer of [this.#againTimer, this.#marksTimer, this.#typingTimer]) clearTimeout(timer);
    this.#againTimer = this.#marksTimer = this.#typingTimer = undefined;
  }

  /** The session is over. */
  ended() {
    this.stop();
    this.#stopTyping();
    this.#parts.dispatch({ type: "chat.road", road: null });
    this.#outbox.forget();
    this.#name.forget();
  }

  /**
   * Something of the support client came over a road.
   * @param {"direct" | "relayed"} road
   * @param {any} message
   */
  hear(road, message) {
    switch (message.type) {
      case "chat.message":
      case "chat.lines":
        this.#parts.dispatch(message);
        this.#tellMarks();
        break;
      case "chat.state":
        this.#parts.dispatch(message);
        if (road !== this.#chat.road) return;
        this.#answered = message.live;
        this.#asking = false;
        if (!message.live) return this.reopen();
        break;
      case "chat.typing":
        return this.#theyType();
      default:
        return;
    }
    if (!this.#asking && isBehind(this.#chat)) this.#ask();
    this.#again();
  }

  /** Ask for a part of what is missing; how the transcript stands follows it. */
  #ask() {
    this.#asking = true;
    this.#send(ask(this.#chat));
  }

  /** @param {ConsoleChatMessage} message */
  #send(message) {
    const { road } = this.#chat;
    if (road) this.#parts.send(road, message);
  }

  /** Whether anything is still owed: an answer, lines that are missing here, or an acknowledgement. */
  #waits() {
    return !this.#answered || isBehind(this.#chat) || unacknowledged(this.#chat).length > 0;
  }

  /** While there is a road: what came too fast was not accepted, and what is relayed may be lost. */
  #again() {
    if (this.#againTimer !== undefined || !this.#chat.road || !this.#waits()) return;
    this.#againTimer = setTimeout(() => {
      this.#againTimer = undefined;
      if (!this.#answered || isBehind(this.#chat)) this.#ask();
      for (const post of unacknowledged(this.#chat)) this.#send(post);
      this.#again();
    }, SAY_AGAIN_MS);
  }

  // ---- marks

  /** Tell how far this page has come, at once and then at most every MARKS_EVERY_MS. */
  #tellMarks() {
    const { received, shownHere: shown, road } = this.#chat;
    const news = received !== this.#marks.received || shown !== this.#marks.shown;
    if (!news || !road || this.#marksTimer !== undefined) return;
    this.#marks = { received, shown };
    this.#send({ type: "chat.marks", received, shown });
    this.#marksTimer = setTimeout(() => {
      this.#marksTimer = undefined;
      this.#tellMarks();
    }, MARKS_EVERY_MS);
  }

  #theyType() {
    clearTimeout(this.#typingTimer);
    this.#typingTimer = setTimeout(() => this.#stopTyping(), TYPING_SHOWN_S * 1000);
    this.#parts.dispatch({ type: "chat.typing", typing: true });
  }

  #stopTyping() {
    clearTimeout(this.#typingTimer);
    this.#typingTimer = undefined;
    if (this.#chat.typing) this.#parts.dispatch({ type: "chat.typing", typing: false });
  }
}
