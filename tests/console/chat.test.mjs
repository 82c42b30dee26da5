import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyChat, firstUnread, MAX_LINES, markRead, onOpen, receive, say } from "../../technician_console/src/channels/chat.js";
import { line } from "./builders.mjs";

const sequences = (chat) => chat.lines.map(({ sequence }) => sequence);

test("lines are shown once and in order, however they arrive", () => {
  const chat = [line(2), line(1), line(3), line(2), line(1)].reduce(receive, emptyChat());
  assert.deepEqual(sequences(chat), [1, 2, 3]);
  assert.equal(chat.unread, 3);
});

test("a post stays in the outbox until a line with its id comes back", () => {
  const said = say(emptyChat(), "post-0001", "hello");
  assert.deepEqual(said.outbox, [{ type: "chat.post", id: "post-0001", text: "hello" }]);
  const acknowledged = receive(said, line(1, "technician", "post-0001"));
  assert.deepEqual(acknowledged.outbox, []);
  assert.deepEqual(sequences(acknowledged), [1]);
  assert.equal(acknowledged.unread, 0);
});

test("an acknowledgement of a line that is already shown still empties the outbox", () => {
  const chat = { ...receive(emptyChat(), line(1, "technician", "post-0001")), outbox: [{ type: "chat.post", id: "post-0001", text: "x" }] };
  assert.deepEqual(receive(chat, line(1, "technician", "post-0001")).outbox, []);
});

test("a line that tells nothing new gives the same chat", () => {
  const chat = receive(emptyChat(), line(1));
  assert.equal(receive(chat, line(1)), chat);
});

test("on opening, what was missed is asked for and what is unacknowledged is said again", () => {
  const chat = say([line(1), line(2)].reduce(receive, emptyChat()), "post-0001", "hello");
  assert.deepEqual(onOpen(chat), [
    { type: "chat.sync", after: 2 },
    { type: "chat.post", id: "post-0001", text: "hello" },
  ]);
});

test("a reloaded page asks for everything and keeps what was not delivered", () => {
  const post = { type: "chat.post", id: "post-0001", text: "hello" };
  assert.deepEqual(onOpen(emptyChat([post])), [{ type: "chat.sync", after: 0 }, post]);
});

test("only space is not said, and too much is cut", () => {
  const chat = emptyChat();
  assert.equal(say(chat, "post-0001", " \n "), chat);
  assert.equal(say(chat, "post-0001", "x".repeat(5000)).outbox[0].text.length, 4000);
});

test("reading clears the unread mark", () => {
  const chat = receive(emptyChat(), line(1));
  assert.equal(markRead(chat).unread, 0);
  assert.equal(markRead(emptyChat()).unread, 0);
});

test("the oldest line that was not looked at is found", () => {
  const chat = [line(1), line(2, "technician"), line(3), line(4, "technician"), line(5)].reduce(receive, emptyChat());
  assert.equal(firstUnread(chat).sequence, 1);
  assert.equal(firstUnread({ ...chat, unread: 2 }).sequence, 3);
  assert.equal(firstUnread(markRead(chat)), undefined);
});

test("a line of the end user leaves the outbox as it is, so that it need not be kept again", () => {
  const chat = say(emptyChat(), "post-0001", "hello");
  assert.equal(receive(chat, line(1)).outbox, chat.outbox);
});

test("a chat that was shown stays as it was when a line comes", () => {
  const shown = receive(emptyChat(), line(1));
  receive(shown, line(2));
  assert.deepEqual(sequences(shown), [1]);
});

test("a line costs no look at all the lines before it", () => {
  let looks = 0;
  const counted = (sequence) => ({ ...line(sequence), get sequence() { looks += 1; return sequence; } });
  let chat = emptyChat();
  for (let sequence = 1; sequence <= 2000; sequence += 1) chat = receive(chat, counted(sequence));
  assert.equal(chat.lines.length, 2000);
  assert.ok(looks < 10 * 2000, `${looks} looks`);
});

test("no more lines are kept than a support client may have, and the newest stay", () => {
  let chat = emptyChat();
  for (let sequence = 1; sequence <= MAX_LINES + 2; sequence += 1) chat = receive(chat, line(sequence));
  assert.equal(chat.lines.length, MAX_LINES);
  assert.equal(chat.lines.at(-1).sequence, MAX_LINES + 2);
  assert.equal(chat.lines[0].sequence, 3);
});
