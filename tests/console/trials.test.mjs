import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { finding, road, summary } from "../../technician_console/src/trials.js";

const { sides, roads } = JSON.parse(readFileSync(new URL("../vectors/trials.json", import.meta.url), "utf8"));
const ways = (name) => sides.find((side) => side.name === name)?.ways ?? null;

test("what a network is like, as the support client says too", () => {
  for (const side of sides) {
    assert.equal(finding(side.ways), side.finding, side.name);
    assert.equal(road(side.ways, null), side.best, side.name);
  }
});

test("two sides take the worse of their best ways", () => {
  for (const pair of roads) assert.equal(road(ways(pair.ours), ways(pair.theirs)), pair.road, JSON.stringify(pair));
});

test("a way is as good as its best server", () => {
  const trial = (way, outcome, milliseconds = null) => ({ way, outcome, milliseconds, url: "x", code: null });
  const told = summary([trial("turn_tls", "works", 40), trial("direct", "silent"), trial("direct", "works", 12), trial("direct", "refused", 3)]);
  assert.deepEqual(told, [
    { way: "direct", outcome: "works", milliseconds: 12 },
    { way: "turn_tls", outcome: "works", milliseconds: 40 },
  ]);
});
