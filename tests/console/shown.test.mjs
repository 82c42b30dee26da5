import assert from "node:assert/strict";
import test from "node:test";
import { AGAIN_MS, INTERVAL_MS, ShownReport } from "../../technician_console/src/tiles/shown.js";

/** @param {import("node:test").TestContext} context */
function makeReport(context) {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  /** @type {import("../../technician_console/src/tiles/shown.js").Shown[]} */
  const told = [];
  let now = 1000;
  const report = new ShownReport((shown) => told.push(shown), () => now);
  const wait = (/** @type {number} */ ms) => {
    now += ms;
    context.mock.timers.tick(ms);
  };
  return { report, told, wait };
}

test("a frame after a pause is told of at once, with how long ago it had come", (context) => {
  const { report, told } = makeReport(context);
  report.shown(90_000, 988);
  assert.deepEqual(told, [{ timestamp: 90_000, held_ms: 12 }]);
});

test("of frames that follow quickly only the newest is told of, a little later", (context) => {
  const { report, told, wait } = makeReport(context);
  report.shown(1, 1000);
  wait(5);
  report.shown(2, 1003);
  wait(5);
  report.shown(3, 1006);
  assert.equal(told.length, 1);
  wait(INTERVAL_MS - 10);
  assert.deepEqual(told.slice(1), [{ timestamp: 3, held_ms: INTERVAL_MS - 6 }]);
});

test("the last frame is told of once more, and then nothing", (context) => {
  const { report, told, wait } = makeReport(context);
  report.shown(1, 1000);
  wait(AGAIN_MS);
  assert.deepEqual(told, [{ timestamp: 1, held_ms: 0 }, { timestamp: 1, held_ms: AGAIN_MS }]);
  wait(10 * AGAIN_MS);
  assert.equal(told.length, 2);
});

test("a frame of which nobody knows when it came is taken to have come now", (context) => {
  const { report, told } = makeReport(context);
  report.shown(1);
  assert.deepEqual(told, [{ timestamp: 1, held_ms: 0 }]);
});

test("nothing is told once it is closed", (context) => {
  const { report, told, wait } = makeReport(context);
  report.shown(1);
  report.shown(2);
  report.close();
  wait(10 * AGAIN_MS);
  assert.equal(told.length, 1);
});
