// The relay of one direction of files: asked for, opened, lost; there is one at most. The sender asks the
// broker, and tells the other side the secret once there is a ticket. A receiver comes when it has both.
// The Python twin is client/files/relays.py.
import { newSecret } from "../relay/seal.js";

/** @typedef {import("../protocol.js").RelayRefusal} RelayRefusal */
/** @typedef {import("../relay/pipe.js").RelayLike} RelayLike */
/** @typedef {Omit<import("../relay/pipe.js").RelayOptions, "url" | "connect">} Opening */
/**
 * @typedef {object} RelayParts
 * @property {(message: import("../protocol.js").RelayWanted) => boolean} want ask the broker
 * @property {(message: import("../protocol.js").ConsoleFileMessage) => boolean} say to the other side
 * @property {(options: Opening) => Promise<RelayLike>} open rejects when there is none
 * @property {(relay: RelayLike) => void} opened
 * @property {(reason: RelayRefusal | null) => void} lost it was refused, could not be opened, or is over; unless it was
 *   dropped from here
 * @property {(message: ArrayBuffer) => void} came a whole message
 */

/** Of relays that the other side has not told the secret of. */
const MAX_TICKETS = 4;

export class RelayEnd {
  #parts;
  /** @type {string | null} */
  #id = null;
  #secret = "";
  /** Whether this side sends, and so asks. */
  #asked = false;
  /** @type {Map<string, string>} */
  #tickets = new Map();
  /** @type {RelayLike | null} */
  #relay = null;

  /** @param {RelayParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Ask for one, unless that was done already. */
  want() {
    if (this.#id !== null) return;
    const id = crypto.randomUUID();
    if (!this.#parts.want({ type: "relay.wanted", relay_id: id })) return;
    this.#id = id;
    this.#secret = newSecret();
    this.#asked = true;
  }

  /** Whether this side asked the broker for it. @param {string} id */
  isAskingFor(id) {
    return this.#asked && this.#id === id;
  }

  /** The other side has one, and sends there. @param {import("../protocol.js").FileRelay} message */
  invited({ relay_id: id, secret }) {
    this.drop();
    this.#id = id;
    this.#secret = secret;
    this.#asked = false;
    this.#come();
  }

  /** Do not come there. @param {import("../protocol.js").FileRelay} message @param {RelayRefusal | null} reason */
  decline({ relay_id: id }, reason) {
    this.#tickets.delete(id);
    this.#parts.say({ type: "file.relay_over", relay_id: id, reason });
  }

  /** The broker gives a ticket; of a relay that the other side may still tell of. @param {import("../protocol.js").RelayOffered} offer */
  offered({ relay_id: id, ticket }) {
    for (const old of [...this.#tickets.keys()].slice(0, this.#tickets.size - MAX_TICKETS + 1)) this.#tickets.delete(old);
    this.#tickets.set(id, ticket);
    this.#come();
  }

  /** The broker gives none, or the other side let go of it. @param {import("../protocol.js").RelayRefused | import("../protocol.js").FileRelayOver} message */
  ended({ relay_id: id, reason = null }) {
    if (id === this.#id) this.#giveUp(reason);
  }

  /** Let go of it, and of what it was asked for: nothing comes any more. */
  drop() {
    this.#id = null;
    this.#relay?.close();
    this.#relay = null;
  }

  /** It broke: tell the other side, and whom it concerns here. */
  lost() {
    if (this.#id === null) return;
    this.#parts.say({ type: "file.relay_over", relay_id: this.#id });
    this.#giveUp(null);
  }

  /** @param {RelayRefusal | null} reason */
  #giveUp(reason) {
    this.drop();
    this.#parts.lost(reason);
  }

  #come() {
    const id = this.#id;
    const ticket = id === null ? undefined : this.#tickets.get(id);
    if (id === null || ticket === undefined) return;
    this.#tickets.delete(id);
    if (this.#asked) this.#parts.say({ type: "file.relay", relay_id: id, secret: this.#secret });
    void this.#open(id, ticket);
  }

  /** @param {string} id @param {string} ticket */
  async #open(id, ticket) {
    const current = () => this.#id === id;
    const options = { ticket, secret: this.#secret, relayId: id };
    try {
      const relay = await this.#parts.open({
        ...options,
        onMessage: (message) => current() && this.#parts.came(message),
        onClosed: () => current() && this.lost(),
      });
      if (!current()) return relay.close();
      this.#relay = relay;
      this.#parts.opened(relay);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (current()) this.lost();
    }
  }
}
