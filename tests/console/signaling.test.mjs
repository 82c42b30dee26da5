import assert from "node:assert/strict";
import { test } from "node:test";
import { backoffDelay, Signaling } from "../../technician_console/src/signaling.js";
import { snapshot } from "./builders.mjs";
import { timers } from "./timers.mjs";

/** A websocket that does what the test says. */
class FakeSocket {
  readyState = 0;
  sent = [];
  opened() {
    this.readyState = 1;
    this.onopen();
  }
  hears(message) {
    this.onmessage({ data: typeof message === "string" ? message : JSON.stringify(message) });
  }
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.readyState = 3;
  }
}

/** @param {import("node:test").TestContext} context */
async function rig(context, prepare = async () => "ticket-1") {
  timers.use(context);
  const sockets = [];
  const phases = [];
  const heard = [];
  const signaling = new Signaling({
    url: "ws://broker",
    hello: (ticket) => ({ type: "console.attach", protocol_version: 1, session_id: "ses", ticket }),
    onMessage: (message) => heard.push(message),
    onPhase: (phase) => phases.push(phase),
    prepare,
    open: () => sockets[sockets.push(new FakeSocket()) - 1],
    random: () => 0,
  });
  signaling.start();
  await settled();
  return { signaling, sockets, phases, heard };
}

const settled = async () => {
  for (let turn = 0; turn < 5; turn += 1) await null;
};

test("back-off doubles with jitter between half a second and ten", () => {
  assert.equal(backoffDelay(0, 0), 500);
  assert.equal(backoffDelay(1, 0), 1000);
  assert.equal(backoffDelay(2, 0.5), 3000);
  for (const random of [0, 0.5, 0.999]) {
    const delay = backoffDelay(50, random);
    assert.ok(delay >= 5000 && delay <= 10_000);
  }
});

test("the first message attaches", async (context) => {
  const { sockets } = await rig(context);
  sockets[0].opened();
  assert.equal(sockets[0].sent[0].type, "console.attach");
  assert.equal(sockets[0].sent[0].ticket, "ticket-1");
});

test("the line is open once a snapshot came", async (context) => {
  const { sockets, phases } = await rig(context);
  sockets[0].opened();
  assert.deepEqual(phases, ["connecting"]);
  sockets[0].hears(snapshot({}));
  assert.deepEqual(phases, ["connecting", "open"]);
});

test("a cut line is opened again after the back-off, and the sign-in renewed before", async (context) => {
  let prepared = 0;
  const { sockets, phases } = await rig(context, async () => `ticket-${(prepared += 1)}`);
  sockets[0].opened();
  sockets[0].onclose();
  assert.equal(phases.at(-1), "retrying");
  timers.tick(499);
  await settled();
  assert.equal(sockets.length, 1);
  timers.tick(1);
  await settled();
  assert.equal(prepared, 2);
  assert.equal(sockets.length, 2);
  sockets[1].opened();
  assert.equal(sockets[1].sent[0].ticket, "ticket-2");
});

test("while the broker is not reachable the waits grow", async (context) => {
  let tries = 0;
  await rig(context, async () => {
    tries += 1;
    throw new Error("not reachable");
  });
  timers.tick(500);
  await settled();
  timers.tick(999);
  await settled();
  assert.equal(tries, 2);
  timers.tick(1);
  await settled();
  assert.equal(tries, 3);
});

test("pings keep the line, and twenty silent seconds end it", async (context) => {
  const { sockets, phases } = await rig(context);
  sockets[0].opened();
  sockets[0].hears(snapshot({}));
  timers.tick(10_000);
  assert.equal(sockets[0].sent.at(-1).type, "ping");
  sockets[0].hears({ type: "pong", server_time: "2026-11-23T10:00:00Z" });
  timers.tick(10_000);
  assert.equal(phases.at(-1), "open");
  timers.tick(10_000);
  assert.equal(phases.at(-1), "retrying");
  assert.equal(sockets[0].readyState, 3);
});

test("being replaced is final", async (context) => {
  const { sockets, phases, heard } = await rig(context);
  sockets[0].opened();
  sockets[0].hears({ type: "error", code: "replaced", detail: "", fatal: true });
  timers.tick(60_000);
  await settled();
  assert.equal(sockets.length, 1);
  assert.equal(phases.at(-1), "closed");
  assert.equal(heard.at(-1).code, "replaced");
});

test("a broker that shuts down is tried again", async (context) => {
  const { sockets } = await rig(context);
  sockets[0].opened();
  sockets[0].hears({ type: "error", code: "shutting_down", detail: "", fatal: true });
  sockets[0].onclose();
  timers.tick(500);
  await settled();
  assert.equal(sockets.length, 2);
});

test("what is not JSON is ignored", async (context) => {
  const { sockets, heard } = await rig(context);
  sockets[0].opened();
  sockets[0].hears("<html>");
  sockets[0].hears("42");
  assert.deepEqual(heard, []);
});

test("nothing is sent on a line that does not stand", async (context) => {
  const { signaling } = await rig(context);
  assert.equal(signaling.send({ type: "ping" }), false);
});

test("hurrying skips the rest of the back-off", async (context) => {
  const { signaling, sockets } = await rig(context);
  sockets[0].onclose();
  signaling.hurry();
  await settled();
  assert.equal(sockets.length, 2);
});

test("a closed line stays closed", async (context) => {
  const { signaling, sockets } = await rig(context);
  sockets[0].onclose();
  signaling.close();
  signaling.hurry();
  timers.tick(60_000);
  await settled();
  assert.equal(sockets.length, 1);
});

test("a session that is not one's own is final before a socket is opened", async (context) => {
  const { sockets, phases, heard } = await rig(context, async () => {
    throw Object.assign(new Error("There is nothing here."), { code: "not_found" });
  });
  timers.tick(60_000);
  await settled();
  assert.equal(sockets.length, 0);
  assert.equal(phases.at(-1), "closed");
  assert.deepEqual(heard, [{ type: "error", code: "not_found", detail: "There is nothing here.", fatal: true }]);
});

const prepared = () => {
  const given = [];
  const prepare = (signal) =>
    new Promise((done, failed) => {
      given.push({ done, signal });
      signal.addEventListener("abort", () => failed(new Error("aborted")));
    });
  return { given, prepare };
};

test("a line that does not answer when it has to prove itself is opened anew", async (context) => {
  const { signaling, sockets, phases } = await rig(context);
  sockets[0].opened();
  sockets[0].hears(snapshot({}));
  signaling.prove();
  assert.equal(sockets[0].sent.at(-1).type, "ping");
  timers.tick(1000);
  sockets[0].hears({ type: "pong", server_time: "2026-11-23T10:00:00Z" });
  timers.tick(5000);
  assert.equal(phases.at(-1), "open");
  signaling.prove();
  timers.tick(2500);
  assert.equal(phases.at(-1), "retrying");
});

test("an urgent line proves itself again and again, and is opened anew at short intervals", async (context) => {
  const { signaling, sockets, phases } = await rig(context);
  sockets[0].opened();
  sockets[0].hears(snapshot({}));
  signaling.urgent = true;
  for (let round = 0; round < 3; round += 1) {
    sockets[0].hears({ type: "pong", server_time: "2026-11-23T10:00:00Z" });
    timers.tick(2500);
  }
  assert.equal(sockets[0].sent.filter(({ type }) => type === "ping").length, 5);
  timers.tick(2500);
  assert.equal(phases.at(-1), "retrying");
  for (let attempt = 2; attempt < 10; attempt += 1) {
    timers.tick(2000);
    await settled();
    assert.equal(sockets.length, attempt);
    timers.tick(4000); // nothing comes
  }
  signaling.urgent = false;
  timers.tick(2000);
  await settled();
  assert.equal(sockets.length, 10);
  timers.tick(15_000);
  assert.equal(sockets[9].readyState, 0, "nobody waits for it");
});

test("a ticket that does not come is asked for again when it is urgent", async (context) => {
  const { given, prepare } = prepared();
  const { signaling, sockets } = await rig(context, prepare);
  signaling.urgent = true;
  await settled();
  assert.deepEqual(given.map(({ signal }) => signal.aborted), [true, false]);
  timers.tick(4000);
  await settled();
  timers.tick(1000);
  await settled();
  assert.deepEqual(given.map(({ signal }) => signal.aborted), [true, true, false]);
  given[2].done("ticket-3");
  await settled();
  sockets[0].opened();
  assert.equal(sockets[0].sent[0].ticket, "ticket-3");
});
