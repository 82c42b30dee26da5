import assert from "node:assert/strict";
import { test } from "node:test";
import { ConnectionDesk, NO_TEST } from "../../technician_console/src/connection_desk.js";
import { initialState, reduce } from "../../technician_console/src/session.js";
import { tryLine } from "../../technician_console/src/signaling.js";
import { WayWatch } from "../../technician_console/src/way_watch.js";
import { snapshot } from "./builders.mjs";

const SERVERS = [{ urls: ["stun:s"] }];
const TRIAL = { way: "direct", url: "stun:s", outcome: "works", milliseconds: 12, code: null };
const TOLD = { type: "connection.tried", ways: [
  { way: "direct", outcome: "works", milliseconds: 12 },
  { way: "broker", outcome: "works", milliseconds: 7 },
] };

/** A watch over a session, what it sent, and the tries that are under way. */
function watching() {
  const sent = [];
  const tries = [];
  const watch = new WayWatch((servers) => new Promise((answer) => tries.push({ servers, answer })));
  let state = initialState();
  const put = (input) => watch.follow((state = reduce(state, input)));
  watch.begin({ send: (message) => sent.push(message) > 0, roundTripMs: 7 }, put);
  const link = (phase) => put({ type: "link.changed", phase });
  const told = (change) => put({ ...snapshot({ client_present: false, ...change }), ice_servers: SERVERS });
  return { sent, tries, put, link, told, state: () => state };
}
const settled = () => new Promise((done) => setImmediate(done));

test("the ways are tried once a line, shown, told, and told again to whoever comes", async () => {
  const { sent, tries, link, told, state } = watching();
  link("open");
  told({});
  told({ state: "joined" });
  assert.deepEqual(tries.map(({ servers }) => servers), [SERVERS]);
  tries[0].answer([TRIAL]);
  await settled();
  assert.deepEqual(sent, [TOLD]);
  assert.deepEqual(state().trials.map(({ way }) => way), ["broker", "direct"]);
  told({ client_present: true });
  assert.deepEqual(sent, [TOLD, TOLD]);
  link("retrying");
  link("open");
  told({ client_present: true });
  assert.equal(tries.length, 2);
});

test("a page that has loaded the session before its line stands tries once the servers are known", () => {
  const { tries, link, told, put } = watching();
  put({ type: "session.loaded", session: snapshot({}).session });
  link("open");
  told({});
  told({});
  assert.deepEqual(tries.map(({ servers }) => servers), [SERVERS]);
});

test("what was tried on a line that is gone is not told, nor that there is nothing to try", async () => {
  const { sent, tries, link, told } = watching();
  link("open");
  told({});
  link("retrying");
  tries[0].answer([TRIAL]);
  link("open");
  told({});
  tries[1].answer([]);
  await settled();
  assert.deepEqual(sent, []);
});

test("the end user's ways are kept as they told them", () => {
  const state = reduce(initialState(), TOLD);
  assert.deepEqual(state.told, TOLD.ways);
});

test("the dialog tries the broker and its servers at once, and not twice at a time", async () => {
  let test = NO_TEST;
  let asked = 0;
  const desk = new ConnectionDesk({
    api: { iceServers: async () => ({ servers: SERVERS }) },
    tryWays: async () => (asked++, [TRIAL]),
    tryLine: async () => null,
    state: () => test,
    show: (change) => (test = { ...test, ...change }),
    told: () => "offline",
  });
  const first = desk.test();
  await desk.test();
  await first;
  assert.equal(asked, 1);
  assert.deepEqual(test.trials.map(({ way, outcome }) => [way, outcome]), [["broker", "unreachable"], ["direct", "works"]]);
  desk.close();
  assert.equal(test.open, false);
});

test("a websocket that opens, closes or stays silent is told in time", async (context) => {
  const sockets = [];
  const open = () => sockets[sockets.push({ close() {} }) - 1];
  const opened = tryLine("ws://x", 100, open);
  sockets[0].onopen();
  assert.ok((await opened) >= 0);
  const closed = tryLine("ws://x", 100, open);
  sockets[1].onclose();
  assert.equal(await closed, null);
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const silent = tryLine("ws://x", 100, open);
  context.mock.timers.tick(100);
  assert.equal(await silent, null);
});
