import assert from "node:assert/strict";
import { test } from "node:test";
import { CaptureTimes } from "../../technician_console/src/tiles/capture_times.js";

test("a frame that is shown was captured when it was told to be", () => {
  const times = new CaptureTimes();
  times.told(90, 1_000);
  assert.equal(times.shown(90), 1_000);
});

test("a frame that was not told of, or was told of too late, has no time", () => {
  const times = new CaptureTimes();
  assert.equal(times.shown(90), null);
  times.told(90, 1_000);
  assert.equal(times.shown(180), null);
  assert.equal(times.shown(90), null);
});

test("frames that are never shown are not kept for ever", () => {
  const times = new CaptureTimes();
  for (let frame = 0; frame < 1_000; frame += 1) times.told(frame * 3_000, frame);
  assert.equal(times.shown(0), null);
  assert.equal(times.shown(999 * 3_000), 999);
});
