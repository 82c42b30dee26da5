// The string on both screens, as a live session has it: when it is agreed on, what the page shows of it, and
// what ends the session.
import { Agreement } from "./trust/agreement.js";
import { mayAgree } from "./session.js";

/** @typedef {import("./protocol.js").TrustBreach} TrustBreach */
/**
 * @typedef {object} TrustState the string on both screens
 * @property {"none" | "agreeing" | "agreed" | "unavailable"} phase
 * @property {boolean} ready whether the support client knows it too, so that it answers an offer
 * @property {import("./trust/calculation.js").TrustString | null} string
 * @property {boolean} isNew whether it takes the place of one that was shown before
 * @property {import("./protocol.js").TrustBreach | null} breach why the connection is not trusted
 */
/**
 * @typedef {object} TrustAround
 * @property {string} sessionId
 * @property {() => import("./session.js").LiveState} state
 * @property {(message: import("./protocol.js").ConsoleToBroker) => boolean} send
 * @property {(change: Partial<TrustState>) => void} show
 * @property {() => void} ready a peer connection may be offered now
 * @property {() => void} drop the one there is must go
 */
/**
 * @typedef {object} TrustStore
 * @property {(key: string) => Promise<import("./trust/hand.js").Hand>} take
 * @property {(key: string, hand: import("./trust/hand.js").Hand) => Promise<void>} keep
 * @property {(key: string) => Promise<void>} forget
 */

export class TechnicianTrust {
  #around;
  #hands;
  /** @type {Promise<Agreement> | null} */
  #making = null;
  /** @type {Agreement | null} */
  #agreement = null;
  #over = false;

  /** @param {TrustAround} around @param {TrustStore | null} hands null in a page that cannot */
  constructor(around, hands) {
    this.#around = around;
    this.#hands = hands;
  }

  /** The certificate of every peer connection of this session. */
  get certificate() {
    return this.#agreement?.certificate;
  }

  /** 32 bytes that only the support client has too; null before anything is agreed on. */
  async secret() {
    return this.#agreement?.secret() ?? null;
  }

  /**
   * Something changed: agree if there is somebody to agree with.
   * @param {boolean} again whether what was said before may not have arrived
   */
  async look(again) {
    if (!mayAgree(this.#around.state())) return;
    const { breach } = this.#around.state().trust;
    if (breach) return void this.#around.send({ type: "trust.broken", breach });
    if (again) this.#around.show({ ready: false });
    if (this.#around.state().trust.ready) return;
    if (!this.#hands) return this.#around.show({ phase: "unavailable" });
    if (this.#around.state().trust.phase === "none") this.#around.show({ phase: "agreeing" });
    try {
      await (await (this.#making ??= this.#make(this.#hands))).commit();
    } catch {
      this.#making = null;
      this.#around.show({ phase: "unavailable" });
    }
  }

  /** @param {import("./protocol.js").TrustAnswer} answer */
  async hear(answer) {
    await this.#agreement?.hear(answer);
  }

  /** Whether the support client's description names the certificate agreed on; if not, the session ends. @param {string} sdp */
  admits(sdp) {
    const fits = this.#agreement?.fits(sdp) ?? false;
    if (!fits) this.distrust("fingerprint");
    return fits;
  }

  /** End the session: somebody may be between. @param {TrustBreach} breach */
  distrust(breach) {
    this.#around.drop();
    this.#around.show({ ready: false, breach });
    this.#around.send({ type: "trust.broken", breach });
  }

  ended() {
    this.stop();
    void this.#hands?.forget(this.#key);
    this.#around.show({ phase: "none", ready: false, string: null });
  }

  /** The page is left. */
  stop() {
    this.#over = true;
  }

  /** Another technician who signs in here has another string. */
  get #key() {
    return `${this.#around.sessionId} ${this.#around.state().accountId ?? ""}`;
  }

  /** @param {TrustStore} hands */
  async #make(hands) {
    const key = this.#key;
    const hand = await hands.take(key);
    this.#agreement = new Agreement({
      sessionId: this.#around.sessionId,
      hand,
      keep: (changed) => hands.keep(key, changed),
      send: (message) => !this.#over && this.#around.send(message),
      broken: (breach) => !this.#over && this.distrust(breach),
      agreed: (string, isNew) => {
        if (this.#over) return;
        this.#around.show({ phase: "agreed", ready: true, string, isNew });
        this.#around.ready();
      },
    });
    return this.#agreement;
  }
}
