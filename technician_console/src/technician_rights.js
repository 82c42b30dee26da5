// The technician's side of rights in one session: asks for one, and hears what the end user says of it.
// What it learns it tells as inputs of the live state.
import { ASK_TIMEOUT_S } from "./protocol.js";
import { fades } from "./rights_talk.js";

/** @typedef {import("./protocol.js").Capability} Capability */
/** @typedef {{capability: Capability, reason: string, minutes: number}} Wish */
/**
 * @typedef {object} Surroundings
 * @property {() => import("./session.js").LiveState} state
 * @property {(message: import("./protocol.js").RightsAsk | import("./protocol.js").ControlPass) => boolean} send whether it went out
 * @property {(input: import("./session.js").SessionInput) => void} dispatch
 * @property {() => number} now milliseconds of the page's clock
 */

/** The client tells that the time is over; one that does not know the question never answers. */
const OVERDUE_MS = (ASK_TIMEOUT_S + 5) * 1000;
/** How long good news is shown. */
const NEWS_SHOWN_MS = 10_000;

export class TechnicianRights {
  #around;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #overdueTimer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #newsTimer;

  /** @param {Surroundings} around */
  constructor(around) {
    this.#around = around;
  }

  /** One question at a time. @param {Wish} wish the reason as `fitReason` gives it */
  ask({ capability, reason, minutes }) {
    if (this.#around.state().talk.ask) return;
    this.#around.dispatch({ type: "ask.sent", capability, minutes, at: this.#around.now() });
    clearTimeout(this.#overdueTimer);
    const sent = this.#around.send({ type: "rights.ask", capability, reason, minutes });
    if (sent) this.#overdueTimer = setTimeout(() => this.#around.dispatch({ type: "ask.over", kind: "timed_out" }), OVERDUE_MS);
    else this.#around.dispatch({ type: "ask.over", kind: "lost" });
  }

  /** @param {import("./protocol.js").RightsState | import("./protocol.js").RightsAnswer} message */
  hear(message) {
    this.#around.dispatch(message.type === "rights.state" ? { ...message, at: this.#around.now() } : message);
    const { ask, news } = this.#around.state().talk;
    if (!ask) clearTimeout(this.#overdueTimer);
    clearTimeout(this.#newsTimer);
    if (news && fades(news)) this.#newsTimer = setTimeout(() => this.#around.dispatch({ type: "news.closed" }), NEWS_SHOWN_MS);
  }

  /** The connection is gone, and a question with it. */
  reset() {
    clearTimeout(this.#overdueTimer);
  }

  /** Give keyboard and mouse to somebody, or take them back. @param {string} accountId */
  passControl(accountId) {
    this.#around.send({ type: "control.pass", account_id: accountId });
  }
}
