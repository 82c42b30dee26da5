import assert from "node:assert/strict";
import { test } from "node:test";
import { initialState, reduce } from "../../technician_console/src/session.js";
import { TechnicianChat } from "../../technician_console/src/technician_chat.js";
import { line, memoryStorage } from "./builders.mjs";
import { timers } from "./timers.mjs";

const state = (last, change = {}) => ({ type: "chat.state", last, shown: 0, full: false, live: true, ...change });

/** A chat whose roads are what the test says. */
function rig(context, storage = memoryStorage()) {
  timers.use(context);
  const rig = { road: null, sent: [], state: initialState() };
  rig.chat = new TechnicianChat({
    sessionId: "ses_1",
    storage,
    state: () => rig.state,
    road: () => rig.road,
    send: (road, message) => rig.sent.push([road, message]),
    dispatch: (input) => (rig.state = reduce(rig.state, input)),
    now: () => Date.now(),
  });
  rig.take = (road) => {
    rig.road = road;
    rig.chat.look();
  };
  rig.types = (road) => rig.sent.filter(([on]) => on === road).map(([, { type }]) => type);
  return rig;
}

test("before there is a peer connection the chat takes the road through the broker", (context) => {
  const { chat, sent, take } = rig(context);
  take("relayed");
  chat.say("who are you?");
  assert.deepEqual(sent.map(([road, { type }]) => [road, type]), [["relayed", "chat.sync"], ["relayed", "chat.post"]]);
});

test("once the peers are connected nothing goes through the broker", (context) => {
  const { chat, types, take } = rig(context);
  take("relayed");
  take("direct");
  chat.say("hello");
  chat.typing("x");
  timers.tick(60_000);
  assert.deepEqual(types("relayed"), ["chat.sync"]);
});

test("what was not acknowledged on one road goes out on the next", (context) => {
  const { chat, sent, take } = rig(context);
  take("direct");
  chat.say("hello");
  take("relayed");
  const posts = sent.filter(([, { type }]) => type === "chat.post");
  assert.deepEqual(posts.map(([road]) => road), ["direct", "relayed"]);
  assert.equal(posts[0][1].id, posts[1][1].id);
});

test("a gap is asked for at once and once, and a long transcript part by part", (context) => {
  const { chat, sent, take } = rig(context);
  take("relayed");
  chat.hear("relayed", state(0));
  for (const late of [3, 4, 5]) chat.hear("relayed", line(late));
  chat.hear("relayed", { type: "chat.lines", lines: [line(1), line(2)] });
  chat.hear("relayed", state(9));
  const asked = sent.filter(([, { type }]) => type === "chat.sync").map(([, { after }]) => after);
  assert.deepEqual(asked, [0, 0, 5]);
});

test("an answer that never comes is asked for again", (context) => {
  const rigged = rig(context);
  rigged.take("relayed");
  timers.tick(9000);
  assert.equal(rigged.types("relayed").length, 4);
  rigged.chat.hear("relayed", state(0));
  timers.tick(60_000);
  assert.equal(rigged.types("relayed").length, 4);
});

test("a support client that does not know where this page stands is told so, with all that waits", (context) => {
  const { chat, types, take } = rig(context);
  take("relayed");
  chat.hear("relayed", state(0));
  chat.say("hello");
  chat.hear("relayed", state(0, { live: false }));
  assert.deepEqual(types("relayed"), ["chat.sync", "chat.post", "chat.sync", "chat.post"]);
});

test("news of a road that is not used any more say how far the transcript goes, and nothing else", (context) => {
  const { chat, sent, take } = rig(context);
  take("direct");
  chat.hear("direct", state(0));
  chat.hear("relayed", state(2, { live: false }));
  assert.equal(sent.length, 1);
});

test("how far this page has come is told, now and then", (context) => {
  const { chat, sent, take } = rig(context);
  take("relayed");
  for (let number = 1; number <= 10; number += 1) chat.hear("relayed", line(number));
  chat.shown();
  timers.tick(500);
  const marks = sent.filter(([, { type }]) => type === "chat.marks").map(([, { received, shown }]) => [received, shown]);
  assert.deepEqual(marks, [[1, 0], [10, 10]]);
});

test("that the technician writes is told every three seconds at most, and never what", (context) => {
  const { chat, sent, take } = rig(context);
  take("direct");
  for (let at = 0; at < 30; at += 1) {
    chat.typing("my secret");
    timers.tick(200);
  }
  const told = sent.filter(([, { type }]) => type === "chat.typing");
  assert.deepEqual(told, [["direct", { type: "chat.typing" }], ["direct", { type: "chat.typing" }]]);
});

test("an empty field is not writing, and after a line the next one is told at once", (context) => {
  const { chat, types, take } = rig(context);
  take("direct");
  chat.typing("  ");
  chat.typing("h");
  chat.say("hello");
  chat.typing("a");
  assert.deepEqual(types("direct"), ["chat.sync", "chat.typing", "chat.post", "chat.typing"]);
});

test("that the end user writes is shown for a while, and not once their line is there", (context) => {
  const rigged = rig(context);
  rigged.take("direct");
  rigged.chat.hear("direct", { type: "chat.typing" });
  assert.ok(rigged.state.chat.typing);
  timers.tick(6000);
  assert.ok(!rigged.state.chat.typing);
  rigged.chat.hear("direct", { type: "chat.typing" });
  rigged.chat.hear("direct", line(1));
  assert.ok(!rigged.state.chat.typing);
});

test("who writes is forgotten with the road", (context) => {
  const rigged = rig(context);
  rigged.take("direct");
  rigged.chat.hear("direct", { type: "chat.typing" });
  rigged.take(null);
  assert.ok(!rigged.state.chat.typing);
});

test("into a full chat nothing is said again and again", (context) => {
  const rigged = rig(context);
  rigged.take("relayed");
  rigged.chat.say("hello");
  rigged.chat.hear("relayed", state(0, { full: true }));
  const before = rigged.sent.length;
  timers.tick(60_000);
  assert.equal(rigged.sent.length, before);
  rigged.chat.discard(rigged.state.chat.outbox[0].id);
  assert.deepEqual(rigged.state.chat.outbox, []);
});

test("what the end user is called outlives a reload, and is forgotten with the session", (context) => {
  const storage = memoryStorage();
  rig(context, storage).chat.nameEndUser(" Ines ");
  const reloaded = rig(context, storage);
  assert.equal(reloaded.chat.recall().endUserName, "Ines");
  reloaded.chat.ended();
  assert.equal(rig(context, storage).chat.recall().endUserName, "");
});
