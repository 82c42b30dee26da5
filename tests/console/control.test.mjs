import assert from "node:assert/strict";
import { test } from "node:test";
import { Heartbeat } from "../../technician_console/src/channels/control.js";
import { timers } from "./timers.mjs";

function rig(context) {
  timers.use(context);
  const clock = { now: 1000 };
  const sent = [];
  const lost = [];
  const heartbeat = new Heartbeat((message) => sent.push(message), () => lost.push(clock.now), () => clock.now);
  heartbeat.start();
  const pass = (seconds) => {
    for (let second = 0; second < seconds; second += 1) {
      clock.now += 1000;
      timers.tick(1000);
    }
  };
  return { heartbeat, sent, lost, clock, pass };
}

test("a beat is sent at once and then every second", (context) => {
  const { sent, pass } = rig(context);
  pass(2);
  assert.deepEqual(sent.map(({ sent_at_ms }) => sent_at_ms), [1000, 2000, 3000]);
});

test("a beat is echoed, and an echo tells the round trip", (context) => {
  const { heartbeat, sent, clock } = rig(context);
  heartbeat.hear({ type: "heartbeat", sent_at_ms: 7 });
  assert.deepEqual(sent.at(-1), { type: "heartbeat.echo", sent_at_ms: 7 });
  clock.now = 1042;
  heartbeat.hear({ type: "heartbeat.echo", sent_at_ms: 1000 });
  assert.equal(heartbeat.roundTripMs, 42);
});

test("four silent seconds lose the peer, once", (context) => {
  const { lost, pass } = rig(context);
  pass(3);
  assert.deepEqual(lost, []);
  pass(5);
  assert.deepEqual(lost, [5000]);
});

test("anything heard keeps the peer", (context) => {
  const { heartbeat, lost, pass } = rig(context);
  for (let beat = 0; beat < 5; beat += 1) {
    pass(3);
    heartbeat.hear({ type: "screen.state", width: 1, height: 1 });
  }
  assert.deepEqual(lost, []);
});

test("a page that itself stood still listens once more before it judges", (context) => {
  const { lost, clock } = rig(context);
  clock.now += 60_000;
  timers.tick(1000);
  assert.deepEqual(lost, []);
  clock.now += 1000;
  timers.tick(1000);
  assert.equal(lost.length, 1);
});
