// The technician's side of the chat: what is said goes out until the support client has numbered it, on
// whichever peer connection stands. What it holds and what follows from it is in channels/chat.js.
import { onOpen, unacknowledged } from "./channels/chat.js";
import { NameMemory } from "./name_memory.js";
import { freshId } from "./ids.js";
import { OutboxMemory } from "./outbox_memory.js";

/** @typedef {import("./session.js").LiveState} LiveState */
/**
 * @typedef {object} ChatParts
 * @property {string} sessionId
 * @property {Pick<Storage, "getItem" | "setItem" | "removeItem">} storage
 * @property {() => LiveState} state
 * @property {() => boolean} hasRoad whether anything said could leave now
 * @property {(message: import("./protocol.js").ConsoleChatMessage) => boolean} send whether a road took it
 * @property {(input: import("./session.js").SessionInput) => void} dispatch
 */

/** When to say again what is unacknowledged: the support client accepts five posts a second. */
const SAY_AGAIN_MS = 3000;

export class TechnicianChat {
  #parts;
  #outbox;
  #name;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #sayAgainTimer;

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

  /** @param {string} text */
  say(text) {
    const before = this.#parts.state().chat.outbox.length;
    this.#parts.dispatch({ type: "chat.said", id: freshId(), text });
    for (const post of unacknowledged(this.#parts.state().chat).slice(before)) this.#parts.send(post);
    this.#sayAgainLater();
  }

  /** What the technician calls the end user, for canned replies: it stays in this tab. @param {string} name */
  nameEndUser(name) {
    this.#name.keep(name.trim());
    this.#parts.dispatch({ type: "end-user.named", name: name.trim() });
  }

  /** The channel is open. */
  opened() {
    for (const message of onOpen(this.#parts.state().chat)) this.#parts.send(message);
    this.#sayAgainLater();
  }

  /** The peer connection is gone. */
  reset() {
    clearTimeout(this.#sayAgainTimer);
    this.#sayAgainTimer = undefined;
  }

  /** The session is over. */
  ended() {
    this.#outbox.forget();
    this.#name.forget();
  }

  /** While a peer connection stands: a post that came too fast was not accepted. */
  #sayAgainLater() {
    if (this.#sayAgainTimer !== undefined || !this.#parts.hasRoad() || this.#parts.state().chat.outbox.length === 0) return;
    this.#sayAgainTimer = setTimeout(() => {
      this.#sayAgainTimer = undefined;
      for (const post of unacknowledged(this.#parts.state().chat)) this.#parts.send(post);
      this.#sayAgainLater();
    }, SAY_AGAIN_MS);
  }
}
