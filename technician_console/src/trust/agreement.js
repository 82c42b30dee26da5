// Agrees with the support client on the string on both screens, as told in broker/protocol/trust.py: this
// page commits, takes one answer, and only then shows what it had committed to. It reaches no network.
import { commitmentOf, isOnlyFingerprint, secretOf, stringOf } from "./calculation.js";

/** @typedef {import("../protocol.js").TrustAnswer} TrustAnswer */
/** @typedef {import("../protocol.js").TrustBreach} TrustBreach */
/** @typedef {import("../protocol.js").TrustCommit} TrustCommit */
/** @typedef {import("../protocol.js").TrustReveal} TrustReveal */
/** @typedef {import("./calculation.js").TrustString} TrustString */
/**
 * @typedef {object} Surroundings
 * @property {string} sessionId
 * @property {import("./hand.js").Hand} hand
 * @property {(hand: import("./hand.js").Hand) => Promise<void>} keep
 * @property {(message: TrustCommit | TrustReveal) => boolean} send
 * @property {(string: TrustString, isNew: boolean) => void} agreed both sides have what they need
 * @property {(breach: TrustBreach) => void} broken somebody is between
 */

export class Agreement {
  #around;
  /** @type {TrustString | null} */
  #string = null;

  /** @param {Surroundings} around */
  constructor(around) {
    this.#around = around;
  }

  get certificate() {
    return this.#around.hand.certificate;
  }

  /** Begin, or come back to it: the same is said each time. */
  async commit() {
    this.#around.send({ type: "trust.commit", commitment: await this.#commitment() });
  }

  /** @param {TrustAnswer} answer */
  async hear(answer) {
    const { hand, sessionId } = this.#around;
    const commitment = await this.#commitment();
    if (answer.commitment !== commitment) return;
    // Whoever may choose a part after this page's has been shown chooses the string.
    if (hand.answer && !isSame(hand.answer, answer)) return this.#around.broken("answer");
    if (!hand.answer) {
      hand.answer = answer;
      await this.#around.keep(hand);
    }
    this.#string = await stringOf(sessionId, hand.part, answer.part, answer.language);
    if (!this.#around.send({ type: "trust.reveal", commitment, part: hand.part })) return;
    this.#around.agreed(this.#string, answer.number > 1);
  }

  /** Whether a description names the certificate that was agreed on. @param {string} sdp */
  fits(sdp) {
    const theirs = this.#around.hand.answer?.part.fingerprint;
    return theirs !== undefined && isOnlyFingerprint(sdp, theirs);
  }

  /** 32 bytes that only the support client has too; null before anything is agreed on. */
  async secret() {
    const { hand } = this.#around;
    return hand.answer && this.#string ? secretOf(hand.privateKey, hand.answer.part.key, this.#string.transcript) : null;
  }

  #commitment() {
    return commitmentOf(this.#around.sessionId, this.#around.hand.part);
  }
}

/** @param {TrustAnswer} one @param {TrustAnswer} other */
const isSame = (one, other) =>
  one.part.nonce === other.part.nonce &&
  one.part.fingerprint === other.part.fingerprint &&
  one.part.key === other.part.key &&
  one.language === other.language &&
  one.number === other.number;
