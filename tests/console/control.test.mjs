import assert from "node:assert/strict";
import { test } from "node:test";
import { ClientClock, Heartbeat } from "../../technician_console/src/channels/control.js";
import { timers } from "./timers.mjs";

function rig(context) {
  timers.use(context);
  const clock = { now: 1000 };
  const sent = [];
  const quiet = [];
  const lost = [];
  const heartbeat = new Heartbeat(
    (message) => sent.push(message),
    () => quiet.push(clock.now),
    () => lost.push(clock.now),
    () => clock.now,
  );
  heartbeat.start();
  const pass = (seconds) => {
    for (let look = 0; look < seconds * 4; look += 1) {
      clock.now += 250;
      timers.tick(250);
    }
  };
  return { heartbeat, sent, quiet, lost, clock, pass };
}

test("the console never speaks first", (context) => {
  const { sent, pass } = rig(context);
  pass(3);
  assert.deepEqual(sent, []);
});

test("a beat is echoed at once, and tells the round trip of the one before", (context) => {
  const { heartbeat, sent } = rig(context);
  heartbeat.hear({ type: "heartbeat", sent_at_ms: 7, round_trip_ms: null });
  assert.deepEqual(sent, [{ type: "heartbeat.echo", sent_at_ms: 7 }]);
  assert.equal(heartbeat.roundTripMs, null);
  heartbeat.hear({ type: "heartbeat", sent_at_ms: 1007, round_trip_ms: 42 });
  assert.equal(heartbeat.roundTripMs, 42);
  assert.equal(sent.length, 2);
});

test("beats tell what the client's clock says", (context) => {
  const { heartbeat, clock } = rig(context);
  clock.now = 5_020;
  heartbeat.hear({ type: "heartbeat", sent_at_ms: 1_000, round_trip_ms: 40 });
  assert.equal(heartbeat.clock.aheadMs, 4_000);
  assert.equal(heartbeat.clock.ageMs(1_000, 5_020), 20);
});

test("the client's clock is not known before the first round trip", () => {
  const clock = new ClientClock();
  clock.compare(1_000, 5_020, null);
  assert.equal(clock.aheadMs, null);
  assert.equal(clock.ageMs(1_000, 5_020), null);
});

test("late beats and slow echoes do not move the client's clock, and old ones are forgotten", () => {
  const clock = new ClientClock();
  clock.compare(0, 4_020, 40);
  for (const [late, roundTrip] of [[300, 340], [0, 900], [5, 40]]) clock.compare(1_000, 5_020 + late, roundTrip);
  assert.equal(clock.aheadMs, 4_000);
  for (let beat = 0; beat < 30; beat += 1) clock.compare(beat * 1000, beat * 1000 + 7_020, 40);
  assert.equal(clock.aheadMs, 7_000);
});

test("an age is told across the turn of the client's 32 bits, and is never below nothing", () => {
  const clock = new ClientClock();
  const turn = 2 ** 32;
  clock.compare(turn + 5, 100, 0);
  assert.equal(clock.ageMs(turn - 20, 100), 25);
  assert.equal(clock.ageMs(5, 130), 30);
  assert.equal(clock.ageMs(turn + 900, 100), 0);
});

test("four silent seconds lose the peer, once", (context) => {
  const { lost, pass } = rig(context);
  pass(3);
  assert.deepEqual(lost, []);
  pass(5);
  assert.deepEqual(lost, [5000]);
});

test("two silent seconds are told once, and again after something was heard", (context) => {
  const { heartbeat, quiet, pass } = rig(context);
  pass(3);
  assert.deepEqual(quiet, [3000]);
  heartbeat.hear({ type: "heartbeat", sent_at_ms: 7, round_trip_ms: null });
  pass(3);
  assert.deepEqual(quiet, [3000, 6000]);
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
