import assert from "node:assert/strict";
import { test } from "node:test";
import { PointerPlace } from "../../technician_console/src/cursor/place.js";

const PICTURE = { width: 1000, height: 500 };

/** A place that is told things with rising numbers. */
function rig() {
  const place = new PointerPlace();
  let sequence = 0;
  const told = (x, y, now, visible = true) => place.told({ type: "pointer.at", sequence: (sequence += 1), x, y, visible }, PICTURE, now);
  return { place, told };
}

test("before anything is told nothing is drawn", () => {
  assert.equal(new PointerPlace().visible, false);
});

test("where the end user moves the pointer, it is drawn", () => {
  const { place, told } = rig();
  told(0.2, 0.3, 0);
  assert.deepEqual([place.point, place.visible, place.foreign], [{ x: 0.2, y: 0.3 }, true, true]);
  told(0.2, 0.3, 5, false);
  assert.equal(place.visible, false);
});

test("the technician's own moves that come back late do not pull the pointer back", () => {
  const { place, told } = rig();
  for (const [index, x] of [0.1, 0.2, 0.3].entries()) place.sent({ x, y: 0.5 }, index * 16);
  told(0.1005, 0.501, 100);
  told(0.2, 0.5, 110);
  assert.deepEqual([place.point, place.foreign], [{ x: 0.3, y: 0.5 }, false]);
});

test("somebody else's move is seen though the technician has just moved", () => {
  const { place, told } = rig();
  place.sent({ x: 0.1, y: 0.5 }, 0);
  told(0.1, 0.52, 10);
  assert.deepEqual([place.point, place.foreign], [{ x: 0.1, y: 0.52 }, true]);
  place.sent({ x: 0.4, y: 0.5 }, 20);
  assert.equal(place.foreign, false);
});

test("an own move of long ago is somebody else's when it is told again, unless it was the last", () => {
  const { place, told } = rig();
  place.sent({ x: 0.1, y: 0.5 }, 0);
  place.sent({ x: 0.9, y: 0.5 }, 1);
  told(0.9, 0.5, 60_000);
  assert.equal(place.foreign, false);
  told(0.1, 0.5, 60_001);
  assert.equal(place.foreign, true);
});

test("what is told out of order is stale", () => {
  const { place } = rig();
  for (const [sequence, x] of [[5, 0.5], [4, 0.4], [5, 0.6]]) {
    place.told({ type: "pointer.at", sequence, x, y: 0, visible: true }, PICTURE, 0);
  }
  assert.equal(place.point.x, 0.5);
});

test("after another picture nothing is taken for an own move", () => {
  const { place, told } = rig();
  place.sent({ x: 0.1, y: 0.5 }, 0);
  place.forget();
  told(0.1, 0.5, 1);
  assert.equal(place.foreign, true);
});
