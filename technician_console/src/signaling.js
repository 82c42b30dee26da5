// The only user of WebSocket: the console's line to the broker. It attaches with a fresh ticket, keeps the
// line alive, and comes back after every cut; what the messages mean is not its business.
import { ATTEMPT_S, MAX_MESSAGE_BYTES, PROOF_S, URGENT_RETRY_S } from "./protocol.js";

/** @typedef {import("./protocol.js").ConsoleToBroker} ConsoleToBroker */
/** @typedef {import("./protocol.js").BrokerToConsole} BrokerToConsole */

const PING_EVERY_MS = 10_000;
const DEAD_AFTER_MS = 20_000;
const BACKOFF_MIN_MS = 500;
const BACKOFF_MAX_MS = 10_000;

/** Errors after which trying again is of no use. @type {ReadonlySet<string>} */
const FINAL = new Set(["replaced", "dismissed", "not_found", "not_permitted", "protocol_version", "session_ended", "invalid_request"]);

/**
 * How long to wait before try number `attempt` (from 0): doubling, with equal jitter, 0.5 to 10 s.
 * @param {number} attempt
 * @param {number} random in [0, 1)
 * @param {number} [most] milliseconds
 */
export function backoffDelay(attempt, random, most = BACKOFF_MAX_MS) {
  const ceiling = Math.min(most, 2 * BACKOFF_MIN_MS * 2 ** attempt);
  return ceiling / 2 + (ceiling / 2) * random;
}

/**
 * @typedef {object} SignalingOptions
 * @property {string} url
 * @property {(ticket: string) => ConsoleToBroker} hello the first message of every connection
 * @property {(message: BrokerToConsole) => void} onMessage
 * @property {(phase: "connecting" | "open" | "retrying" | "closed") => void} onPhase
 * @property {(given: AbortSignal) => Promise<string>} prepare gets a ticket before every try, and renews the sign-in
 *   for it; may reject, with a final `code` too
 * @property {(url: string) => WebSocket} [open]
 * @property {() => number} [random]
 */

/** One websocket at a time, opened again with back-off until `close()` or a final error. */
export class Signaling {
  #options;
  #open;
  #random;
  /** @type {WebSocket | null} */
  #socket = null;
  /** What gets the ticket, while it does. @type {AbortController | null} */
  #preparing = null;
  #attempt = 0;
  #closed = false;
  #urgent = false;
  #heardAt = 0;
  /** Messages heard, over all connections. */
  #heard = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #proofTimer;
  #pingedAt = 0;
  /** Of the last ping that was answered. @type {number | null} */
  roundTripMs = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retryTimer;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #pingTimer;

  /** @param {SignalingOptions} options */
  constructor(options) {
    this.#options = options;
    this.#open = options.open ?? ((url) => new WebSocket(url));
    this.#random = options.random ?? Math.random;
  }

  start() {
    this.#options.onPhase("connecting");
    void this.#try();
  }

  /**
   * Send if the line stands; what is not sent is the caller's to send again after `open`.
   * @param {ConsoleToBroker} message
   * @returns {boolean} whether it was sent
   */
  send(message) {
    const text = JSON.stringify(message);
    if (this.#socket?.readyState !== 1 || text.length > MAX_MESSAGE_BYTES) return false;
    this.#socket.send(text);
    return true;
  }

  /** Find out now whether the line stands: the network changed, or the peer fell silent. */
  prove() {
    if (this.#closed) return;
    if (!this.#socket) return this.hurry();
    this.#ping();
    this.#await(PROOF_S);
  }

  /** Try at once instead of waiting out the back-off. */
  hurry() {
    if (this.#closed || this.#socket) return;
    clearTimeout(this.#retryTimer);
    this.#preparing?.abort();
    void this.#try();
  }

  /** Somebody waits for the line: prove it again and again, and be quick to open another. @param {boolean} urgent */
  set urgent(urgent) {
    if (urgent === this.#urgent) return;
    this.#urgent = urgent;
    if (urgent) this.prove();
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#retryTimer);
    this.#drop();
    this.#options.onPhase("closed");
  }

  /** @param {string} ticket */
  #connect(ticket) {
    const socket = this.#open(this.#options.url);
    this.#socket = socket;
    this.#heardAt = Date.now();
    socket.onopen = () => {
      this.send(this.#options.hello(ticket));
      this.#ping();
    };
    socket.onmessage = (event) => this.#hear(event.data);
    socket.onclose = () => this.#lost();
    this.#pingTimer = setInterval(() => this.#keepAlive(), PING_EVERY_MS);
    if (this.#urgent) this.#await(ATTEMPT_S);
  }

  /** Give the line up unless it says something within this time. @param {number} seconds */
  #await(seconds) {
    const heard = this.#heard;
    clearTimeout(this.#proofTimer);
    this.#proofTimer = setTimeout(() => {
      if (this.#heard === heard) this.#lost();
      else if (this.#urgent) this.prove();
    }, seconds * 1000);
  }

  /** @param {unknown} data */
  #hear(data) {
    this.#heardAt = Date.now();
    this.#heard += 1;
    const message = parse(data);
    if (!message) return;
    if (message.type === "session.snapshot") this.#attached();
    if (message.type === "pong") this.roundTripMs = Math.round(performance.now() - this.#pingedAt);
    const final = message.type === "error" && message.fatal && FINAL.has(message.code);
    this.#options.onMessage(message);
    if (final) this.close();
  }

  #attached() {
    this.#attempt = 0;
    this.#options.onPhase("open");
  }

  #keepAlive() {
    if (Date.now() - this.#heardAt >= DEAD_AFTER_MS) this.#lost();
    else this.#ping();
  }

  #ping() {
    this.#pingedAt = performance.now();
    this.send({ type: "ping" });
  }

  #lost() {
    if (this.#closed) return;
    this.#drop();
    this.#options.onPhase("retrying");
    const most = this.#urgent ? URGENT_RETRY_S * 1000 : BACKOFF_MAX_MS;
    const delay = backoffDelay(this.#attempt++, this.#random(), most);
    this.#retryTimer = setTimeout(() => void this.#try(), delay);
  }

  async #try() {
    const preparing = new AbortController();
    this.#preparing = preparing;
    const patience = setTimeout(() => preparing.abort(), this.#urgent ? ATTEMPT_S * 1000 : DEAD_AFTER_MS);
    try {
      const ticket = await this.#options.prepare(preparing.signal);
      if (this.#preparing === preparing && !this.#closed) this.#connect(ticket);
    } catch (problem) {
      if (this.#preparing === preparing) this.#refused(/** @type {{code?: any, message?: string}} */ (problem));
    } finally {
      clearTimeout(patience);
      if (this.#preparing === preparing) this.#preparing = null;
    }
  }

  /** @param {{code?: any, message?: string}} problem */
  #refused({ code, message }) {
    if (this.#closed) return;
    if (FINAL.has(code)) {
      this.#options.onMessage({ type: "error", code, detail: message ?? "", fatal: true });
      this.close();
    } else {
      // Not reachable, or signed out (which `prepare` has told): either way, try again later.
      this.#lost();
    }
  }

  /** Forget the socket without hearing from it again. */
  #drop() {
    clearInterval(this.#pingTimer);
    clearTimeout(this.#proofTimer);
    clearTimeout(this.#retryTimer);
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}

/**
 * Open the websocket and close it again, to see whether it can be.
 * @param {string} url
 * @param {number} withinMs
 * @param {(url: string) => WebSocket} [open]
 * @returns {Promise<number | null>} milliseconds until it stood; null when it did not
 */
export function tryLine(url, withinMs, open = (address) => new WebSocket(address)) {
  const began = performance.now();
  const socket = open(url);
  return new Promise((resolve) => {
    /** @param {number | null} milliseconds */
    const settle = (milliseconds) => {
      clearTimeout(timer);
      socket.onopen = socket.onclose = null;
      socket.close();
      resolve(milliseconds);
    };
    const timer = setTimeout(() => settle(null), withinMs);
    socket.onopen = () => settle(Math.round(performance.now() - began));
    socket.onclose = () => settle(null);
  });
}

/**
 * @param {unknown} data
 * @returns {BrokerToConsole | null}
 */
function parse(data) {
  try {
    const message = JSON.parse(String(data));
    return typeof message?.type === "string" ? message : null;
  } catch {
    return null;
  }
}
