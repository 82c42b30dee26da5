import assert from "node:assert/strict";
import { test } from "node:test";
import { layout, toFraction } from "../../technician_console/src/input/geometry.js";

test("points are fractions of the picture, clamped to its edges", () => {
  const box = { left: 100, top: 50, width: 200, height: 100 };
  assert.deepEqual(toFraction(200, 100, box), { x: 0.5, y: 0.5 });
  assert.deepEqual(toFraction(100, 50, box), { x: 0, y: 0 });
  assert.deepEqual(toFraction(90, 500, box), { x: 0, y: 1 });
});

test("a box of no size gives a point all the same", () => {
  assert.deepEqual(toFraction(5, 5, { left: 5, top: 5, width: 0, height: 0 }), { x: 0, y: 0 });
});

/** Every edge of a box, in device pixels of the page. */
const deviceEdges = (stage, box, ratio) => [
  (stage.left + box.left) * ratio,
  (stage.top + box.top) * ratio,
  box.width * ratio,
  box.height * ratio,
];

const onDevicePixels = (edges) => edges.every((edge) => Math.abs(edge - Math.round(edge)) < 1e-6);

test("one to one gives a picture pixel a device pixel and scrolls from the corner", () => {
  const stage = { left: 3, top: 7, width: 500, height: 500 };
  const box = layout(stage, { width: 1920, height: 1080 }, 1, 2);
  assert.deepEqual(box, { left: 0, top: 0, width: 960, height: 540, wholeScale: 1 });
});

test("every edge lies on a device pixel of the page, wherever the stage is", () => {
  for (const ratio of [1, 1.1, 1.25, 1.5, 2]) {
    for (const zoom of /** @type {const} */ (["fit", 1, 0.67, 2.5])) {
      for (const [left, top] of [[0, 0], [3.4, 97.59], [0.333, 120.6667]]) {
        const stage = { left, top, width: 1001.3, height: 700.7 };
        const box = layout(stage, { width: 1366, height: 768 }, zoom, ratio);
        assert.ok(onDevicePixels(deviceEdges(stage, box, ratio)), `${zoom} ${ratio} ${left}`);
        assert.ok(box.left >= -1e-3 && box.top >= -1e-3);
      }
    }
  }
});

test("fitting keeps the shape, centres, and stays on the stage", () => {
  const stage = { left: 0, top: 0, width: 1001, height: 701 };
  const box = layout(stage, { width: 1920, height: 1080 }, "fit", 1);
  assert.deepEqual([box.left, box.width, box.wholeScale], [0, 1001, 0]);
  assert.ok(Math.abs(box.width / box.height - 1920 / 1080) < 0.01);
  assert.ok(Math.abs(box.top * 2 + box.height - 701) <= 1);
});

test("a scale that is nearly whole is made whole, so that the picture is crisp", () => {
  const picture = { width: 640, height: 400 };
  const fitted = (width, height, ratio) => layout({ left: 0, top: 0, width, height }, picture, "fit", ratio);
  assert.deepEqual(fitted(660, 500, 1), { left: 10, top: 50, width: 640, height: 400, wholeScale: 1 });
  assert.deepEqual(fitted(640, 400, 2), { left: 0, top: 0, width: 640, height: 400, wholeScale: 2 });
  assert.equal(fitted(700, 500, 1).wholeScale, 0);
  assert.equal(fitted(639, 500, 1).wholeScale, 0);
});

test("a small picture at one to one is centred", () => {
  const box = layout({ left: 0, top: 0, width: 1001, height: 701 }, { width: 640, height: 480 }, 1, 1.5);
  assert.ok(Math.abs(box.left * 2 + box.width - 1001) <= 2);
  assert.equal(box.wholeScale, 1);
});

test("a stage of no size does no harm", () => {
  const box = layout({ left: 0, top: 0, width: 0, height: 0 }, { width: 640, height: 480 }, "fit", 1);
  assert.deepEqual(box, { left: 0, top: 0, width: 0, height: 0, wholeScale: 0 });
});
