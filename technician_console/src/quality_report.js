// What the broker is told of the connection now and then, for those who watch over live sessions: the round trip, and
// what was lost since it was told last. Pure.

/** Seldom enough to cost nothing; the broker forgets after half a minute. */
const EVERY_MS = 10_000;

export class QualityReport {
  #toldAt = -Infinity;
  /** @type {number[]} */
  #lost = [];

  /**
   * Take a measurement; gives the message that is due, if one is.
   * @param {import("./line_meter.js").LineQuality & {roundTripMs: number | null}} line
   * @param {number} nowMs
   * @returns {import("./protocol.js").PeerQuality | null}
   */
  take({ roundTripMs, loss }, nowMs) {
    if (loss !== null) this.#lost.push(loss);
    if (roundTripMs === null || nowMs - this.#toldAt < EVERY_MS) return null;
    const mean = this.#lost.length ? this.#lost.reduce((sum, one) => sum + one, 0) / this.#lost.length : null;
    this.#lost = [];
    this.#toldAt = nowMs;
    return { type: "peer.quality", line: { round_trip_ms: Math.min(Math.round(roundTripMs), 60_000), loss: mean } };
  }
}
