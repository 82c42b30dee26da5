import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, discard, emptyChat, firstUnread, isBehind, markOf, MAX_LINES, markRead, onOpen, receive, receiveAll, say, sayable, showAll, told } from "../../technician_console/src/channels/chat.js";
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
  let chat = { ...emptyChat(), lines: Array.from({ length: MAX_LINES }, (_, at) => line(at + 1)) };
  for (let sequence = MAX_LINES + 1; sequence <= MAX_LINES + 2; sequence += 1) chat = receive(chat, line(sequence));
  assert.equal(chat.lines.length, MAX_LINES);
  assert.equal(chat.lines.at(-1).sequence, MAX_LINES + 2);
  assert.equal(chat.lines[0].sequence, 3);
});

test("what is asked for follows what is here without a gap", () => {
  const chat = [line(1), line(2), line(5)].reduce(receive, emptyChat());
  assert.deepEqual(ask(chat), { type: "chat.sync", after: 2 });
  assert.ok(isBehind(chat));
  assert.deepEqual(ask(receiveAll(chat, [line(3), line(4)])), { type: "chat.sync", after: 5 });
  assert.ok(!isBehind(receiveAll(chat, [line(3), line(4)])));
});

test("a page that is told of lines it does not have is behind", () => {
  const chat = told(emptyChat(), { last: 3, shown: 0, full: false });
  assert.ok(isBehind(chat));
  assert.ok(!isBehind(receiveAll(chat, [line(1), line(2), line(3)])));
});

test("each line of the technician says where it is", () => {
  const chat = { ...receiveAll(emptyChat(), [line(1, "technician"), line(2, "technician")]), shownThere: 1 };
  assert.equal(markOf(chat, 1, false), "shown");
  assert.equal(markOf(chat, 2, false), "sent");
  assert.equal(markOf(chat, null, false), "waiting");
  assert.equal(markOf({ ...chat, road: "relayed" }, null, false), "sending");
  assert.equal(markOf({ ...chat, road: "relayed" }, null, true), "refused");
  assert.equal(markOf({ ...chat, road: "direct", full: true }, null, false), "refused");
});

test("what was told once of the other side is not taken back", () => {
  const chat = told(told(emptyChat(), { last: 5, shown: 4, full: true }), { last: 2, shown: 1, full: false });
  assert.deepEqual([chat.last, chat.shownThere, chat.full], [5, 4, true]);
});

test("nothing more is said into a chat that is full, and what waits can be taken back", () => {
  const waiting = say(emptyChat(), "post-0001", "hello");
  const full = told(waiting, { last: 0, shown: 0, full: true });
  assert.equal(say(full, "post-0002", "me too"), full);
  assert.deepEqual(onOpen(full), [{ type: "chat.sync", after: 0 }]);
  assert.deepEqual(discard(full, "post-0001").outbox, []);
});

test("each post that waits names the one before it, and the first none", () => {
  const chat = say(say(say(emptyChat(), "post-0001", "a"), "post-0002", "b"), "post-0003", "c");
  assert.deepEqual(onOpen(chat).slice(1).map(({ previous }) => previous), [undefined, "post-0001", "post-0002"]);
  assert.deepEqual(onOpen(receive(chat, line(1, "technician", "post-0001"))).slice(1).map(({ previous }) => previous), [undefined, "post-0002"]);
});

test("only what may be sent is said: no controls, no halves of characters", () => {
  assert.equal(sayable("a\u0000b\r\nc\u001b[31m\td"), "ab\nc[31m\td");
  assert.equal(sayable("\ud83d!"), "!");
  assert.equal(sayable("😀"), "😀");
  assert.equal(sayable("x".repeat(3999) + "😀"), "x".repeat(3999));
  assert.equal(sayable("\u0001"), "");
});

test("all that came is on the screen once it is shown", () => {
  const chat = receiveAll(emptyChat(), [line(1), line(2), line(4)]);
  assert.equal(showAll(chat).shownHere, 2);
  const shown = showAll(chat);
  assert.equal(showAll(shown), shown);
});

test("whoever said something is not writing it any more", () => {
  const typing = { ...emptyChat(), typing: true };
  assert.equal(receive(typing, line(1)).typing, false);
  assert.equal(receive(typing, line(1, "technician")).typing, true);
});
