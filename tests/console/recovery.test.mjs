// A peer connection that stood and is gone: how a fresh one comes about under the same session.
import assert from "node:assert/strict";
import { test } from "node:test";
import { snapshot } from "./builders.mjs";
import { connected, consented, rig } from "./live_rig.mjs";
import { timers } from "./timers.mjs";

test("a lost peer is told, and a fresh one offered once the broker has answered", (context) => {
  const { answer, live, peers, signaling, signals } = connected(context);
  peers[0].events.lost();
  assert.equal(signals.at(-1).type, "peer.lost");
  assert.equal(live.state.peer.phase, "lost");
  assert.equal(signaling.urgent, true);
  timers.tick(1000);
  assert.equal(peers.length, 1);
  answer();
  assert.equal(peers.length, 2);
  assert.notEqual(peers[1].peerId, peers[0].peerId);
  peers[1].events.connected();
  assert.equal(signaling.urgent, false);
});

test("attempts to recover follow one another with rests, for a minute; then the technician decides", (context) => {
  const { answer, live, peers, signaling } = connected(context);
  peers[0].events.lost();
  answer();
  for (let attempt = 0; attempt < 20; attempt += 1) {
    peers.at(-1).events.failed("ice_failed");
    const before = peers.length;
    answer();
    assert.equal(peers.length, before, "no attempt right after the other");
    timers.tick(2000);
    answer();
    assert.equal(peers.length, before + 1);
  }
  timers.tick(20_000);
  assert.equal(live.state.peer.phase, "connecting", "the last attempt is waited for");
  peers.at(-1).events.failed("ice_failed");
  assert.equal(live.state.peer.phase, "unrecovered");
  assert.equal(signaling.urgent, false);
  const made = peers.length;
  timers.tick(600_000);
  answer();
  assert.equal(peers.length, made);
  live.retry();
  assert.equal(live.state.peer.phase, "lost");
  answer();
  assert.equal(peers.length, made + 1);
});

test("after a minute without anything the technician decides; a fresh line or a client that is back begins anew", (context) => {
  const { live, hear, peers, phase } = connected(context);
  for (const back of [
    () => (phase("retrying"), hear(consented())),
    () => (hear(snapshot({ state: "consented", client_present: false })), hear(consented())),
    () => hear({ type: "peer.wanted" }),
  ]) {
    peers.at(-1).events.lost();
    timers.tick(59_000);
    assert.equal(live.state.peer.phase, "lost");
    timers.tick(1000);
    assert.equal(live.state.peer.phase, "unrecovered");
    hear(consented());
    assert.equal(live.state.peer.phase, "unrecovered", "that is nothing new");
    back();
    assert.equal(live.state.peer.phase, "connecting");
    peers.at(-1).events.failed("ice_failed");
    assert.equal(live.state.peer.phase, "lost", "and has a minute of its own");
    hear({ type: "peer.wanted" });
    peers.at(-1).events.connected();
  }
});

test("an offer that was sent to a dead socket of the client is made again, one that stands is not", (context) => {
  const { hear, peers } = rig(context);
  hear(consented());
  hear({ type: "peer.wanted" });
  assert.equal(peers.length, 2);
  assert.equal(peers[0].closed, true);
  peers[1].events.connected();
  hear({ type: "peer.wanted" });
  assert.equal(peers.length, 2);
});

test("a peer that falls quiet has the line to the broker tried before it is lost", (context) => {
  const { peers, signaling } = connected(context);
  peers[0].events.quiet();
  assert.equal(signaling.proofs, 1);
});
