// Who takes part, as the session's page reads it from the broker and the support client.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isAtTheDoor, isIn, isInCharge, mayReadKept, offerTo, otherHands, ownRefusal, people, standing } from "../../technician_console/src/company.js";
import { allowed, initialState, mayAgree, mayRelayChat, mayWrite, reduce, wantsPeer } from "../../technician_console/src/session.js";
import { tabsOf } from "../../technician_console/src/side_tabs.js";
import { doubtKey, statusKey } from "../../technician_console/src/status.js";
import { snapshot } from "./builders.mjs";

const ADA = `usr_${"0".repeat(32)}`;
const BEN = `usr_${"2".repeat(32)}`;
const entry = (stage, purpose = "guest") => ({ account_id: BEN, name: "Ben", stage, purpose, since: "2026-11-23T10:00:00Z", by: "Ada" });

/** A session as one account's page has it. */
const page = (accountId, change = {}) =>
  reduce(reduce(initialState(), { type: "me.known", accountId }), snapshot({ state: "connected", guests: [], hand_over: null, queued_since: null, ...change }));

/** Whether a page would connect, once its string is agreed on. */
const linked = (state) => wantsPeer({ ...state, link: "open", trust: { ...state.trust, ready: true } });

test("whoever reads of a connection that was not to be trusted reads whose it was", () => {
  const whose = { account_id: BEN, name: "Ben" };
  const over = (accountId, end_reason) =>
    doubtKey(reduce(reduce(page(accountId), { type: "session.ended", reason: end_reason, whose }), snapshot({ state: "ended", end_reason })));
  assert.equal(over(ADA, "screens_differ"), "trust.after_other.screens_differ");
  assert.equal(over(BEN, "screens_differ"), "trust.after_own");
  assert.equal(over(ADA, "technician_ended"), "");
});

test("the one in charge is who the broker says, and nobody while the session is queued", () => {
  assert.equal(isInCharge(page(ADA)), true);
  assert.equal(isInCharge(page(BEN)), false);
  assert.equal(isInCharge(page(ADA, { queued_since: "2026-11-23T10:00:00Z" })), false);
  assert.equal(isInCharge(initialState()), false);
});

test("a guest makes a connection once the end user has let them in, and not before", () => {
  assert.equal(linked(page(BEN, { guests: [entry("asking")] })), false);
  assert.equal(isAtTheDoor(page(BEN, { guests: [entry("asking")] })), true);
  assert.equal(isIn(page(BEN, { guests: [entry("admitted")] })), true);
  assert.equal(linked(page(BEN, { guests: [entry("admitted")] })), true);
  assert.equal(linked(page(BEN)), false);
});

test("both screens show a string while the end user is asked whether somebody may come in", () => {
  const agrees = (state) => mayAgree({ ...state, link: "open" });
  assert.equal(agrees(page(BEN, { guests: [entry("asking")] })), true);
  assert.equal(agrees(page(BEN, { hand_over: entry("asking", "queue"), queued_since: "2026-11-23T10:00:00Z" })), true);
  assert.equal(agrees(page(BEN, { guests: [entry("offered")] })), false);
  assert.equal(agrees(page(BEN)), false);
});

const DISMISSED = { type: "error", code: "dismissed", detail: "", fatal: true };

test("whoever is not in is told so, has a way in, and neither a chat nor files", () => {
  const told = (state) => [standing(state), statusKey(state), mayWrite(state), tabsOf(state).join(" ")];
  assert.deepEqual(told(page(ADA)), ["in", "connecting", true, "chat files people history"]);
  assert.deepEqual(told(page(BEN, { guests: [entry("offered")] })), ["offered", "outside", false, "people history"]);
  assert.deepEqual(told(page(BEN, { guests: [entry("asking")] })), ["asking", "at_the_door", false, "people history"]);
  assert.deepEqual(told(page(BEN, { queued_since: "2026-11-23T10:00:00Z" })), ["queue", "outside", false, "people history"]);
  assert.deepEqual(told(page(BEN)), ["out", "outside", false, "people history"], "an admin may read");
  assert.deepEqual(told(reduce(page(BEN), DISMISSED)), ["out", "outside", false, ""]);
});

test("the page of whoever was not in a session that is over asks for nothing of it", () => {
  const told = (state) => [standing(state), statusKey(state), mayReadKept(state), tabsOf(state).join(" ")];
  const end = (state) => reduce(state, snapshot({ state: "ended", end_reason: "screens_differ", guests: [] }));
  assert.deepEqual(told(end(page(BEN, { guests: [entry("asking")] }))), ["over", "ended", false, ""]);
  assert.deepEqual(told(end(page(ADA))), ["in", "ended", true, "chat files people history"]);
  const admin = { type: "me.known", accountId: BEN, readsAll: true };
  assert.deepEqual(told(reduce(end(page(BEN)), admin)), ["in", "ended", true, "chat files people history"]);
  const looked = reduce(page(BEN, { guests: [entry("admitted")] }), { type: "peer.phase", phase: "connected" });
  assert.deepEqual(told(end(looked)), ["in", "ended", false, "chat files"], "what they have is theirs to read");
});

test("whoever asks for a session of the queue and is declined reads so until they ask again", () => {
  const queued = { queued_since: "2026-11-23T10:00:00Z" };
  const over = { type: "entry.over", participant: { account_id: BEN, name: "Ben" }, outcome: "refused" };
  const refused = reduce(reduce(reduce(page(BEN, { ...queued, hand_over: entry("asking", "queue") }), snapshot({ state: "connected", ...queued })), over), DISMISSED);
  assert.deepEqual([standing(refused), ownRefusal(refused)], ["queue", "refused"]);
  assert.equal(ownRefusal(reduce(refused, { ...over, outcome: "timed_out" })), "timed_out");
  assert.equal(ownRefusal({ ...refused, accountId: ADA }), null);
  const again = reduce(refused, snapshot({ state: "connected", ...queued, hand_over: entry("asking", "queue") }));
  assert.deepEqual([standing(again), ownRefusal(again)], ["asking", null]);
});

test("whoever was in and was sent away keeps the chat to read and the files that are not saved", () => {
  const state = reduce(reduce(page(ADA), { type: "peer.phase", phase: "connected" }), DISMISSED);
  assert.deepEqual([standing(state), mayWrite(state), tabsOf(state).join(" ")], ["out", false, "chat files"]);
});

test("a guest who may take over looks on while the end user is asked", () => {
  const state = page(BEN, { guests: [entry("admitted")], hand_over: entry("asking", "hand_over") });
  assert.equal(standing(state), "in");
  assert.equal(linked(state), true);
});

test("only the one in charge has the chat's road through the broker", () => {
  const open = (state) => mayRelayChat({ ...state, link: "open" });
  assert.equal(open(page(ADA)), true);
  assert.equal(open(page(BEN, { guests: [entry("admitted")] })), false);
});

test("everybody is listed once, with their part, their colour and who has keyboard and mouse", () => {
  const company = {
    type: "participants.state",
    you: ADA,
    in_charge: ADA,
    controller: BEN,
    participants: [
      { account_id: ADA, name: "Ada", colour: 0 },
      { account_id: BEN, name: "Ben", colour: 1 },
    ],
  };
  const state = reduce(page(ADA, { guests: [{ ...entry("admitted"), may_control: false }], hand_over: entry("offered", "hand_over") }), company);
  assert.deepEqual(people(state), [
    { id: ADA, name: "Ada", part: "in_charge", colour: 0, hands: false, next: false, mayControl: true },
    { id: BEN, name: "Ben", part: "looks", colour: 1, hands: true, next: true, mayControl: false },
  ]);
  assert.equal(otherHands(state), "Ben");
  assert.equal(otherHands(reduce(state, { ...company, controller: ADA })), null);
  assert.equal(otherHands(page(ADA)), null);
  assert.deepEqual(people(initialState()), []);
  assert.deepEqual(people(page(BEN, { queued_since: "2026-11-23T10:00:00Z" })), []);
});

test("an offer is known by whom it is for", () => {
  assert.equal(offerTo(page(BEN, { guests: [entry("offered")] }).session, BEN)?.purpose, "guest");
  assert.equal(offerTo(page(BEN, { hand_over: entry("offered", "hand_over") }).session, BEN)?.purpose, "hand_over");
  assert.equal(offerTo(page(ADA, { guests: [entry("offered")] }).session, ADA), null);
});

test("what the support client told of the others goes with the connection", () => {
  const company = { type: "participants.state", you: ADA, in_charge: ADA, controller: ADA, participants: [] };
  const state = reduce(page(ADA), company);
  assert.equal(reduce(state, { type: "peer.phase", phase: "lost" }).company, null);
});

test("control that is passed on is no news of what the end user allows", () => {
  const company = (controller) => ({ type: "participants.state", you: ADA, in_charge: ADA, controller, participants: [] });
  const rights = (...granted) => ({ type: "rights.state", granted, paused: false, leases: [], at: 0 });
  const before = [company(ADA), rights("view", "control"), company(BEN), rights("view")].reduce(reduce, page(ADA));
  assert.equal(before.talk.news, null);
  assert.equal(reduce(before, rights()).talk.news?.kind, "taken");
});

test("what a guest has for now need not be asked for: the end user allows it", () => {
  const company = (controller) => ({ ...{ type: "participants.state", you: ADA, in_charge: ADA, controller }, participants: [{ account_id: BEN, name: "Ben", colour: 1 }] });
  const rights = { type: "rights.state", granted: ["view"], paused: false, leases: [], at: 0 };
  const state = [company(BEN), rights].reduce(reduce, page(ADA, { granted: ["view", "control"] }));
  assert.deepEqual([...new Set(allowed(state))], ["view", "control"]);
  assert.deepEqual(allowed(reduce(state, company(ADA))), ["view"], "taken back by the end user, whatever the broker knows yet");
});

test("the rights of whoever a session is handed over to are no news of the end user", () => {
  const rights = (...granted) => ({ type: "rights.state", granted, paused: false, leases: [], at: 0 });
  const guest = reduce(page(BEN, { guests: [entry("admitted")] }), rights("view"));
  const after = [snapshot({ state: "consented", technician_id: BEN, guests: [], hand_over: null, queued_since: null }), rights("view", "control")].reduce(reduce, guest);
  assert.equal(after.talk.news, null);
});

test("why somebody does not come in stands until it is read, or somebody is asked again", () => {
  const over = { type: "entry.over", participant: { account_id: BEN, name: "Ben" }, outcome: "refused" };
  const told = reduce(page(ADA), over);
  assert.equal(told.entry, over);
  assert.equal(reduce(told, { type: "entry.read" }).entry, null);
  assert.equal(reduce(page(ADA), { ...over, outcome: "withdrawn" }).entry, null, "Ada did it herself");
  assert.equal(reduce(page(BEN), { ...over, outcome: "declined" }).entry, null);
  assert.equal(reduce(page(BEN), { ...over, outcome: "withdrawn" }).entry?.outcome, "withdrawn");
  const next = (guests) => reduce(told, snapshot({ state: "connected", guests, hand_over: null, queued_since: null })).entry;
  assert.equal(next([entry("admitted")]), over);
  assert.equal(next([entry("offered")]), null);
});
