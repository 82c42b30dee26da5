// What a live session knows of the ways out of its own network: has them tried, and tells the other side.
import { isInCharge } from "./company.js";
import { summary } from "./trials.js";

/** @typedef {import("./session.js").LiveState} LiveState */
/** @typedef {import("./trials.js").Trial} Trial */
/** @typedef {Pick<import("./signaling.js").Signaling, "send" | "roundTripMs">} Line to the broker */
/** @typedef {(input: {type: "trials.known", trials: readonly Trial[]}) => void} Show */

export class WayWatch {
  #tryWays;
  /** @type {Line | null} */
  #line = null;
  /** @type {Show} */
  #show = () => {};
  /** @type {LiveState | null} */
  #before = null;
  #latest = 0;
  /** Whether the ways were tried since the line stands. */
  #looked = false;
  /** @type {readonly Trial[]} */
  #trials = [];

  /** @param {import("./connection_desk.js").ConnectionDeskParts["tryWays"]} tryWays */
  constructor(tryWays) {
    this.#tryWays = tryWays;
  }

  /** @param {Line} line @param {Show} show */
  begin(line, show) {
    this.#line = line;
    this.#show = show;
    this.#before = null;
  }

  /**
   * Try on every new line, since the network may be new too, and tell whoever comes.
   * @param {LiveState} state
   */
  follow(state) {
    const before = this.#before;
    this.#before = state;
    if (state.link !== "open") return this.#lineGone();
    if (!isInCharge(state) || state.session?.state === "ended") return;
    if (!this.#looked && state.iceServers.length > 0) void this.#look(state.iceServers);
    else if (!before?.session?.client_present && state.session?.client_present) this.#tell();
  }

  #lineGone() {
    this.#latest += 1;
    this.#looked = false;
  }

  /** @param {readonly import("./protocol.js").IceServer[]} servers */
  async #look(servers) {
    this.#looked = true;
    const turn = ++this.#latest;
    const trials = await this.#tryWays(servers);
    if (turn !== this.#latest || trials.length === 0) return;
    const milliseconds = this.#line?.roundTripMs ?? null;
    this.#trials = [{ way: "broker", url: "", outcome: "works", milliseconds, code: null }, ...trials];
    this.#show({ type: "trials.known", trials: this.#trials });
    this.#tell();
  }

  #tell() {
    if (this.#trials.length > 0) this.#line?.send({ type: "connection.tried", ways: summary(this.#trials) });
  }
}
