import assert from "node:assert/strict";
import { test } from "node:test";
import { ClipboardChannel } from "../../technician_console/src/channels/clipboard.js";
import { charactersOf, pieces, problemOf, sha256, sizeOf, withLineFeeds } from "../../technician_console/src/clipboard_text.js";
import { CLIPBOARD_PART_LENGTH, CLIPBOARD_WINDOW, MAX_CLIPBOARD_BYTES } from "../../technician_console/src/protocol.js";
import { initialState, reduce } from "../../technician_console/src/session.js";
import { TechnicianClipboard } from "../../technician_console/src/technician_clipboard.js";
import { PaperClipboard } from "./builders.mjs";
import { timers } from "./timers.mjs";

const MIXED = "Zażółć · Ελληνικά · 中文 · العربية · 👩‍👩‍👧‍👦🏳️‍🌈\n";
const LARGE = "x".repeat(MAX_CLIPBOARD_BYTES);

/** Hashes are made in another thread: later ones than all that were begun, and what follows from those. */
async function settled() {
  for (let round = 0; round < 3; round += 1) {
    await sha256(LARGE);
    await new Promise((done) => setImmediate(done));
  }
}

/** A channel, and a support client by hand. */
function channel() {
  const sent = [];
  const told = [];
  let id = 0;
  const made = new ClipboardChannel(
    (message) => void sent.push(message),
    {
      sent: (size) => told.push(["sent", size]),
      received: (text) => told.push(["received", text]),
      refused: (direction, reason) => told.push(["refused", direction, reason]),
    },
    () => `transfer-${(id += 1)}`,
  );
  return { made, sent, told };
}

/** What a client sends of a text. */
async function transfer(id, text, change = {}) {
  const parts = [...pieces(text)].map((part) => ({ type: "clipboard.part", id, text: part }));
  const begin = { type: "clipboard.begin", id, size_bytes: sizeOf(text), sha256: await sha256(text), ...change };
  return [begin, ...parts, { type: "clipboard.end", id }];
}

test("pieces fit a message, end between characters, and make the text again", () => {
  const text = `x${MIXED.repeat(300)}`;
  const parts = [...pieces(text)];
  assert.equal(parts.join(""), text);
  for (const part of parts) {
    assert.ok(part.length <= CLIPBOARD_PART_LENGTH);
    assert.doesNotMatch(part, /\p{Surrogate}/u);
  }
});

test("characters are counted as people see code points, bytes in UTF-8", () => {
  assert.equal(charactersOf("a👍é"), 3);
  assert.equal(sizeOf("a👍é"), 7);
});

test("what is no text, or too much of it, may not travel", () => {
  assert.equal(problemOf(""), "empty");
  assert.equal(problemOf("a\0"), "unfit");
  assert.equal(problemOf("\ud83d"), "unfit");
  assert.equal(problemOf("é".repeat(MAX_CLIPBOARD_BYTES / 2)), null);
  assert.equal(problemOf("é".repeat(MAX_CLIPBOARD_BYTES / 2 + 1)), "too_large");
  assert.equal(withLineFeeds("a\r\nb\rc\n"), "a\nb\nc\n");
});

test("no more parts leave than the window holds until some are acknowledged", async () => {
  const { made, sent } = channel();
  await made.offer("x".repeat(CLIPBOARD_PART_LENGTH * 100));
  const parts = () => sent.filter(({ type }) => type === "clipboard.part").length;
  assert.equal(parts(), CLIPBOARD_WINDOW);
  made.hear({ type: "clipboard.got", id: sent[0].id, parts: 5 });
  assert.equal(parts(), CLIPBOARD_WINDOW + 5);
  made.reset();
  made.hear({ type: "clipboard.got", id: sent[0].id, parts: 15 });
  assert.equal(parts(), CLIPBOARD_WINDOW + 5);
});

test("what was fetched comes as it was", async () => {
  const { made, sent, told } = channel();
  made.fetch();
  const text = MIXED.repeat(2000);
  for (const message of await transfer(sent[0].id, text)) made.hear(message);
  await settled();
  assert.deepEqual(told, [["received", text]]);
});

test("a text that nobody asked for is refused, and nothing of it is kept", async () => {
  const { made, sent, told } = channel();
  for (const message of await transfer("transfer-9", "pushed")) made.hear(message);
  await settled();
  assert.deepEqual(told, []);
  assert.deepEqual(sent.map(({ type }) => type), ["clipboard.refused"]);
});

test("while following, what the end user copies is taken", async () => {
  const { made, told } = channel();
  made.follow(true);
  for (const message of await transfer("transfer-9", "copied")) made.hear(message);
  await settled();
  assert.deepEqual(told, [["received", "copied"]]);
});

for (const [what, change] of [
  ["a wrong hash", { sha256: "0".repeat(64) }],
  ["a smaller size", { size_bytes: 2 }],
  ["a larger size", { size_bytes: 20 }],
]) {
  test(`${what} is refused as damage`, async () => {
    const { made, sent, told } = channel();
    made.fetch();
    for (const message of await transfer(sent[0].id, "copied", change)) made.hear(message);
    await settled();
    assert.deepEqual(told, [["refused", "receive", "damaged"]]);
  });
}

test("a gigabyte that is announced is refused before it comes", () => {
  const { made, sent, told } = channel();
  made.fetch();
  made.hear({ type: "clipboard.begin", id: sent[0].id, size_bytes: 1e9 });
  assert.deepEqual(told, [["refused", "receive", "too_large"]]);
});

// ---- the technician's side of it

const RIGHTS = ["view", "clipboard.send", "clipboard.receive"];

/** A session with these rights, and the technician's clipboard in it. */
function desk(context, granted = RIGHTS) {
  timers.use(context);
  const sent = [];
  const system = new PaperClipboard();
  let state = reduce(reduce(initialState(), { type: "peer.phase", phase: "connected" }), {
    type: "rights.state",
    granted,
    paused: false,
  });
  const clipboard = new TechnicianClipboard({
    system,
    state: () => state,
    send: (message) => void sent.push(message),
    show: (change) => (state = reduce(state, { type: "clipboard.changed", change })),
  });
  const change = (message) => {
    state = reduce(state, message);
    clipboard.rightsChanged();
  };
  return { clipboard, system, sent, change, shown: () => state.clipboard };
}

test("a clipboard that the browser denies is asked for in a dialog", async (context) => {
  const { clipboard, system, sent, shown } = desk(context);
  system.fault = "denied";
  await clipboard.send();
  assert.deepEqual(shown().dialog, { kind: "send", fault: "denied" });
  clipboard.sendText("typed here");
  await settled();
  assert.equal(shown().dialog, null);
  assert.equal(sent[1].text, "typed here");
});

test("a sent text is told by its size for a while", async (context) => {
  const { clipboard, system, sent, shown } = desk(context);
  system.text = "hello";
  await clipboard.send();
  await settled();
  clipboard.hear({ type: "clipboard.done", id: sent[0].id, characters: 5, bytes: 5 });
  assert.deepEqual(shown().note, { direction: "send", characters: 5, bytes: 5 });
  timers.tick(8000);
  assert.equal(shown().note, null);
});

test("a text longer than a mebibyte is refused before anything of it leaves", async (context) => {
  const { clipboard, system, sent, shown } = desk(context);
  system.text = "x".repeat(MAX_CLIPBOARD_BYTES + 1);
  await clipboard.send();
  assert.deepEqual(shown().note, { direction: "send", problem: "too_large" });
  assert.deepEqual(sent, []);
});

test("without the right nothing leaves, whatever is asked for", async (context) => {
  const { clipboard, system, sent } = desk(context, ["view"]);
  system.text = "canary";
  await clipboard.send();
  clipboard.fetch();
  clipboard.follow(true);
  await clipboard.look();
  assert.deepEqual(sent, []);
});

test("in step, what came is not sent back, and what was sent once is not sent again", async (context) => {
  const { clipboard, system, sent } = desk(context);
  clipboard.follow(true);
  await settled();
  for (const message of await transfer("transfer-9", "theirs")) clipboard.hear(message);
  await settled();
  assert.equal(system.text, "theirs");
  await clipboard.look();
  const begins = () => sent.filter(({ type }) => type === "clipboard.begin").length;
  assert.equal(begins(), 0);
  system.text = "mine";
  await clipboard.look();
  await clipboard.look();
  await settled();
  assert.equal(begins(), 1);
});

test("in step, a browser that would ask each time is not asked", async (context) => {
  const { clipboard, system, sent } = desk(context);
  system.unasked = false;
  clipboard.follow(true);
  await settled();
  sent.length = 0;
  system.text = "mine";
  await clipboard.look();
  assert.deepEqual(sent, []);
});

test("a text that comes while the page is in the background is copied when it is back", async (context) => {
  const { clipboard, system, shown } = desk(context);
  clipboard.follow(true);
  system.focused = false;
  for (const message of await transfer("transfer-9", "theirs")) clipboard.hear(message);
  await settled();
  assert.equal(system.text, "");
  assert.equal(shown().note.waiting, true);
  system.focused = true;
  await clipboard.look();
  assert.equal(system.text, "theirs");
});

test("rights that are taken away let go of everything", async (context) => {
  const { clipboard, system, change } = desk(context);
  clipboard.follow(true);
  await settled();
  const messages = await transfer("transfer-9", "theirs");
  clipboard.hear(messages[0]);
  change({ type: "rights.state", granted: ["view"], paused: false });
  for (const message of messages.slice(1)) clipboard.hear(message);
  await settled();
  assert.equal(system.text, "");
});
