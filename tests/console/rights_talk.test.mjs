import assert from "node:assert/strict";
import { test } from "node:test";
import { ASK_TIMEOUT_S, MAX_SHORT_TEXT } from "../../technician_console/src/protocol.js";
import { askable, callsForAsk, endingSoon, fitReason, secondsLeft, spokenSeconds } from "../../technician_console/src/rights_talk.js";
import { initialState, leases, mayAsk, reduce } from "../../technician_console/src/session.js";
import { snapshot } from "./builders.mjs";

const phase = (name) => ({ type: "peer.phase", phase: name });
const rights = (granted, at = 0, left = {}) => ({
  type: "rights.state",
  granted,
  paused: false,
  leases: Object.entries(left).map(([capability, left_s]) => ({ capability, left_s })),
  at,
});
const asked = (at = 0) => ({ type: "ask.sent", capability: "control", minutes: 30, at });
const answer = (outcome, capability = "control") => ({ type: "rights.answer", capability, outcome });

/** A connected session in which this was told. @param {...object} messages */
const after = (...messages) =>
  [snapshot({ state: "connected", granted: ["view"] }), phase("connected"), ...messages].reduce(
    (state, message) => reduce(state, message),
    initialState(),
  );

test("an ask waits for as long as the end user has to answer, and closes its form", () => {
  const { talk } = after(rights(["view"]), { type: "ask.opened", capability: null }, asked(5000));
  assert.deepEqual(talk.ask, { capability: "control", minutes: 30, until: 5000 + ASK_TIMEOUT_S * 1000 });
  assert.equal(talk.dialog, null);
  assert.equal(secondsLeft(talk.ask.until, 5000), ASK_TIMEOUT_S);
  assert.equal(secondsLeft(talk.ask.until, 5001), ASK_TIMEOUT_S);
  assert.equal(secondsLeft(talk.ask.until, 6000), ASK_TIMEOUT_S - 1);
  assert.equal(secondsLeft(talk.ask.until, 1e9), 0);
});

test("every answer ends the waiting and is said", () => {
  for (const outcome of ["granted", "refused", "timed_out", "busy", "not_offered"]) {
    const { talk } = after(rights(["view"]), asked(), answer(outcome));
    assert.equal(talk.ask, null);
    assert.deepEqual(talk.news, { kind: outcome, capabilities: ["control"], minutes: outcome === "granted" ? 30 : 0 });
  }
});

test("what is granted by an answer is said once, by the answer", () => {
  const before = after(rights(["view"]), asked(), rights(["view", "control"], 100, { control: 1800 }));
  assert.equal(before.talk.news, null);
  assert.equal(reduce(before, answer("granted")).talk.news.kind, "granted");
});

test("an answer to a question from before a reload is said too, and ends no other question", () => {
  assert.equal(after(rights(["view"]), answer("granted")).talk.news.kind, "given");
  assert.equal(after(rights(["view"]), answer("refused")).talk.news.kind, "refused");
  assert.ok(after(rights(["view"]), asked(), answer("busy", "clipboard.send")).talk.ask);
});

test("a connection that is lost ends the waiting and says so", () => {
  const { talk } = after(rights(["view"]), asked(), phase("lost"));
  assert.equal(talk.ask, null);
  assert.equal(talk.news.kind, "lost");
  assert.equal(after(rights(["view"]), phase("lost")).talk.news, null);
});

test("a question that nobody answers is over", () => {
  assert.equal(after(rights(["view"]), asked(), { type: "ask.over", kind: "timed_out" }).talk.news.kind, "timed_out");
  assert.equal(after(rights(["view"]), { type: "ask.over", kind: "timed_out" }).talk.news, null);
});

test("there is one question at a time, and none without a connection", () => {
  assert.equal(mayAsk(after(rights(["view"]))), true);
  assert.equal(mayAsk(after(rights(["view"]), asked())), false);
  assert.equal(mayAsk(after(rights(["view"]), phase("lost"))), false);
  assert.equal(mayAsk(after()), false);
});

test("a lease is counted down from when it was told", () => {
  const state = after(rights(["view", "control"], 10_000, { control: 61.5 }));
  assert.deepEqual(leases(state), [{ capability: "control", endsAt: 71_500 }]);
  assert.deepEqual(endingSoon(leases(state), 11_499), []);
  assert.deepEqual(endingSoon(leases(state), 11_500), ["control"]);
  assert.deepEqual(leases(reduce(state, phase("lost"))), []);
});

test("a right that goes with its lease has ended by itself, one that goes before was taken back", () => {
  const leased = rights(["view", "control"], 0, { control: 60 });
  assert.deepEqual(after(leased, rights(["view"], 59_200)).talk.news, { kind: "expired", capabilities: ["control"], minutes: 0 });
  assert.deepEqual(after(leased, rights(["view"], 30_000)).talk.news, { kind: "taken", capabilities: ["control"], minutes: 0 });
  assert.deepEqual(after(rights(["view", "control"]), rights([], 1)).talk.news.capabilities, ["view", "control"]);
});

test("a right that the end user gives unasked is said, what was there from the start is not", () => {
  assert.equal(after(rights(["view"])).talk.news, null);
  assert.deepEqual(after(rights(["view"]), rights(["view", "control"])).talk.news, { kind: "given", capabilities: ["control"], minutes: 0 });
});

test("what changed while the connection was lost is said when it is back", () => {
  const back = after(rights(["view", "control"]), phase("lost"), phase("connected"), rights(["view"], 9000));
  assert.equal(back.talk.news.kind, "taken");
});

test("bad news goes when the right is there after all", () => {
  const refused = after(rights(["view"]), asked(), answer("refused"));
  assert.equal(reduce(refused, rights(["view"])).talk.news.kind, "refused");
  assert.equal(reduce(refused, rights(["view", "control"])).talk.news.kind, "given");
  assert.equal(reduce(refused, { type: "news.closed" }).talk.news, null);
});

test("only what is missing, or ends within a minute, is to be asked for", () => {
  const soon = [{ capability: "control", endsAt: 60_000 }];
  const more = ["clipboard.send", "clipboard.receive", "files.send", "files.receive"];
  assert.deepEqual(askable(["view"], [], 0), ["control", ...more]);
  assert.deepEqual(askable(["view", "control"], soon, -1), more);
  assert.deepEqual(askable(["view", "control"], soon, 0), ["control", ...more]);
});

test("asking again is offered unless it would be in vain", () => {
  const calls = (kind) => callsForAsk({ kind, capabilities: ["control"], minutes: 0 });
  assert.deepEqual(["refused", "timed_out", "busy", "lost", "taken", "expired"].map(calls), Array(6).fill(true));
  assert.deepEqual(["granted", "given", "not_offered"].map(calls), [false, false, false]);
});

test("of a countdown only some seconds are read out", () => {
  assert.deepEqual([60, 59, 31, 30, 11, 10, 1].map(spokenSeconds), [60, 60, 60, 30, 30, 10, 10]);
});

test("a reason becomes one line that the protocol takes", () => {
  assert.equal(fitReason("  to move\nthe\twindow \u0007"), "to move the window");
  assert.equal(fitReason("a\u202eb\ud800c"), "abc");
  assert.equal(fitReason(" \n "), "");
  assert.equal([...fitReason("😀".repeat(300))].length, MAX_SHORT_TEXT);
});
