// The relays of a session's files, one each way: who comes where, and who is told of what.
import { RelayEnd } from "./relays.js";

/** @typedef {import("../protocol.js").RelayRefusal} RelayRefusal */
/**
 * @typedef {object} PairParts
 * @property {import("./relays.js").RelayParts["want"]} want
 * @property {import("./relays.js").RelayParts["say"]} say
 * @property {import("./relays.js").RelayParts["open"]} open
 * @property {boolean} canSeal whether this page can encrypt
 * @property {() => boolean} allowed whether an admin lets large files go through the broker
 * @property {() => boolean} receiving whether something is coming that was accepted
 * @property {import("./relays.js").RelayParts["opened"]} opened the one for what is sent
 * @property {import("./relays.js").RelayParts["lost"]} lost the same
 * @property {import("./relays.js").RelayParts["came"]} came what is received
 */

export class RelayPair {
  #parts;
  /** For what is sent. @type {RelayEnd} */
  out;
  /** @type {RelayEnd} */
  #in;

  /** @param {PairParts} parts */
  constructor(parts) {
    this.#parts = parts;
    const { want, say, open, opened, lost, came } = parts;
    // A receiver has nothing to say there.
    this.out = new RelayEnd({ want, say, open, opened, lost, came: () => this.out.lost() });
    this.#in = new RelayEnd({ want, say, open, opened: () => {}, lost: () => {}, came });
  }

  get allowed() {
    return this.#parts.canSeal && this.#parts.allowed();
  }

  /** @param {import("../protocol.js").ClientFileMessage} message */
  hear(message) {
    if (message.type === "file.relay") this.#invited(message);
    if (message.type === "file.relay_over") for (const end of [this.#in, this.out]) end.ended(message);
    if (message.type === "file.again") this.#in.drop(); // what comes from now on takes the other road
  }

  /** The broker's word on a relay that either side asked for. @param {import("../protocol.js").RelayOffered | import("../protocol.js").RelayRefused} answer */
  answered(answer) {
    if (answer.type === "relay.refused") return this.out.ended(answer);
    (this.out.isAskingFor(answer.relay_id) ? this.out : this.#in).offered(answer);
  }

  drop() {
    this.#in.drop();
    this.out.drop();
  }

  /** Come to the other side's relay, if something of theirs is on its way. @param {import("../protocol.js").FileRelay} message */
  #invited(message) {
    if (this.allowed && this.#parts.receiving()) this.#in.invited(message);
    else this.#in.decline(message, this.#parts.canSeal ? null : "insecure");
  }
}
