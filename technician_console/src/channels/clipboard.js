// The clipboard channel: a text out, a text in, each piece by piece, at most one in each direction.
// It sends through what it is given and touches no clipboard; what comes unasked is refused.
import { charactersOf, pieces, problemOf, sha256, sizeOf, withLineFeeds } from "../clipboard_text.js";
import { CLIPBOARD_WINDOW, MAX_CLIPBOARD_BYTES } from "../protocol.js";

/** @typedef {import("../protocol.js").ConsoleClipboardMessage} ConsoleClipboardMessage */
/** @typedef {import("../protocol.js").ClientClipboardMessage} ClientClipboardMessage */
/** @typedef {import("../protocol.js").ClipboardDirection} ClipboardDirection */
/** @typedef {import("../protocol.js").ClipboardProblem} ClipboardProblem */
/**
 * @typedef {object} ClipboardEvents
 * @property {(size: {characters: number, bytes: number}) => void} sent a text is in the end user's clipboard
 * @property {(text: string) => void} received a text of the end user came, whole
 * @property {(direction: ClipboardDirection, reason: ClipboardProblem) => void} refused
 */
/** @typedef {{id: string, size: number, hash: string | null, parts: string[], bytes: number}} Incoming */
/** @typedef {{id: string, parts: Iterator<string>, sent: number, got: number, over: boolean}} Outgoing */

export class ClipboardChannel {
  #send;
  #events;
  #freshId;
  /** @type {string | null} */
  #fetching = null;
  #follows = false;
  /** @type {Incoming | null} */
  #incoming = null;
  /** @type {Outgoing | null} */
  #outgoing = null;

  /**
   * @param {(message: ConsoleClipboardMessage) => void} send
   * @param {ClipboardEvents} events
   * @param {() => string} freshId
   */
  constructor(send, events, freshId) {
    this.#send = send;
    this.#events = events;
    this.#freshId = freshId;
  }

  /** Send a text that may travel (see `problemOf`). @param {string} text */
  async offer(text) {
    const id = this.#freshId();
    const outgoing = { id, parts: pieces(text), sent: 0, got: 0, over: false };
    this.#outgoing = outgoing;
    const hash = await sha256(text);
    if (this.#outgoing !== outgoing) return;
    this.#send({ type: "clipboard.begin", id, size_bytes: sizeOf(text), sha256: hash });
    this.#passOn();
  }

  /** Ask for the end user's text. */
  fetch() {
    this.#fetching = this.#freshId();
    this.#send({ type: "clipboard.fetch", id: this.#fetching });
  }

  /** Take whatever the end user copies, from now on, or do so no more. @param {boolean} on */
  follow(on) {
    this.#follows = on;
    this.#send({ type: "clipboard.follow", on });
  }

  /** Let go of texts that are on their way: the connection is gone, or a right. */
  reset() {
    this.#fetching = this.#incoming = this.#outgoing = null;
    this.#follows = false;
  }

  /** @param {ClientClipboardMessage} message */
  hear(message) {
    switch (message.type) {
      case "clipboard.begin":
        return this.#begin(message);
      case "clipboard.part":
        return this.#take(message);
      case "clipboard.end":
        return void this.#finish(message);
      case "clipboard.got":
        return this.#more(message);
      case "clipboard.done":
        return this.#done(message);
      case "clipboard.refused":
        return this.#refused(message);
    }
  }

  // ---- out

  #passOn() {
    const outgoing = this.#outgoing;
    while (outgoing && !outgoing.over && outgoing.sent - outgoing.got < CLIPBOARD_WINDOW) {
      const { value, done } = outgoing.parts.next();
      outgoing.over = Boolean(done);
      if (done) this.#send({ type: "clipboard.end", id: outgoing.id });
      else this.#send({ type: "clipboard.part", id: outgoing.id, text: value });
      outgoing.sent += 1;
    }
  }

  /** @param {import("../protocol.js").ClipboardGot} message */
  #more({ id, parts }) {
    if (this.#outgoing?.id !== id) return;
    this.#outgoing.got = Math.max(this.#outgoing.got, parts);
    this.#passOn();
  }

  /** @param {import("../protocol.js").ClipboardDone} message */
  #done({ id, characters, bytes }) {
    if (this.#outgoing?.id !== id) return;
    this.#outgoing = null;
    this.#events.sent({ characters, bytes });
  }

  // ---- in

  /** @param {import("../protocol.js").ClipboardBegin} message */
  #begin({ id, size_bytes, sha256: hash = null }) {
    this.#incoming = null;
    if (id !== this.#fetching && !this.#follows) return this.#refuse(id, "not_granted");
    if (size_bytes > MAX_CLIPBOARD_BYTES) return this.#refuse(id, "too_large");
    this.#incoming = { id, size: size_bytes, hash, parts: [], bytes: 0 };
  }

  /** @param {import("../protocol.js").ClipboardPart} message */
  #take({ id, text }) {
    const incoming = this.#incoming;
    if (incoming?.id !== id) return;
    incoming.bytes += sizeOf(text);
    if (incoming.bytes > incoming.size) return this.#refuse(id, "damaged");
    incoming.parts.push(text);
    this.#send({ type: "clipboard.got", id, parts: incoming.parts.length });
  }

  /** @param {import("../protocol.js").ClipboardEnd} message */
  async #finish({ id }) {
    const incoming = this.#incoming;
    if (incoming?.id !== id) return;
    const text = incoming.parts.join("");
    const hash = await sha256(text);
    if (this.#incoming !== incoming) return;
    const isWhole = incoming.bytes === incoming.size && (!hash || !incoming.hash || hash === incoming.hash);
    const problem = isWhole ? problemOf(text) : "damaged";
    if (problem) return this.#refuse(id, problem);
    this.#incoming = this.#fetching = null;
    this.#events.received(withLineFeeds(text));
  }

  /** @param {string} id @param {ClipboardProblem} reason */
  #refuse(id, reason) {
    const asked = id === this.#fetching || this.#incoming?.id === id;
    this.#incoming = null;
    if (id === this.#fetching) this.#fetching = null;
    this.#send({ type: "clipboard.refused", id, direction: "receive", reason });
    if (asked) this.#events.refused("receive", reason);
  }

  /** @param {import("../protocol.js").ClipboardRefused} message */
  #refused({ id = null, direction, reason }) {
    if (id !== null && id !== this.#outgoing?.id && id !== this.#fetching) return;
    if (id !== null && id === this.#outgoing?.id) this.#outgoing = null;
    if (id !== null && id === this.#fetching) this.#fetching = null;
    this.#events.refused(direction, reason);
  }
}

/** @param {string} text @returns {{characters: number, bytes: number}} */
export const measured = (text) => ({ characters: charactersOf(text), bytes: sizeOf(text) });
