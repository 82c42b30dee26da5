// The roads of one connection's files with what may be under way on each, and the one that was chosen.
import { RoadChoice } from "./choice.js";
import { RelayRoad } from "./road.js";
import { RELAY_BOUNDS, Window } from "./window.js";

/** @typedef {import("./road.js").Road} Road */

export class Lanes {
  #direct;
  #directWindow = new Window();
  /** @type {RelayRoad | null} */
  #relay = null;
  #relayWindow = new Window(RELAY_BOUNDS);
  /** What the files take now. @type {import("../protocol.js").FileRoad} */
  kind = "direct";
  choice = new RoadChoice();

  /** @param {Road} direct */
  constructor(direct) {
    this.#direct = direct;
  }

  /** @returns {Road} */
  get road() {
    return this.kind === "relay" && this.#relay ? this.#relay : this.#direct;
  }

  get window() {
    return this.kind === "relay" ? this.#relayWindow : this.#directWindow;
  }

  /** Another transfer begins, and chooses anew. */
  begin() {
    this.kind = "direct";
    this.#relay = null;
    this.choice = new RoadChoice();
  }

  /** @param {import("../relay/pipe.js").RelayLike} relay */
  opened(relay) {
    this.#relay = new RelayRoad(relay);
    this.#relayWindow = new Window(RELAY_BOUNDS);
    this.choice.relayOpened();
  }

  /** There is none, or none any more. @returns {boolean} whether it was in use */
  lost() {
    const used = this.kind === "relay";
    this.#relay = null;
    this.choice.relayLost();
    return used;
  }

  /** Go on as was chosen. Nothing may be under way. */
  take() {
    this.kind = this.choice.road;
  }
}
