// Which way to take to the support client: straight, or, where that cannot be, through the broker. Pure.
import { CONNECT_TIMEOUT_S } from "./protocol.js";
import { hope, summary } from "./trials.js";

/** @typedef {import("./protocol.js").PeerFailure} PeerFailure */
/** @typedef {"direct" | "tunnel"} OfferedWay with or without a TURN server, or through the broker */
/**
 * @typedef {object} OfferedAs
 * @property {OfferedWay} way
 * @property {number} timeoutS how long a direct way is waited for
 * @property {RTCCertificate} [certificate] the session's
 * @property {() => Promise<BufferSource | null>} shared what only the support client has too; null: nothing yet
 */

/** A network that let nothing else through is believed to have changed after so long. */
export const DIRECT_AGAIN_MS = 5 * 60_000;
/** Where there is a tunnel, nothing else is waited for longer than this. */
export const DIRECT_PATIENCE_S = 10;
/** Nor longer than this where only both being on one network could help. */
export const LITTLE_PATIENCE_S = 3;

/** What says that there is no way but through the broker. @type {Set<PeerFailure>} */
const NO_WAY = new Set(["connect_timeout", "ice_failed", "relay_refused"]);

export class WayChoice {
  #now;
  #directFailedAt = Number.NEGATIVE_INFINITY;
  /** What was tried before says nothing any more, or is to be tried all the same. */
  #anew = false;
  /** The one that was offered last. @type {OfferedWay} */
  way = "direct";

  /** @param {() => number} now milliseconds of a clock that never goes back */
  constructor(now) {
    this.#now = now;
  }

  /**
   * How to offer next.
   * @param {Pick<import("./session.js").LiveState, "tunnel" | "trials" | "told">} state
   * @param {{ certificate?: RTCCertificate, secret(): Promise<BufferSource | null> }} trust
   * @param {boolean} canSeal
   * @returns {OfferedAs}
   */
  as(state, trust, canSeal) {
    const mayTunnel = state.tunnel && canSeal;
    const hoped = hope(state.trials.length > 0 ? summary(state.trials) : null, state.told);
    this.way = mayTunnel && hoped === "none" && !this.#anew ? "tunnel" : this.#next(mayTunnel);
    const timeoutS = mayTunnel ? (hoped === "little" ? LITTLE_PATIENCE_S : DIRECT_PATIENCE_S) : CONNECT_TIMEOUT_S;
    return { way: this.way, timeoutS, certificate: trust.certificate, shared: () => trust.secret() };
  }

  /**
   * What was offered came to nothing: whether another way is to be tried at once.
   * @param {PeerFailure} reason @param {boolean} mayTunnel
   */
  failed(reason, mayTunnel) {
    if (this.way === "tunnel") this.forget();
    else if (NO_WAY.has(reason)) {
      this.#directFailedAt = this.#now();
      this.#anew = false;
    }
    return this.way === "direct" && this.#next(mayTunnel) === "tunnel";
  }

  /** The network changed, or somebody asks to try anew: everything may work again. */
  forget() {
    this.#anew = true;
    this.#directFailedAt = Number.NEGATIVE_INFINITY;
  }

  /** @param {boolean} mayTunnel @returns {OfferedWay} */
  #next(mayTunnel) {
    return mayTunnel && this.#now() - this.#directFailedAt < DIRECT_AGAIN_MS ? "tunnel" : "direct";
  }
}
