import assert from "node:assert/strict";
import { test } from "node:test";
import { PictureDelay } from "../../technician_console/src/tiles/delay.js";

/** A client whose clock is this page's. */
const delay = () => new PictureDelay((then, now) => now - then);

test("the delay is the median age of what was shown in the last seconds", () => {
  const shown = delay();
  for (const age of [10, 500, 30]) shown.tileDrawn(1_000 - age, 1_000);
  assert.equal(shown.medianMs(1_000), 30);
});

test("a frame counts when it is shown, from the time it was told with", () => {
  const shown = delay();
  shown.frameTold(90, 1_000);
  assert.equal(shown.medianMs(1_010), null);
  shown.frameShown(90, 1_040);
  assert.equal(shown.medianMs(1_040), 40);
});

test("a frame that was not told of, or was told of too late, does not count", () => {
  const shown = delay();
  shown.frameShown(90, 1_040);
  shown.frameTold(90, 1_000);
  shown.frameShown(180, 1_080);
  shown.frameShown(90, 1_090);
  assert.equal(shown.medianMs(1_090), null);
});

test("nothing is said once nothing was shown for a while", () => {
  const shown = delay();
  shown.tileDrawn(980, 1_000);
  assert.equal(shown.medianMs(6_000), 20);
  assert.equal(shown.medianMs(6_001), null);
});

test("while the client's clock is not known nothing is said", () => {
  const shown = new PictureDelay(() => null);
  shown.tileDrawn(980, 1_000);
  assert.equal(shown.medianMs(1_000), null);
});

test("frames that are never shown are not kept for ever", () => {
  const shown = delay();
  for (let frame = 0; frame < 1_000; frame += 1) shown.frameTold(frame * 3_000, frame);
  shown.frameShown(999 * 3_000, 1_010);
  assert.equal(shown.medianMs(1_010), 11);
});
