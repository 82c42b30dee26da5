// Who takes part, as the session's page reads it from the broker and the support client.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isAtTheDoor, isIn, isInCharge, offerTo, otherHands, people } from "../../technician_console/src/company.js";
import { initialState, mayRelayChat, reduce, wantsPeer } from "../../technician_console/src/session.js";
import { snapshot } from "./builders.mjs";

const ADA = `usr_${"0".repeat(32)}`;
const BEN = `usr_${"2".repeat(32)}`;
const entry = (stage, purpose = "guest") => ({ account_id: BEN, name: "Ben", stage, purpose, since: "2026-11-23T10:00:00Z", by: "Ada" });

/** A session as one account's page has it. */
const page = (accountId, change = {}) =>
  reduce(reduce(initialState(), { type: "me.known", accountId }), snapshot({ state: "connected", guests: [], hand_over: null, queued_since: null, ...change }));

test("the one in charge is who the broker says, and nobody while the session is queued", () => {
  assert.equal(isInCharge(page(ADA)), true);
  assert.equal(isInCharge(page(BEN)), false);
  assert.equal(isInCharge(page(ADA, { queued_since: "2026-11-23T10:00:00Z" })), false);
  assert.equal(isInCharge(initialState()), false);
});

test("a guest makes a connection once the end user has let them in, and not before", () => {
  const linked = (state) => wantsPeer({ ...state, link: "open" });
  assert.equal(linked(page(BEN, { guests: [entry("asking")] })), false);
  assert.equal(isAtTheDoor(page(BEN, { guests: [entry("asking")] })), true);
  assert.equal(isIn(page(BEN, { guests: [entry("admitted")] })), true);
  assert.equal(linked(page(BEN, { guests: [entry("admitted")] })), true);
  assert.equal(linked(page(BEN)), false);
});

test("only the one in charge has the chat's road through the broker", () => {
  const open = (state) => mayRelayChat({ ...state, link: "open" });
  assert.equal(open(page(ADA)), true);
  assert.equal(open(page(BEN, { guests: [entry("admitted")] })), false);
});

test("everybody is listed with their part, their colour and who has keyboard and mouse", () => {
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
  const state = reduce(page(ADA, { guests: [entry("admitted")], hand_over: entry("offered", "hand_over") }), company);
  assert.deepEqual(people(state), [
    { id: ADA, name: "Ada", part: "in_charge", colour: 0, hands: false },
    { id: BEN, name: "Ben", part: "looks", colour: 1, hands: true },
    { id: BEN, name: "Ben", part: "next", colour: 1, hands: true },
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
