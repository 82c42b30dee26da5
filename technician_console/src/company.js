// Who takes part in a session, as its page needs to know it. Pure: it reads states and reaches nothing.

/** @typedef {import("./session.js").LiveState} LiveState */
/** @typedef {import("./protocol.js").SessionView} SessionView */
/**
 * @typedef {object} Person
 * @property {string} id
 * @property {string} name
 * @property {number | null} colour which of COLOURS; null while they do not look
 * @property {"in_charge" | "looks" | "asking" | "invited" | "next"} part
 * @property {boolean} next whether the session is being handed over to them
 * @property {boolean} hands whether they have keyboard and mouse
 * @property {boolean} mayControl whether they may be given them
 */

/** Whether this page is that of whoever is in charge. @param {LiveState} state */
export function isInCharge({ session, accountId }) {
  if (!session || session.queued_since) return false;
  return accountId === null || session.technician_id === accountId;
}

/** Whether the end user has let this page's technician in. @param {LiveState} state */
export function isIn(state) {
  if (isInCharge(state)) return true;
  return (state.session?.guests ?? []).some((one) => one.account_id === state.accountId && one.stage === "admitted");
}

/** Whether somebody is on their way in. @param {SessionView} session */
export const isAnybodyComing = ({ guests = [], hand_over: next }) => Boolean(next) || guests.some(({ stage }) => stage !== "admitted");

/** Whether this page's technician ended it, who need not be told. @param {LiveState} state @param {import("./protocol.js").EntryOver} entry */
export function isOwnDoing(state, { participant, outcome }) {
  if (outcome === "declined") return participant.account_id === state.accountId;
  return outcome === "withdrawn" && isInCharge(state);
}

/**
 * How the end user kept this page's technician out, when they last asked to come in.
 * @param {LiveState} state
 * @returns {"refused" | "timed_out" | null}
 */
export function ownRefusal({ entry, accountId }) {
  if (entry?.participant.account_id !== accountId) return null;
  return entry?.outcome === "refused" || entry?.outcome === "timed_out" ? entry.outcome : null;
}

/** Whether the end user is being asked about this page's technician. @param {LiveState} state */
export function isAtTheDoor({ session, accountId }) {
  const entries = [...(session?.guests ?? []), ...(session?.hand_over ? [session.hand_over] : [])];
  return entries.some((one) => one.account_id === accountId && one.stage === "asking");
}

/**
 * Whether the broker would show this page's technician what is kept of a session that is over: guests read it no more.
 * @param {LiveState} state
 */
export const mayReadKept = ({ session, accountId, readsAll }) => readsAll || accountId === null || session?.technician_id === accountId;

/**
 * Where this page's technician stands: in the session, at its door, or outside, with a way in or none; before one that
 * is over without their having been in it. A broker that sent them away may not have shown them why first.
 * @param {LiveState} state
 * @returns {"in" | "asking" | "offered" | "queue" | "out" | "over"}
 */
export function standing(state) {
  const { session, accountId } = state;
  const sentAway = state.fault === "dismissed";
  if (session?.state === "ended") return mayReadKept(state) || state.peer.everConnected ? "in" : "over";
  if (!session || (isIn(state) && !sentAway)) return "in";
  if (isAtTheDoor(state) && !sentAway) return "asking";
  if (accountId !== null && offerTo(session, accountId)) return "offered";
  return session.queued_since ? "queue" : "out";
}

/** Everybody who is in or on their way in; whoever is in charge first. @param {LiveState} state @returns {Person[]} */
export function people(state) {
  const { session } = state;
  if (!session) return [];
  const colours = new Map((state.company?.participants ?? []).map((one) => [one.account_id, one.colour]));
  const controller = state.company?.controller ?? session.controller_id;
  /** @param {string} id @param {string} name @param {Person["part"]} part @param {boolean} [mayControl] @returns {Person} */
  const person = (id, name, part, mayControl = true) => ({
    ...{ id, name, part, mayControl, colour: colours.get(id) ?? null },
    ...{ hands: id === controller, next: id === session.hand_over?.account_id },
  });
  const guests = (session.guests ?? []).map((one) => person(one.account_id, one.name, PARTS[one.stage], one.may_control));
  const comes = session.hand_over && !guests.some(({ next }) => next) ? session.hand_over : null;
  const next = comes ? [person(comes.account_id, comes.name, "next")] : [];
  const first = session.queued_since ? [] : [person(session.technician_id, session.technician_name, "in_charge")];
  return [...first, ...guests, ...next];
}

/** @type {Record<import("./protocol.js").EntryStage, Person["part"]>} */
const PARTS = { offered: "invited", asking: "asking", admitted: "looks" };

/** Who else has keyboard and mouse; null when it is this page, or nobody may. @param {LiveState} state */
export function otherHands(state) {
  const { company } = state;
  if (!company || company.controller === company.you) return null;
  return company.participants.find((one) => one.account_id === company.controller)?.name ?? null;
}

/** What an entry of the door wants: how one comes in. @param {SessionView} session @param {string} me */
export function offerTo(session, me) {
  if (session.hand_over?.account_id === me && session.hand_over.stage === "offered") return session.hand_over;
  return (session.guests ?? []).find((one) => one.account_id === me && one.stage === "offered") ?? null;
}
