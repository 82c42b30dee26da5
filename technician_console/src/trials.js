// Which ways out of a network work, and which one two sides will take. Pure. client/trials.py says the
// same; tests/vectors/trials.json holds for both.
import { Way, WayOutcome } from "./protocol.js";

/** @typedef {import("./protocol.js").WayTried} WayTried */
/** @typedef {"untried" | "direct" | "relayed" | "refused" | "untrusted" | "no_relay" | "only_web" | "nothing"} Finding */
/**
 * @typedef {object} Trial what became of one server
 * @property {Way} way
 * @property {string} url
 * @property {WayOutcome} outcome
 * @property {number | null} milliseconds
 * @property {number | null} code of a refusal (RFC 8656, section 19)
 */

/** Both best first. @type {readonly Way[]} */
const WAYS = Object.values(Way);
/** @type {readonly WayOutcome[]} */
const OUTCOMES = Object.values(WayOutcome);
/** @type {readonly Way[]} */
const TURN = ["turn_udp", "turn_tcp", "turn_tls"];
/** No peer connection can be expected. @type {ReadonlySet<Finding>} */
export const NO_WAY = new Set(["refused", "untrusted", "no_relay", "only_web"]);

/** Tell each way once, by its best server. @param {readonly Trial[]} trials @returns {WayTried[]} */
export function summary(trials) {
  const ways = WAYS.map((way) => trials.filter((trial) => trial.way === way));
  const best = ways.flatMap((those) => those.sort((one, other) => rank(one) - rank(other)).slice(0, 1));
  return best.map(({ way, outcome, milliseconds }) => ({ way, outcome, milliseconds }));
}

/** @param {WayTried} tried */
const rank = ({ outcome }) => OUTCOMES.indexOf(outcome);

/** What the network is like of the side that tried this. @param {readonly WayTried[]} tried @returns {Finding} */
export function finding(tried) {
  if (tried.some(({ way, outcome }) => way === "broker" && outcome !== "works")) return "nothing";
  if (tried.every(({ way }) => way === "broker")) return "untried";
  const best = bestWay(tried);
  if (best === "direct") return "direct";
  return best === "broker" ? whyNoWay(tried.filter(({ way }) => TURN.includes(way))) : "relayed";
}

/**
 * Which way the two sides will most likely take: the worse of what each of them has. `broker`: no peer
 * connection can be expected, and nothing is gained by waiting for one to fail. It may come about all the
 * same where both are on one network, so do not give it up.
 * @param {readonly WayTried[] | null} ours
 * @param {readonly WayTried[] | null} theirs
 * @returns {Way}
 */
export function road(ours, theirs) {
  const best = [ours, theirs].map((tried) => WAYS.indexOf(tried ? bestWay(tried) : "direct"));
  return WAYS[Math.max(...best)] ?? "broker";
}

/**
 * What can be hoped of a peer connection. Two sides whose networks both let nothing through may share one, where nothing
 * has to be let through: then a little. One of them alone: then they share none, and nothing.
 * @param {readonly WayTried[] | null} ours
 * @param {readonly WayTried[] | null} theirs
 * @returns {"some" | "little" | "none"}
 */
export function hope(ours, theirs) {
  const [here, there] = [ours, theirs].map((tried) => tried !== null && NO_WAY.has(finding(tried)));
  if (!here && !there) return "some";
  return ours && theirs && here !== there ? "none" : "little";
}

/** With nothing asked but the broker, nothing speaks against any. @param {readonly WayTried[]} tried @returns {Way} */
function bestWay(tried) {
  if (tried.every(({ way }) => way === "broker")) return "direct";
  return WAYS.find((best) => tried.some(({ way, outcome }) => way === best && outcome === "works")) ?? "broker";
}

/** @param {readonly WayTried[]} turn @returns {Finding} */
function whyNoWay(turn) {
  if (turn.some(({ outcome }) => outcome === "refused")) return "refused";
  if (turn.some(({ outcome }) => outcome === "untrusted")) return "untrusted";
  return turn.length > 0 ? "only_web" : "no_relay";
}
