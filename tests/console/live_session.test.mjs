import assert from "node:assert/strict";
import { test } from "node:test";
import { MonitorChoice } from "../../technician_console/src/monitor_choice.js";
import { line, memoryStorage, snapshot } from "./builders.mjs";
import { chosen, noise, paperFile } from "./files.mjs";
import { connected, consented, rig } from "./live_rig.mjs";
import { timers } from "./timers.mjs";

const types = (messages) => messages.map(({ type }) => type);

test("consent makes one offer, however many snapshots follow", (context) => {
  const { hear, peers } = rig(context);
  hear(snapshot({ state: "joined" }));
  assert.equal(peers.length, 0);
  hear(consented());
  hear(consented());
  assert.equal(peers.length, 1);
});

test("an answer and candidates reach only the peer they are for", (context) => {
  const { hear, peers } = rig(context);
  hear(consented());
  hear({ type: "peer.description", peer_id: "another-peer", kind: "answer", sdp: "old" });
  hear({ type: "peer.description", peer_id: peers[0].peerId, kind: "answer", sdp: "new" });
  hear({ type: "peer.candidate", peer_id: peers[0].peerId, candidate: "" });
  assert.deepEqual(peers[0].accepted, ["new"]);
  assert.equal(peers[0].candidates.length, 1);
});

test("a connection is told to the broker, and how the other side is reached", async (context) => {
  const { live, peers, signals } = connected(context);
  await new Promise(setImmediate);
  assert.deepEqual(signals.at(-1), { type: "peer.connected", peer_id: peers[0].peerId, way: "direct" });
  assert.equal(live.state.peer.phase, "connected");
});

test("a first connection that fails is left to the technician", (context) => {
  const { live, hear, peers, signals } = rig(context);
  hear(consented());
  peers[0].events.failed("connect_timeout");
  assert.equal(signals.at(-1).type, "peer.failed");
  timers.tick(60_000);
  hear(consented());
  assert.equal(peers.length, 1);
  assert.equal(live.state.peer.failure, "connect_timeout");
  live.retry();
  assert.equal(peers.length, 2);
});

test("a broker restart drops no peer connection", (context) => {
  const { live, hear, peers, phase, signals } = connected(context);
  peers[0].events.opened("chat");
  phase("retrying");
  assert.equal(peers[0].closed, false);
  const before = signals.length;
  hear(snapshot({ state: "consented", client_present: false }));
  assert.equal(peers.length, 1);
  assert.equal(peers[0].closed, false);
  assert.deepEqual(types(signals.slice(before)), ["peer.connected"]);
  hear(snapshot({ state: "consented" }));
  assert.equal(signals.length, before + 1);
  assert.equal(live.state.peer.phase, "connected");
});

test("an offer under way when the line is cut begins again when it is back", (context) => {
  const { hear, peers, phase } = rig(context);
  hear(consented());
  phase("retrying");
  assert.equal(peers[0].closed, true);
  hear(consented());
  assert.equal(peers.length, 2);
});

test("a client that is away is offered to when it comes back", (context) => {
  const { hear, peers } = rig(context);
  hear(snapshot({ state: "consented", client_present: false }));
  assert.equal(peers.length, 0);
  hear(consented());
  assert.equal(peers.length, 1);
});

test("being replaced by another tab closes the peer and offers no more", (context) => {
  const { live, hear, peers } = connected(context);
  hear({ type: "error", code: "replaced", detail: "", fatal: true });
  assert.equal(peers[0].closed, true);
  assert.equal(live.state.fault, "replaced");
  timers.tick(60_000);
  assert.equal(peers.length, 1);
});

test("the end of the session closes everything", (context) => {
  const { live, hear, peers } = connected(context);
  hear(snapshot({ state: "ended", end_reason: "end_user_stopped" }));
  assert.equal(peers[0].closed, true);
  assert.equal(live.state.peer.phase, "idle");
});

test("what is said while the connection is away is sent when it is back, and outlives a reload", (context) => {
  const { live, peers, storage } = connected(context);
  peers[0].events.opened("chat");
  assert.deepEqual(peers[0].sent, [["chat", { type: "chat.sync", after: 0 }]]);
  peers[0].events.lost();
  live.chat.say("are you there?");
  live.stop();
  const reloaded = connected(context, storage);
  reloaded.peers[0].events.opened("chat");
  assert.deepEqual(reloaded.peers[0].sent.map(([, message]) => message.type), ["chat.sync", "chat.post"]);
  const { id } = reloaded.live.state.chat.outbox[0];
  reloaded.peers[0].events.message("chat", line(1, "technician", id));
  assert.equal(storage.getItem("handrail.chat.ses_1"), "[]");
});

const postIds = (peer) => peer.sent.filter(([, { type }]) => type === "chat.post").map(([, { id }]) => id);

test("a post that is not acknowledged is said again while connected, until it is", (context) => {
  const { live, peers } = connected(context);
  peers[0].events.opened("chat");
  live.chat.say("hello");
  const [{ id }] = live.state.chat.outbox;
  timers.tick(3000);
  assert.deepEqual(postIds(peers[0]), [id, id]);
  peers[0].events.message("chat", line(1, "technician", id));
  timers.tick(60_000);
  assert.deepEqual(postIds(peers[0]), [id, id]);
});

test("much that is not acknowledged is said again in parts, the oldest first", (context) => {
  const { answer, live, peers } = connected(context);
  for (let number = 0; number < 40; number += 1) live.chat.say(`line ${number}`);
  peers[0].events.lost();
  answer();
  peers[1].events.opened("chat");
  const ids = live.state.chat.outbox.map(({ id }) => id);
  assert.deepEqual(postIds(peers[1]), ids.slice(0, 15));
  for (const [place, id] of ids.slice(0, 15).entries()) peers[1].events.message("chat", line(place + 1, "technician", id));
  timers.tick(3000);
  assert.deepEqual(postIds(peers[1]).slice(15), ids.slice(15, 30));
});

test("what is said while much waits keeps its turn, and does not put the waiting off", (context) => {
  const { live, peers } = connected(context);
  peers[0].events.opened("chat");
  for (let number = 0; number < 20; number += 1) {
    live.chat.say(`line ${number}`);
    timers.tick(500);
  }
  const ids = live.state.chat.outbox.map(({ id }) => id);
  assert.deepEqual(new Set(postIds(peers[0])), new Set(ids.slice(0, 15)));
  assert.ok(postIds(peers[0]).length > 15);
});

test("nothing is said again on a connection that is gone", (context) => {
  const { live, peers } = connected(context);
  peers[0].events.opened("chat");
  live.chat.say("hello");
  live.stop();
  timers.tick(60_000);
  assert.equal(postIds(peers[0]).length, 1);
});

test("chat that comes over another channel is not chat", (context) => {
  const { live, peers } = connected(context);
  peers[0].events.message("input", line(1));
  peers[0].events.message("chat", { type: "rights.state", granted: [], paused: true });
  assert.equal(live.state.chat.lines.length, 0);
  assert.equal(live.state.rights, null);
});

test("input goes out only with control", (context) => {
  const { live, peers } = connected(context);
  const key = { kind: "input", message: { type: "input.key", key: "a", code: "KeyA", down: true } };
  live.input(key);
  assert.equal(peers[0].sent.length, 1);
  peers[0].events.message("control", { type: "rights.state", granted: ["view"], paused: false });
  live.input(key);
  assert.equal(peers[0].sent.length, 1);
});

const wish = (watching, preference) => ["control", { type: "picture.wish", watching, preference }];

test("the client is told how the picture is looked at when control opens, and when that changes", (context) => {
  const { live, peers } = connected(context);
  peers[0].events.opened("control");
  assert.deepEqual(peers[0].sent, [wish(true, "automatic")]);
  live.look.watch(false);
  live.look.watch(false);
  live.look.prefer("sharp");
  live.look.watch(true);
  assert.deepEqual(peers[0].sent.slice(1), [wish(false, "automatic"), wish(false, "sharp"), wish(true, "sharp")]);
  assert.equal(live.state.preference, "sharp");
});

test("a fresh peer connection hears that nobody looks, and what was preferred, even after a reload", (context) => {
  const { answer, live, peers, storage } = connected(context);
  live.look.prefer("smooth");
  live.look.watch(false);
  peers[0].events.lost();
  answer();
  peers[1].events.opened("control");
  assert.deepEqual(peers[1].sent, [wish(false, "smooth")]);
  live.stop();
  const reloaded = connected(context, storage);
  reloaded.peers[0].events.opened("control");
  assert.deepEqual(reloaded.peers[0].sent, [wish(true, "smooth")]);
});

test("a preference that is not known any more is automatic", (context) => {
  const storage = memoryStorage();
  storage.setItem("handrail.picture", "blurred");
  assert.equal(rig(context, storage).live.state.preference, "automatic");
});

test("the delay of the picture comes with what the connection tells", (context) => {
  const { live, peers, overlays } = connected(context);
  const line = { roundTripMs: 20, framesPerSecond: 30, kilobitsPerSecond: 900, loss: null, path: "direct" };
  peers[0].events.quality(line);
  assert.deepEqual(live.state.quality, { ...line, delayMs: null });
  overlays[0].delay.shown(12, performance.now());
  peers[0].events.quality(line);
  assert.deepEqual(live.state.quality, { ...line, delayMs: 12 });
});

test("a note about refused input goes by itself", (context) => {
  const { live, peers } = connected(context);
  peers[0].events.message("control", { type: "input.refused", reason: "unavailable" });
  assert.equal(live.state.refused, "unavailable");
  timers.tick(5000);
  assert.equal(live.state.refused, null);
});

test("the pointer hears its shape, its place and the technician's own moves, and none without control", (context) => {
  const { live, peers, cursors } = connected(context);
  peers[0].events.message("control", { type: "rights.state", granted: ["view", "control"], paused: false });
  peers[0].events.message("control", { type: "cursor.shape" });
  peers[0].events.message("pointer", { type: "pointer.at" });
  live.input({ kind: "move", x: 0.25, y: 0.5 });
  live.input({ kind: "input", message: { type: "input.button", button: "left", down: true, x: 0.5, y: 0.5 } });
  live.input({ kind: "input", message: { type: "input.release" } });
  peers[0].events.message("control", { type: "rights.state", granted: ["view"], paused: false });
  live.input({ kind: "move", x: 0.75, y: 0.5 });
  peers[0].events.lost();
  assert.deepEqual(cursors[0], ["cursor.shape", "pointer.at", [0.25, 0.5], [0.5, 0.5], "closed"]);
});

test("a chosen monitor is asked for, and again when the same computer is seen the next time", (context) => {
  const storage = memoryStorage();
  const at = (machine) => {
    const parts = rig(context, storage);
    parts.hear(snapshot({ state: "consented", granted: ["view"], machine }));
    parts.peers[0].events.opened("control");
    return parts;
  };
  const asked = ({ peers }) => peers[0].sent.map(([, message]) => message).filter(({ type }) => type === "screen.choose");
  const first = at("kitchen-pc");
  assert.deepEqual(asked(first), []);
  first.live.look.choose("DP-2");
  assert.deepEqual(asked(first), [{ type: "screen.choose", monitor: "DP-2" }]);
  first.live.stop();
  assert.deepEqual(asked(at("kitchen-pc")), [{ type: "screen.choose", monitor: "DP-2" }]);
  assert.deepEqual(asked(at("another-pc")), []);
});

test("of very many computers the last ones are remembered, and of one without a name nothing", () => {
  const storage = memoryStorage();
  const choice = new MonitorChoice(storage);
  for (let number = 0; number < 300; number += 1) choice.remember(`pc-${number}`, "all");
  choice.remember(null, "all");
  assert.deepEqual([choice.recall("pc-0"), choice.recall("pc-299"), choice.recall(null)], [null, "all", null]);
  storage.setItem("handrail.monitors", "not JSON");
  assert.equal(choice.recall("pc-299"), null);
  storage.setItem("handrail.monitors", '{"pc":1}');
  assert.equal(choice.recall("pc"), null);
});

const WISH = { capability: "control", reason: "to move the window", minutes: 30 };

/** A connected session whose client told its rights. */
function withRights(context) {
  const parts = connected(context);
  const tell = (message) => parts.peers[0].events.message("control", message);
  tell({ type: "rights.state", granted: ["view"], paused: false, leases: [] });
  return { ...parts, tell, asks: () => parts.peers[0].sent.filter(([, { type }]) => type === "rights.ask") };
}

test("an ask goes to the client once, until it is answered", (context) => {
  const { live, tell, asks } = withRights(context);
  live.rights.ask(WISH);
  live.rights.ask(WISH);
  assert.deepEqual(asks(), [["control", { type: "rights.ask", ...WISH }]]);
  tell({ type: "rights.answer", capability: "control", outcome: "refused" });
  assert.equal(live.state.talk.ask, null);
  live.rights.ask(WISH);
  assert.equal(asks().length, 2);
});

test("a client that does not know the question leaves nobody waiting", (context) => {
  const { live } = withRights(context);
  live.rights.ask(WISH);
  timers.tick(64_000);
  assert.ok(live.state.talk.ask);
  timers.tick(2000);
  assert.equal(live.state.talk.news.kind, "timed_out");
});

test("an ask that finds no connection is told as lost", (context) => {
  const { live, peers } = withRights(context);
  peers[0].send = () => false;
  live.rights.ask(WISH);
  assert.equal(live.state.talk.news.kind, "lost");
});

test("good news of a right goes by itself, bad news stays", (context) => {
  const { live, tell } = withRights(context);
  tell({ type: "rights.state", granted: ["view", "control"], paused: false });
  assert.equal(live.state.talk.news.kind, "given");
  timers.tick(11_000);
  assert.equal(live.state.talk.news, null);
  tell({ type: "rights.state", granted: ["view"], paused: false });
  timers.tick(60_000);
  assert.equal(live.state.talk.news.kind, "taken");
});

test("a lease is counted from when it was heard", (context) => {
  const { live, tell } = withRights(context);
  tell({ type: "rights.state", granted: ["view", "control"], paused: false, leases: [{ capability: "control", left_s: 60 }] });
  assert.equal(live.state.rights.leases[0].endsAt, Date.now() + 60_000);
});

test("a transfer that the connection cut is offered again on the next one", (context) => {
  const { answer, live, peers } = connected(context);
  const open = (peer) => {
    peer.events.connected();
    peer.events.opened("files");
    peer.events.message("control", { type: "rights.state", granted: ["view", "files.send"], paused: false });
  };
  const offers = (peer) => peer.sent.filter(([label, { type }]) => label === "files" && type === "file.offer").map(([, { transfer }]) => transfer);
  open(peers[0]);
  live.files.send(chosen(paperFile("a", noise(10))));
  peers[0].events.lost();
  answer();
  open(peers[1]);
  assert.equal(offers(peers[0]).length, 1);
  assert.deepEqual(offers(peers[1]), offers(peers[0]));
});

test("without the channel of files everything else goes on", (context) => {
  const { live, peers } = connected(context);
  peers[0].events.opened("files");
  peers[0].events.closed("files");
  assert.equal(live.state.peer.phase, "connected");
});
