import assert from "node:assert/strict";
import { test } from "node:test";
import { contentBox, layout, toFraction } from "../../technician_console/src/input/geometry.js";

test("a wide picture in a tall element has bars above and below", () => {
  const box = contentBox({ left: 10, top: 20, width: 800, height: 800 }, { width: 1600, height: 800 });
  assert.deepEqual(box, { left: 10, top: 220, width: 800, height: 400 });
});

test("a tall picture in a wide element has bars left and right", () => {
  const box = contentBox({ left: 0, top: 0, width: 800, height: 400 }, { width: 500, height: 1000 });
  assert.deepEqual(box, { left: 300, top: 0, width: 200, height: 400 });
});

test("a picture of no size fills its element", () => {
  const element = { left: 0, top: 0, width: 8, height: 4 };
  assert.deepEqual(contentBox(element, { width: 0, height: 0 }), element);
});

test("points are fractions of the picture, clamped to its edges", () => {
  const box = { left: 100, top: 50, width: 200, height: 100 };
  assert.deepEqual(toFraction(200, 100, box), { x: 0.5, y: 0.5 });
  assert.deepEqual(toFraction(100, 50, box), { x: 0, y: 0 });
  assert.deepEqual(toFraction(90, 500, box), { x: 0, y: 1 });
});

test("a box of no size gives a point all the same", () => {
  assert.deepEqual(toFraction(5, 5, { left: 5, top: 5, width: 0, height: 0 }), { x: 0, y: 0 });
});

test("one to one gives a picture pixel a device pixel and scrolls from the corner", () => {
  const box = layout({ width: 500, height: 500 }, { width: 1920, height: 1080 }, "actual", 2);
  assert.deepEqual(box, { left: 0, top: 0, width: 960, height: 540 });
});

test("fitting keeps the shape and centres, on whole device pixels", () => {
  const box = layout({ width: 1001, height: 701 }, { width: 1920, height: 1080 }, "fit", 1);
  for (const value of Object.values(box)) assert.equal(value, Math.floor(value));
  assert.equal(box.width, 1001);
  assert.ok(Math.abs(box.width / box.height - 1920 / 1080) < 0.01);
  assert.ok(box.top * 2 + box.height <= 701);
});

test("a small picture at one to one is centred on device pixels", () => {
  const box = layout({ width: 1001, height: 701 }, { width: 640, height: 480 }, "actual", 1.5);
  assert.equal(Math.round(box.left * 1.5 * 1e6) % 1e6, 0);
  assert.ok(Math.abs(box.width - 640 / 1.5) < 1);
});
