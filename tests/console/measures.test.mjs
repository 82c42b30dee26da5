// The measures page: its address, its question, and an answer that came too late.
import assert from "node:assert/strict";
import { test } from "node:test";
import { choiceIn, firstContactShare, measureQuery, measuresHash, measuresUrl, minutes } from "../../technician_console/src/measures.js";
import { MeasuresDesk, NO_MEASURES } from "../../technician_console/src/measures_desk.js";
import { readsMeasures } from "../../technician_console/src/roles.js";
import { routeOf } from "../../technician_console/src/router.js";

const NOON = Date.parse("2026-11-23T12:00:00Z");
const USUAL = { days: 30, by: "day" };

test("an address says what is shown, and one that makes no sense shows what is usual", () => {
  assert.deepEqual(choiceIn("days=90&by=group"), { days: 90, by: "group" });
  for (const query of ["", "days=31&by=colour", "by=__proto__"]) assert.deepEqual(choiceIn(query), USUAL);
  assert.deepEqual(routeOf(measuresHash({ days: 7, by: "week" })), { view: "measures", choice: { days: 7, by: "week" } });
});

test("whole days are asked for, today with them", () => {
  assert.deepEqual(measureQuery({ days: 7, by: "week" }, NOON), {
    since: "2026-11-17T00:00:00.000Z", until: "2026-11-24T00:00:00.000Z", by: "period", period: "week",
  });
  assert.equal(measureQuery({ days: 7, by: "technician" }, NOON).by, "technician");
  assert.match(measuresUrl(USUAL, NOON), /^\/api\/v1\/reports\/sessions\.csv\?since=2026-10-25T/);
});

test("dates that are named take the place of the last days", async () => {
  const november = { days: 0, by: "day", from: "2026-11-01", to: "2026-11-30" };
  assert.deepEqual(choiceIn("from=2026-11-01&to=2026-11-30"), november);
  assert.deepEqual(choiceIn(measuresHash(november).split("?")[1]), november);
  for (const query of ["from=2026-11-02&to=2026-11-01", "from=2026-13-01&to=2026-13-02", "from=2026-11-01"]) {
    assert.deepEqual(choiceIn(query), USUAL);
  }
  const asked = measureQuery(november, NOON);
  assert.deepEqual([asked.since, asked.until], ["2026-11-01T00:00:00.000Z", "2026-12-01T00:00:00.000Z"]);

  const made = rig(async () => null);
  await made.desk.open(USUAL);
  made.desk.choose({ from: "2026-11-20" });
  made.desk.choose({ to: "2026-10-01" });
  await made.desk.open(november);
  made.desk.choose({ from: "2026-12-24" });
  made.desk.choose({ by: "week" });
  made.desk.choose({ days: 7 });
  assert.deepEqual(made.went, [
    "#/measures?from=2026-11-20&to=2026-11-23&by=day",
    "#/measures?from=2026-10-01&to=2026-10-01&by=day",
    "#/measures?from=2026-12-24&to=2026-12-24&by=day",
    "#/measures?from=2026-11-01&to=2026-11-30&by=week",
    "#/measures?days=7&by=day",
  ]);
});

test("nothing measured is no nought", () => {
  assert.equal(minutes(null), null);
  assert.equal(minutes(90), 1.5);
  assert.equal(firstContactShare({ first_contacts: 0, first_contacts_resolved: 0 }), null);
  assert.equal(firstContactShare({ first_contacts: 4, first_contacts_resolved: 3 }), 0.75);
});

test("leads, auditors and admins see figures", () => {
  const see = ["technician", "lead", "auditor", "admin"].filter((role) => readsMeasures({ role }));
  assert.deepEqual(see, ["lead", "auditor", "admin"]);
});

/** @param {(query: any) => Promise<any>} measures */
function rig(measures) {
  const made = { state: NO_MEASURES, went: [], files: [], desk: null };
  made.desk = new MeasuresDesk({
    api: { measures, me: async () => ({}) },
    now: () => NOON,
    go: (hash) => made.went.push(hash),
    download: (url) => made.files.push(url),
    state: () => made.state,
    show: (change) => (made.state = { ...made.state, ...change }),
    told: (problem) => problem.message,
  });
  return made;
}

test("an answer to an older question is not shown", async () => {
  const answers = [];
  const made = rig(() => new Promise((resolve) => answers.push(resolve)));
  const first = made.desk.open({ days: 7, by: "day" });
  const second = made.desk.open({ days: 90, by: "day" });
  answers[1]("new");
  answers[0]("old");
  await Promise.all([first, second]);
  assert.deepEqual([made.state.figures, made.state.busy], ["new", false]);
});

test("a choice is an address, a file is fetched by the browser, and a problem is told", async () => {
  const made = rig(async () => {
    throw new Error("offline");
  });
  await made.desk.open({ days: 7, by: "day" });
  assert.deepEqual([made.state.problem, made.state.figures], ["offline", null]);
  made.desk.choose({ by: "group" });
  assert.deepEqual(made.went, ["#/measures?days=7&by=group"]);
  await made.desk.export();
  assert.equal(made.files.length, 1);
});
