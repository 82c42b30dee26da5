import assert from "node:assert/strict";
import { test } from "node:test";
import { granted, initialState, isPaused, mayControl, mayView, reduce, wantsPeer } from "../../technician_console/src/session.js";
import { statusKey } from "../../technician_console/src/status.js";
import { sessionView, snapshot } from "./builders.mjs";

/** @param {...object} messages */
const after = (...messages) => messages.reduce((state, message) => reduce(state, message), initialState());
const phase = (name) => ({ type: "peer.phase", phase: name });
const rights = (capabilities, paused = false) => ({ type: "rights.state", granted: capabilities, paused });
const connected = (view = {}) => [snapshot({ state: "consented", granted: ["view", "control"], ...view }), phase("connected")];

test("an unknown message changes nothing", () => {
  const state = initialState();
  assert.equal(reduce(state, { type: "from.the.future" }), state);
});

test("a snapshot replaces the session and the ice servers", () => {
  const state = after({ ...snapshot({ state: "joined" }), ice_servers: [{ urls: ["turn:x"] }] });
  assert.equal(state.session.state, "joined");
  assert.deepEqual(state.iceServers, [{ urls: ["turn:x"] }]);
});

test("the state of the end user's side is always said in words", () => {
  const cases = [
    [[], "loading"],
    [[snapshot({ state: "waiting" })], "waiting"],
    [[snapshot({ state: "joined" })], "joined"],
    [[snapshot({ state: "joined", client_present: false })], "joined_away"],
    [[snapshot({ state: "consented" })], "connecting"],
    [[snapshot({ state: "consented" }), phase("connecting")], "connecting"],
    [[snapshot({ state: "connected", connected_at: "x", client_present: false })], "reconnecting"],
    [[...connected()], "connected"],
    [[...connected({ paused: true })], "paused"],
    [[...connected(), rights(["view"], true)], "paused"],
    [[...connected(), phase("lost")], "reconnecting"],
    [[...connected(), phase("lost"), phase("connecting")], "reconnecting"],
    [[snapshot({ state: "consented" }), phase("failed")], "failed"],
    [[snapshot({ state: "ended" })], "ended"],
    [[...connected(), { type: "error", code: "replaced", detail: "", fatal: true }], "elsewhere"],
  ];
  for (const [messages, expected] of cases) assert.equal(statusKey(after(...messages)), expected);
});

test("a peer connection is wanted only with consent, a string, a client there, and no final fault", () => {
  const agreed = { type: "trust.changed", change: { ready: true } };
  assert.equal(wantsPeer(after(snapshot({ state: "consented" }))), false);
  assert.equal(wantsPeer(after(agreed, snapshot({ state: "joined" }))), false);
  assert.equal(wantsPeer(after(agreed, snapshot({ state: "consented" }))), true);
  assert.equal(wantsPeer(after(agreed, snapshot({ state: "connected" }))), true);
  assert.equal(wantsPeer(after(agreed, snapshot({ state: "consented", client_present: false }))), false);
  const replaced = { type: "error", code: "replaced", detail: "", fatal: true };
  assert.equal(wantsPeer(after(agreed, snapshot({ state: "consented" }), replaced)), false);
});

test("while the end user uses the computer no input is sent, and a lost connection forgets it", () => {
  const held = after(...connected(), rights(["view", "control"]), { type: "local.use", hold_s: 2 });
  assert.equal(mayControl(held), false);
  assert.equal(mayControl(reduce(held, { type: "local.use", hold_s: 0 })), true);
  assert.equal(reduce(held, phase("lost")).heldBack, false);
});

test("without view there is nothing to see", () => {
  assert.equal(mayView(after(...connected(), rights([]))), false);
  assert.equal(mayView(after(...connected(), rights(["view"]))), true);
});

test("an error that is not fatal leaves no fault", () => {
  assert.equal(after({ type: "error", code: "peer_absent", detail: "", fatal: false }).fault, null);
});

test("what the support client says of rights counts before what the broker says", () => {
  const state = after(...connected(), rights(["view"]));
  assert.deepEqual(granted(state), ["view"]);
  assert.equal(mayControl(state), false);
});

test("rights told over a channel do not outlive its peer connection", () => {
  const state = after(...connected(), rights(["view"], true), phase("lost"));
  assert.deepEqual(granted(state), ["view", "control"]);
  assert.equal(isPaused(state), false);
});

test("control needs the right, a connection and no pause", () => {
  assert.equal(mayControl(after(...connected())), true);
  assert.equal(mayControl(after(...connected(), rights(["view", "control"], true))), false);
  assert.equal(mayControl(after(...connected(), phase("lost"))), false);
});

test("a refusal is shown until it is forgotten or the rights change", () => {
  const refused = after(...connected(), { type: "input.refused", reason: "not_granted" });
  assert.equal(refused.refused, "not_granted");
  assert.equal(reduce(refused, { type: "refusal.forgotten" }).refused, null);
  assert.equal(reduce(refused, rights(["view", "control"])).refused, null);
});

test("a failure is kept with its reason until the next attempt", () => {
  const failed = after({ type: "peer.phase", phase: "failed", failure: "connect_timeout" });
  assert.equal(failed.peer.failure, "connect_timeout");
  assert.equal(reduce(failed, phase("connecting")).peer.failure, null);
});

test("how the picture is made is known as long as its peer connection stands", () => {
  const made = { type: "picture.state", encoder: "libx264", width: 1280, height: 720, target_kbps: 3500, exact_share: 0.5 };
  const told = after(...connected(), made);
  assert.deepEqual(told.made, made);
  assert.equal(reduce(told, phase("lost")).made, null);
});

test("the reducer never changes the state it was given", () => {
  const state = Object.freeze(initialState());
  reduce(state, snapshot({ state: "waiting" }));
  assert.equal(state.session, null);
  assert.ok(sessionView({}).session_id);
});

test("the screen is as the client told of it last", () => {
  const told = (state) => after({ type: "screen.state", width: 0, height: 0, ...state }).screen;
  const bare = { problem: null, conditions: [], monitors: [], shown: null };
  assert.deepEqual(told({ width: 800, height: 600 }), { width: 800, height: 600, ...bare });
  assert.equal(told({ shown: "all" }).shown, "all");
  assert.equal(told({ problem: "display_gone" }).problem, "display_gone");
  assert.deepEqual(told({ conditions: ["asleep"] }).conditions, ["asleep"]);
});

test("a log that fails is told of until it can be written, or the line to the broker is another", () => {
  const warned = after(snapshot({ state: "consented" }), { type: "audit.state", ends_in_s: 45 });
  assert.equal(warned.unrecorded, true);
  assert.equal(reduce(warned, { type: "audit.state" }).unrecorded, false);
  assert.equal(reduce(warned, { type: "link.changed", phase: "retrying" }).unrecorded, false);
});
