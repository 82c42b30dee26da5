import assert from "node:assert/strict";
import { test } from "node:test";
import { PictureDelay } from "../../technician_console/src/tiles/delay.js";

/** A client whose clock is this page's. */
const delay = () => new PictureDelay((then, now) => now - then);

test("the delay is the median age of what was shown in the last seconds", () => {
  const shown = delay();
  for (const age of [10, 500, 30]) shown.shown(1_000 - age, 1_000);
  assert.equal(shown.medianMs(1_000), 30);
});

test("nothing is said once nothing was shown for a while", () => {
  const shown = delay();
  shown.shown(980, 1_000);
  assert.equal(shown.medianMs(6_000), 20);
  assert.equal(shown.medianMs(6_001), null);
});

test("while the client's clock is not known nothing is said", () => {
  const shown = new PictureDelay(() => null);
  shown.shown(980, 1_000);
  assert.equal(shown.medianMs(1_000), null);
});
