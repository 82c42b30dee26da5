import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiProblem } from "../../technician_console/src/api.js";
import { AuditDesk, NO_AUDIT, PAGE } from "../../technician_console/src/audit_desk.js";
import { askedIn, auditHash, isoMoment, localMoment } from "../../technician_console/src/audit_filters.js";
import { routeOf } from "../../technician_console/src/router.js";

const records = (from, count) => Array.from({ length: count }, (_, number) => ({ sequence: from - number }));

/** A desk whose broker gives these answers, one after the other. */
function deskWith(...answers) {
  const rig = { asked: [], state: NO_AUDIT, went: [], kept: [] };
  rig.desk = new AuditDesk({
    api: {
      async auditRecords(query) {
        rig.asked.push(query);
        const answer = await answers.shift();
        if (answer instanceof Error) throw answer;
        return { unindexed: 0, next_cursor: null, ...answer };
      },
      savedFilters: async () => ({ filters: rig.kept }),
      keepSavedFilters: async (filters) => ({ filters: (rig.kept = filters) }),
    },
    state: () => rig.state,
    show: (change) => (rig.state = { ...rig.state, ...change }),
    told: (problem) => problem.code,
    go: (hash) => rig.went.push(hash),
  });
  return rig;
}

test("an address shows the same filters again, whatever is in them", () => {
  const asked = { ticket: "T 1&x", machine: "Café #2", since: "2026-11-29T10:00:00.000Z" };
  assert.deepEqual(routeOf(auditHash(asked)), { view: "audit", asked });
  assert.deepEqual(routeOf("#/audit"), { view: "audit", asked: {} });
  assert.deepEqual(askedIn("unknown=1&ticket=%20&machine=a"), { machine: "a" });
});

test("a moment is the same for whoever opens the address elsewhere", () => {
  const iso = "2026-11-29T10:05:00.000Z";
  assert.equal(isoMoment(localMoment(iso)), iso);
  assert.deepEqual([localMoment("yesterday"), isoMoment("")], ["", ""]);
});

test("pages are asked for until one is full, and more is added below", async () => {
  const rig = deskWith(
    { records: records(100, 20), next_cursor: "81" },
    { records: [], next_cursor: "60" },
    { records: records(50, PAGE - 20), next_cursor: "21" },
    { records: records(20, 20), next_cursor: null },
  );
  await rig.desk.open({ machine: "pc" });
  assert.equal(rig.state.records.length, PAGE);
  assert.deepEqual(rig.asked.map(({ machine, cursor, limit }) => [machine, cursor, limit]), [
    ["pc", null, PAGE], ["pc", "81", PAGE - 20], ["pc", "60", PAGE - 20],
  ]);
  await rig.desk.more();
  assert.deepEqual([rig.state.records.length, rig.state.nextCursor, rig.state.busy], [PAGE + 20, null, false]);
});

test("an answer to what is not asked any more is not shown", async () => {
  let give;
  const rig = deskWith(new Promise((resolve) => (give = resolve)), { records: records(9, 1) });
  const slow = rig.desk.open({ ticket: "OLD" });
  await rig.desk.open({ ticket: "NEW" });
  give({ records: records(99, 3) });
  await slow;
  assert.deepEqual([rig.state.asked.ticket, rig.state.records.length], ["NEW", 1]);
});

test("a refusal names the filter that makes no sense", async () => {
  const rig = deskWith(new ApiProblem("invalid_request", 400, "address: it is no IP address and no network"));
  await rig.desk.open({ address: "kitchen" });
  assert.deepEqual([rig.state.faulty, rig.state.problem, rig.state.loaded], ["address", "invalid_request", true]);
});

test("filters lead to their address, and the same ones are asked again", async () => {
  const rig = deskWith({ records: [] }, { records: [] });
  await rig.desk.open({ ticket: "T-1" });
  await rig.desk.ask({ ticket: "T-1" });
  await rig.desk.ask({ ticket: "T-2" });
  assert.deepEqual([rig.asked.length, rig.went], [2, ["#/audit?ticket=T-2"]]);
});

test("saved filters are kept in the account by name, and one of the same name takes its place", async () => {
  const rig = deskWith({ records: [] }, { records: [] });
  rig.kept = [{ name: "b", asked: { machine: "pc" } }, { name: "c", asked: { ticket: "T" } }];
  await rig.desk.open({ ticket: "U" });
  await rig.desk.save("a");
  await rig.desk.save("c");
  assert.deepEqual(rig.kept, [
    { name: "a", asked: { ticket: "U" } }, { name: "b", asked: { machine: "pc" } }, { name: "c", asked: { ticket: "U" } },
  ]);
  await rig.desk.forget("b");
  assert.deepEqual(rig.state.saved.map(({ name }) => name), ["a", "c"]);
});
