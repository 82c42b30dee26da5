// The desk of the live sessions, and the ETag by which the page asks for them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Api, ApiProblem } from "../../technician_console/src/api.js";
import { routeOf } from "../../technician_console/src/router.js";
import { initialState, reduce } from "../../technician_console/src/session.js";
import { NO_WATCH, WatchDesk } from "../../technician_console/src/watch_desk.js";

const ONE = { session: { session_id: "ses_1" }, way: "direct" };
const ENDING = { what: "session", id: "ses_1", ticket: "T-1", name: "Tess" };

/** A desk whose broker answers as it is told; a function is asked each time. */
function desk(answers) {
  const rig = { state: NO_WATCH, asked: [] };
  const api = new Proxy({}, {
    get: (_, name) => async (...given) => {
      rig.asked.push([name, ...given]);
      const answer = typeof answers[name] === "function" ? answers[name](...given) : answers[name];
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  const show = (change) => (rig.state = { ...rig.state, ...change });
  rig.desk = new WatchDesk({ api, state: () => rig.state, show, told: (problem) => problem.code });
  return rig;
}

test("what has not changed is not sent again and stays on the page", async () => {
  const rig = desk({ liveSessions: (known) => (known === "v1" ? null : { etag: "v1", sessions: [ONE] }) });
  await rig.desk.open();
  await rig.desk.act({ type: "watch.load" });
  assert.deepEqual(rig.asked, [["liveSessions", null], ["liveSessions", "v1"]]);
  assert.deepEqual(rig.state.sessions, [ONE]);
});

test("a slow broker is asked once at a time", async () => {
  let answer = () => {};
  const rig = desk({ liveSessions: () => new Promise((resolve) => (answer = resolve)) });
  const first = rig.desk.open();
  await rig.desk.load();
  assert.equal(rig.asked.length, 1);
  answer({ etag: "v1", sessions: [] });
  await first;
  assert.equal(rig.state.loaded, true);
});

test("a session is ended with a reason, and the page says so", async () => {
  const rig = desk({ liveSessions: { etag: "v2", sessions: [] }, endLiveSession: {} });
  rig.desk.act({ type: "watch.ask", ending: ENDING });
  await rig.desk.act({ type: "watch.end", reason: "wrong customer" });
  assert.deepEqual(rig.asked[0], ["endLiveSession", "ses_1", "wrong customer"]);
  assert.equal(rig.state.ending, null);
  assert.deepEqual(rig.state.done, { what: "session", name: "T-1", count: 1 });
});

test("all of a person are ended at once, and counted by the broker", async () => {
  const rig = desk({ liveSessions: { etag: "v2", sessions: [] }, endSessionsOf: { ended: 3 } });
  rig.desk.act({ type: "watch.ask", ending: { ...ENDING, what: "person", id: "usr_1" } });
  await rig.desk.act({ type: "watch.end", reason: "left us" });
  assert.deepEqual(rig.asked[0], ["endSessionsOf", "usr_1", "left us"]);
  assert.deepEqual(rig.state.done, { what: "person", name: "Tess", count: 3 });
});

test("what was refused keeps the dialog open, and a look that works does not hide why", async () => {
  const rig = desk({ liveSessions: { etag: "v2", sessions: [] }, endLiveSession: new ApiProblem("audit_unavailable", 503, "") });
  rig.desk.act({ type: "watch.ask", ending: ENDING });
  await rig.desk.act({ type: "watch.end", reason: "x" });
  await rig.desk.load();
  assert.deepEqual([rig.state.ending, rig.state.problem, rig.state.busy], [ENDING, "audit_unavailable", false]);
});

test("the ETag of the last answer goes with the next question", async () => {
  const sent = [];
  const api = new Api(async (url, { headers }) => {
    sent.push([url, headers]);
    if (headers["If-None-Match"]) return new Response(null, { status: 304 });
    return new Response(JSON.stringify({ sessions: [] }), { status: 200, headers: { ETag: '"v1"' } });
  });
  assert.deepEqual(await api.liveSessions(null), { sessions: [], etag: '"v1"' });
  assert.equal(await api.liveSessions('"v1"'), null);
  assert.deepEqual(sent, [["/api/v1/live", {}], ["/api/v1/live", { "If-None-Match": '"v1"' }]]);
});

test("the page has an address", () => assert.deepEqual(routeOf("#/live"), { view: "live" }));

test("an admin's reason is shown beside the end of the session", () => {
  const before = initialState();
  const after = reduce(before, { type: "session.ended", reason: "admin_ended", explanation: "wrong customer" });
  assert.deepEqual([before.explanation, after.explanation], [null, "wrong customer"]);
});
