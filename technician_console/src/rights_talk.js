// What technician and end user tell each other of rights in mid-session: the question that is open, its
// answer, leases, and what changed. Pure: moments are milliseconds of this page's own clock (`pageClock`),
// and come in as arguments.
import { ASK_TIMEOUT_S, MAX_SHORT_TEXT } from "./protocol.js";

/** @typedef {import("./protocol.js").Capability} Capability */
/** @typedef {import("./protocol.js").AskOutcome} AskOutcome */
/** @typedef {{capability: Capability, endsAt: number}} Lease a right that ends by itself */
/** @typedef {{granted: Capability[], leases: Lease[]}} Known */
/** @typedef {{capability: Capability, minutes: number, until: number}} OpenAsk */
/**
 * @typedef {object} News what is said once: an ask's outcome, or what became of rights without one
 * @property {AskOutcome | "given" | "taken" | "expired" | "lost"} kind
 * @property {Capability[]} capabilities
 * @property {number} minutes of the lease, for an ask that was granted; else 0
 */
/**
 * @typedef {object} RightsTalk
 * @property {{capability: Capability | null} | null} dialog the form that is open, and the right that it begins with
 * @property {OpenAsk | null} ask the question that the end user sees now
 * @property {News | null} news
 * @property {Known | null} known as told last, also by a connection that is gone: what changed meanwhile is told
 */

/** What the broker lets be asked for in mid-session (`may_ask` of broker/session/capabilities.py). @type {readonly Capability[]} */
export const ASKABLE = ["view", "control", "clipboard.send", "clipboard.receive", "files.send", "files.receive"];

/** For how long a right may be asked for, in minutes. */
export const LEASE_CHOICES = [15, 30, 60, 120, 480];
export const USUAL_LEASE_MIN = 30;

/** The end of a lease is near: both sides are told (`NOTICE_S` of client/rights.py). */
const NOTICE_S = 60;
/** A right that goes this long before its lease was to end has ended by itself: messages take time. */
const SLACK_MS = 1500;
/** Reading out a countdown, only these are said. */
const SPOKEN_S = [10, 30, 60];
/** News that asks for nothing goes by itself. @type {readonly News["kind"][]} */
const GOOD_NEWS = ["given", "granted"];

/** @type {RightsTalk} */
export const NO_TALK = { dialog: null, ask: null, news: null, known: null };

// ---- what happens

/** @param {RightsTalk} talk @param {Capability} capability @param {number} minutes @param {number} at */
export const askSent = (talk, capability, minutes, at) => ({
  ...talk,
  dialog: null,
  news: null,
  ask: { capability, minutes, until: at + ASK_TIMEOUT_S * 1000 },
});

/**
 * Why the open question, if any, gets no answer: the connection was lost, or the time is over.
 * @param {RightsTalk} talk
 * @param {"lost" | "timed_out"} kind
 */
export function askOver(talk, kind) {
  if (!talk.ask) return talk;
  return { ...talk, ask: null, news: news(kind, [talk.ask.capability]) };
}

/**
 * An answer may be one to a question of an earlier connection, or of this page before it was loaded anew.
 * @param {RightsTalk} talk
 * @param {{capability: Capability, outcome: AskOutcome}} answer
 */
export function answered(talk, { capability, outcome }) {
  const ours = talk.ask?.capability === capability;
  const minutes = ours && talk.ask && outcome === "granted" ? talk.ask.minutes : 0;
  const kind = outcome === "granted" && !ours ? "given" : outcome;
  return { ...talk, ask: ours ? null : talk.ask, news: news(kind, [capability], minutes) };
}

/** @param {RightsTalk} talk @param {Known} rights as the client told them @param {number} at */
export function told(talk, rights, at) {
  return { ...talk, known: rights, news: change(talk.known, rights, at) ?? stillTrue(talk.news, rights) };
}

/** @param {{capability: Capability, left_s: number}[]} leases @param {number} at when they were told @returns {Lease[]} */
export const leasesFrom = (leases, at) => leases.map(({ capability, left_s }) => ({ capability, endsAt: at + left_s * 1000 }));

/** What became of the rights; of one that came with a lease, the answer tells. @param {Known | null} before @param {Known} now @param {number} at */
function change(before, now, at) {
  if (!before) return null;
  const gone = before.granted.filter((each) => !now.granted.includes(each));
  const early = gone.filter((each) => !before.leases.some((lease) => lease.capability === each && lease.endsAt - SLACK_MS <= at));
  if (early.length > 0) return news("taken", early);
  if (gone.length > 0) return news("expired", gone);
  const given = now.granted.filter((each) => !before.granted.includes(each) && !leaseOf(now.leases, each));
  return given.length > 0 ? news("given", given) : null;
}

/** News of a right that was missing says nothing any more once it is there. @param {News | null} news @param {Known} now */
function stillTrue(news, now) {
  if (!news || GOOD_NEWS.includes(news.kind)) return news;
  return news.capabilities.every((each) => now.granted.includes(each)) ? null : news;
}

/** @param {News["kind"]} kind @param {Capability[]} capabilities @returns {News} */
const news = (kind, capabilities, minutes = 0) => ({ kind, capabilities, minutes });

// ---- what follows

/** @param {readonly Lease[]} leases @param {Capability} capability */
export const leaseOf = (leases, capability) => leases.find((lease) => lease.capability === capability) ?? null;

/** Whole seconds until then, rounded up: 0 only once it is over. @param {number} until @param {number} now */
export const secondsLeft = (until, now) => Math.max(0, Math.ceil((until - now) / 1000));

/** Of what is left, what is read out: the last of 60, 30 and 10 seconds that was passed. @param {number} seconds */
export const spokenSeconds = (seconds) => SPOKEN_S.find((step) => seconds <= step) ?? seconds;

/** The rights that end within a minute. @param {readonly Lease[]} leases @param {number} now @returns {Capability[]} */
export const endingSoon = (leases, now) =>
  leases.filter(({ endsAt }) => secondsLeft(endsAt, now) <= NOTICE_S).map(({ capability }) => capability);

/**
 * The rights that there is a point in asking for: those not granted, and those that end soon.
 * @param {readonly Capability[]} granted
 * @param {readonly Lease[]} leases
 * @param {number} now
 */
export function askable(granted, leases, now) {
  const soon = endingSoon(leases, now);
  return ASKABLE.filter((each) => !granted.includes(each) || soon.includes(each));
}

/** Whether there is something to do about this news: to ask again. @param {News} news */
export const callsForAsk = ({ kind }) => !GOOD_NEWS.includes(kind) && kind !== "not_offered";

/** Whether news goes by itself. @param {News} news */
export const fades = ({ kind }) => GOOD_NEWS.includes(kind);

/**
 * A reason as the protocol takes it: one line, without controls and marks of direction.
 * @param {string} typed
 */
export function fitReason(typed) {
  const line = typed.replace(/\s+/gu, " ").replace(UNFIT, "").trim();
  return [...line].slice(0, MAX_SHORT_TEXT).join("").trim();
}

/** `NOT_IN_NAMES` of broker/protocol/vocabulary.py, and halves of characters. */
const UNFIT = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;
