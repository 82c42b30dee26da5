// The ways out of a network in words: what was tried, what became of it, and what one can do.
import { t } from "../i18n.js";
import { NO_WAY, finding, road, summary } from "../trials.js";

/** @typedef {import("../trials.js").Trial} Trial */
/** @typedef {import("../protocol.js").WayTried} WayTried */
/** @typedef {import("../session.js").LiveState} LiveState */

/** @param {WayTried & { code?: number | null }} tried */
export function outcomeText({ outcome, milliseconds, code }) {
  if (outcome === "works" && milliseconds) return t("way_outcome.works_ms", { count: milliseconds });
  if (outcome === "refused" && code) return t("way_outcome.refused_code", { code });
  return t(`way_outcome.${outcome}`);
}

/**
 * What a network is like, and what can be done about it.
 * @param {"ours" | "theirs"} whose
 * @param {readonly WayTried[]} tried
 * @param {readonly Trial[]} trials which servers there are: a firewall has to open a door to them
 */
export const explanation = (whose, tried, trials) =>
  EXPLAINED[whose](finding(tried), { servers: [...new Set(trials.filter(({ url }) => url).map(doorOf))].join(", ") });

/** @type {Record<"ours" | "theirs", (found: import("../trials.js").Finding, values: { servers: string }) => string>} */
const EXPLAINED = {
  ours: (found, values) => t(`connection_ours.${found}`, values),
  theirs: (found, values) => t(`connection_theirs.${found}`, values),
};

/** As in `UDP turn.example.org:3478`. @param {Trial} trial */
function doorOf({ way, url }) {
  const transport = way === "direct" || way === "turn_udp" ? "UDP" : "TCP";
  return `${transport} ${url.replace(/^\w+:/, "").replace(/\?.*/, "")}`;
}

/** All of it, a line each, for whoever runs the network. @param {readonly Trial[]} trials @param {readonly WayTried[] | null} [told] */
export function detailsText(trials, told = null) {
  const ours = trials.map((trial) => `${t(`way.${trial.way}`)}: ${outcomeText(trial)}${trial.url ? ` – ${trial.url}` : ""}`);
  const theirs = (told ?? []).map((tried) => `${t(`way.${tried.way}`)}: ${outcomeText(tried)}`);
  if (theirs.length === 0) return ours.join("\n");
  return [t("connection.ours"), ...ours, "", t("connection.theirs"), ...theirs].join("\n");
}

/** The way that the connection took, or will most likely take; null before that is known. @param {LiveState} live */
export function wayOf({ quality, trials, told }) {
  if (quality?.path) return quality.path;
  return trials.length > 0 || told ? road(ourWays(trials), told) : null;
}

/** Why no connection can be expected; empty when one can. @param {LiveState} live */
export function troubleOf(live) {
  if (live.peer.phase === "connected" || wayOf(live) !== "broker") return "";
  const trouble = whyNot(live);
  return trouble && live.tunnel ? `${t("connection.goes_on")} ${trouble}` : trouble;
}

/** @param {LiveState} live */
function whyNot({ trials, told }) {
  const ours = ourWays(trials);
  if (ours && NO_WAY.has(finding(ours))) return explanation("ours", ours, trials);
  return told ? explanation("theirs", told, trials) : "";
}

/** @param {readonly Trial[]} trials */
const ourWays = (trials) => (trials.length > 0 ? summary(trials) : null);
