import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { figuresOf, shortFigures } from "../../technician_console/src/figures.js";
import { useLanguage } from "../../technician_console/src/i18n.js";
import { initialState } from "../../technician_console/src/session.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
useLanguage("en", JSON.parse(readFileSync(`${root}/static/locales/en.json`, "utf8")));

const LIVE = {
  ...initialState(),
  screen: { width: 1920, height: 1080, problem: null },
  quality: { delayMs: 12.4, roundTripMs: 20.6, framesPerSecond: 29.7, kilobitsPerSecond: 1234, codec: "H264", path: "turn_tls" },
  made: { encoder: "libx264", width: 1280, height: 720, target_kbps: 350, exact_share: 0.99 },
};
const values = (figures) => Object.fromEntries(figures.map(({ name, value }) => [name, value]));

test("every figure is told in words, with what it means", () => {
  assert.deepEqual(values(figuresOf(LIVE)), {
    "Delay of the picture": "12 ms",
    "Round trip": "21 ms",
    "Exact pixels": "99%",
    "Frames per second": "30 fps",
    Bitrate: "1.2 Mbit/s",
    "Limit of the video": "350 kbit/s",
    "Remote screen": "1920 × 1080",
    "Video size": "1280 × 720",
    "Codec and encoder": "H264 · libx264",
    Path: "by a relay (TLS)",
  });
  for (const { name, hint } of figuresOf(LIVE)) assert.match(hint, /^[A-Z].*\.$/, name);
});

test("three figures stand in the line", () => {
  assert.deepEqual(values(shortFigures(LIVE)), { Delay: "12 ms", "Round trip": "21 ms", Bitrate: "1.2 Mbit/s" });
});

test("what is not known is a dash, and nothing is nought", () => {
  for (const value of Object.values(values(figuresOf(initialState())))) assert.equal(value, "–");
  const still = { ...LIVE, quality: { ...LIVE.quality, delayMs: null, kilobitsPerSecond: 0, framesPerSecond: 0 } };
  const shown = values(figuresOf(still));
  assert.deepEqual([shown["Delay of the picture"], shown.Bitrate, shown["Frames per second"]], ["–", "0 kbit/s", "0 fps"]);
});
