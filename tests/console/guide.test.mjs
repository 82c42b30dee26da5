import assert from "node:assert/strict";
import { test } from "node:test";
import { GuideSender } from "../../technician_console/src/channels/guide.js";
import { GuidePen } from "../../technician_console/src/input/guide.js";
import { MAX_STROKE_POINTS } from "../../technician_console/src/protocol.js";
import { initialState, mayGuide, reduce } from "../../technician_console/src/session.js";

/** A pen with a tool, and what it emitted. */
function rig(tool) {
  const gestures = [];
  const clock = { now: 0 };
  let id = 0;
  const pen = new GuidePen((gesture) => gestures.push(gesture), () => `shape-${(id += 1)}`, () => clock.now);
  pen.tool = tool;
  return { pen, gestures, clock, shapes: () => gestures.map(({ message }) => message) };
}

test("pointing tells every place and draws nothing", () => {
  const { pen, gestures } = rig("point");
  pen.move({ x: 0.123456, y: 0.5 });
  pen.press({ x: 0.2, y: 0.5 });
  assert.deepEqual(gestures, [{ kind: "point", x: 0.1235, y: 0.5 }, { kind: "point", x: 0.2, y: 0.5 }]);
  assert.equal(pen.draft, null);
});

test("an arrow goes from press to release, and is shown meanwhile", () => {
  const { pen, shapes } = rig("arrow");
  pen.press({ x: 0.1, y: 0.1 });
  pen.move({ x: 0.3, y: 0.3 });
  assert.equal(pen.draft.to_x, 0.3);
  assert.deepEqual(shapes(), []);
  pen.release({ x: 0.5, y: 0.4 });
  const arrow = { type: "guide.arrow", id: "shape-1", pinned: false, from_x: 0.1, from_y: 0.1, to_x: 0.5, to_y: 0.4 };
  assert.deepEqual(shapes(), [arrow]);
  assert.equal(pen.draft, null);
});

test("an arrow of no length is a slip of the hand, and one that was given up is none", () => {
  const { pen, gestures } = rig("arrow");
  pen.press({ x: 0.1, y: 0.1 });
  pen.release({ x: 0.101, y: 0.1 });
  pen.press({ x: 0.1, y: 0.1 });
  pen.cancel();
  pen.release({ x: 0.9, y: 0.9 });
  assert.deepEqual(gestures, []);
});

test("marks are numbered from 1 to 99 and begin anew when everything is cleared", () => {
  const { pen, shapes } = rig("mark");
  const place = () => {
    pen.press({ x: 0.5, y: 0.5 });
    pen.release({ x: 0.5, y: 0.5 });
    return shapes().at(-1).number;
  };
  const numbers = Array.from({ length: 100 }, place);
  assert.deepEqual([numbers[0], numbers[1], numbers[98], numbers[99]], [1, 2, 99, 1]);
  pen.clear();
  assert.deepEqual(shapes().at(-1), { type: "guide.clear" });
  assert.equal(place(), 1);
});

test("a stroke grows under one id, told now and then, and its end is always told", () => {
  const { pen, shapes, clock } = rig("stroke");
  pen.pinned = true;
  pen.press({ x: 0, y: 0 });
  for (let step = 1; step <= 50; step += 1) {
    clock.now += 16;
    pen.move({ x: step / 100, y: 0 });
  }
  assert.ok(shapes().length >= 3 && shapes().length <= 5);
  assert.ok(shapes().every(({ pinned }) => !pinned), "what is given up must fade");
  pen.release({ x: 0.6, y: 0 });
  assert.deepEqual(new Set(shapes().map(({ id }) => id)), new Set(["shape-1"]));
  assert.deepEqual(shapes().at(-1).points.at(-1), { x: 0.6, y: 0 });
  assert.equal(shapes().at(-1).pinned, true);
});

test("a stroke never has more places than a message may hold", () => {
  const { pen, shapes } = rig("stroke");
  pen.press({ x: 0, y: 0 });
  for (let step = 1; step <= 5000; step += 1) pen.move({ x: (step % 200) / 200, y: 0.5 });
  pen.release({ x: 1, y: 1 });
  assert.ok(shapes().every(({ points }) => points.length <= MAX_STROKE_POINTS));
  assert.deepEqual(shapes().at(-1).points[0], { x: 0, y: 0 });
  assert.ok(JSON.stringify(shapes().at(-1)).length < 16 * 1024);
});

test("points go to the pointer channel with rising numbers, shapes to their own, and nothing when it may not", () => {
  const sent = [];
  const sender = new GuideSender((label, message) => sent.push([label, message]));
  sender.send({ kind: "point", x: 0, y: 0 }, true);
  sender.send({ kind: "point", x: 1, y: 1 }, true);
  sender.send({ kind: "shape", message: { type: "guide.clear" } }, true);
  sender.send({ kind: "shape", message: { type: "guide.clear" } }, false);
  assert.deepEqual(sent.map(([label]) => label), ["pointer", "pointer", "guide"]);
  assert.ok(sent[1][1].sequence > sent[0][1].sequence);
});

test("whoever sees the screen may point at it, without control and not while paused", () => {
  const connected = reduce(initialState(), { type: "peer.phase", phase: "connected" });
  const rights = (granted, paused) => reduce(connected, { type: "rights.state", granted, paused });
  assert.equal(mayGuide(rights(["view"], false)), true);
  assert.equal(mayGuide(rights(["view", "control"], true)), false);
  assert.equal(mayGuide(rights([], false)), false);
  assert.equal(mayGuide(initialState()), false);
});
