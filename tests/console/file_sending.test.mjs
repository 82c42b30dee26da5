import assert from "node:assert/strict";
import { test } from "node:test";
import { unpackChunk } from "../../technician_console/src/files/chunk.js";
import { keyOf, Outgoing } from "../../technician_console/src/files/outgoing.js";
import { FileSender } from "../../technician_console/src/files/sender.js";
import { CHUNK_BYTES, RELAY_CHUNK_BYTES } from "../../technician_console/src/protocol.js";
import { chosen, nodeHash, noise, paperFile, PaperRoad, settled, sha256 } from "./files.mjs";

const FIRST_WINDOW = 64 * 1024;

/** A sender, and an end user by hand. */
function desk() {
  const road = new PaperRoad();
  const sent = [];
  const news = [];
  let hindrance = null;
  let clock = 0;
  const sender = new FileSender({
    send: (message) => sent.push(message) > 0,
    hindrance: () => hindrance,
    hash: nodeHash,
    now: () => (clock += 1),
    changed: (transfer, kind) => kind && news.push([transfer.id, kind]),
    hands: () => false,
    mayRelay: () => false,
    relay: { want() {}, drop() {}, lost() {} },
  });
  const types = () => sent.map(({ type }) => type);
  const last = (type) => sent.findLast((message) => message.type === type);
  /** The bytes of a stream that left, each where it belongs. */
  const bytesOf = (stream) => {
    const parts = road.chunks.map(unpackChunk).filter((chunk) => chunk.stream === stream);
    return Buffer.concat(parts.map(({ bytes }) => bytes));
  };
  const accept = (transfer) => sender.hear({ type: "file.answer", transfer, problem: null });
  const ready = async (offset = 0) => {
    sender.hear({ type: "file.ready", stream: last("file.begin").stream, offset });
    await settled();
  };
  /** Acknowledges until the file has ended, and says that it is whole. */
  const takeAll = async () => {
    const { stream, size_bytes: size } = last("file.begin");
    for (let round = 0; round < 1000 && last("file.end")?.stream !== stream; round += 1) {
      const reached = road.chunks.map(unpackChunk).filter((chunk) => chunk.stream === stream).at(-1);
      sender.hear({ type: "file.got", stream, bytes: reached ? reached.offset + reached.bytes.length : size });
      await settled();
    }
    sender.hear({ type: "file.done", stream, name: "x" });
  };
  const hinder = (problem) => {
    hindrance = problem;
    sender.rightsChanged();
  };
  return { sender, road, sent, news, types, last, bytesOf, accept, ready, takeAll, hinder };
}

test("a transfer is offered, then its folders and files follow one by one, each with its hash", async () => {
  const { sender, road, sent, news, types, last, accept, ready, takeAll, bytesOf } = desk();
  const [one, two] = [noise(100_000), noise(5, 2)];
  sender.add(new Outgoing("t-1", chosen(paperFile("logs/a.log", one), paperFile("logs/old/b.log", two))));
  assert.deepEqual(sent, []);
  sender.open(road);
  assert.deepEqual(sent[0], {
    type: "file.offer",
    transfer: "t-1",
    items: [{ name: "logs", folder: true, files: 2, size_bytes: 100_005 }],
    files: 2,
    folders: 2,
    size_bytes: 100_005,
  });
  accept("t-1");
  assert.deepEqual(types(), ["file.offer", "file.folder", "file.folder", "file.begin"]);
  assert.deepEqual(last("file.begin").path, ["logs", "a.log"]);
  await ready();
  await takeAll();
  assert.equal(sent.find(({ type }) => type === "file.end").sha256, sha256(one));
  assert.deepEqual(bytesOf(1), Buffer.from(one));
  assert.deepEqual(last("file.begin").path, ["logs", "old", "b.log"]);
  await ready();
  await takeAll();
  assert.deepEqual(bytesOf(2), Buffer.from(two));
  assert.deepEqual(types().slice(-2), ["file.end", "file.over"]);
  assert.deepEqual(news, [["t-1", "started"], ["t-1", "done"]]);
  assert.equal(sender.transfers[0].state, "done");
});

test("a file that has another name where it arrived is told by both", async () => {
  const { sender, road, accept, last } = desk();
  const transfer = new Outgoing("t-1", chosen(paperFile("a.txt", noise(10))));
  sender.add(transfer);
  sender.open(road);
  accept("t-1");
  sender.hear({ type: "file.done", stream: last("file.begin").stream, name: "a (2).txt" });
  assert.deepEqual(transfer.shown(0, false).renamed, [{ name: "a.txt", as: "a (2).txt" }]);
});

test("an empty file has an end and no chunk", async () => {
  const { sender, road, last, accept, ready } = desk();
  sender.open(road);
  sender.add(new Outgoing("t-1", chosen(paperFile("empty", noise(0)))));
  accept("t-1");
  await ready();
  assert.equal(last("file.end").sha256, sha256(""));
  assert.deepEqual(road.chunks, []);
});

test("no more is under way than the window holds, and nothing while the road is full", async () => {
  const { sender, road, last, accept, ready } = desk();
  sender.open(road);
  sender.add(new Outgoing("t-1", chosen(paperFile("big", noise(1_000_000)))));
  accept("t-1");
  road.room = 0;
  await ready();
  assert.equal(road.chunks.length, 0);
  road.room = Infinity;
  road.onroom();
  await settled();
  assert.equal(road.chunks.length, Math.floor(FIRST_WINDOW / CHUNK_BYTES));
  sender.hear({ type: "file.got", stream: last("file.begin").stream, bytes: CHUNK_BYTES });
  await settled();
  assert.equal(road.chunks.length, Math.floor(FIRST_WINDOW / CHUNK_BYTES) + 2);
});

test("a file is read a few chunks of a relay at a time, one block ahead", async () => {
  const { sender, road, accept, ready } = desk();
  const file = paperFile("big", noise(4 * 1024 * 1024));
  sender.open(road);
  sender.add(new Outgoing("t-1", chosen(file)));
  accept("t-1");
  await ready();
  const block = 4 * RELAY_CHUNK_BYTES;
  assert.deepEqual(file.reads, [[0, block], [block, 2 * block]]);
});

test("what the other side has already is hashed and not sent", async () => {
  const { sender, road, last, accept, ready, takeAll } = desk();
  const bytes = noise(50_000);
  sender.open(road);
  sender.add(new Outgoing("t-1", chosen(paperFile("a", bytes))));
  accept("t-1");
  await ready(40_000);
  assert.equal(unpackChunk(road.chunks[0]).offset, 40_000);
  await takeAll();
  assert.equal(last("file.end").sha256, sha256(bytes));
  assert.deepEqual(Buffer.concat(road.chunks.map((chunk) => unpackChunk(chunk).bytes)), Buffer.from(bytes.slice(40_000)));
});

test("an offset behind the end is refused, and the other files still come", async () => {
  const { sender, road, sent, last, accept, ready } = desk();
  sender.open(road);
  sender.add(new Outgoing("t-1", chosen(paperFile("a", noise(10)), paperFile("b", noise(10)))));
  accept("t-1");
  await ready(11);
  assert.deepEqual(sent.find(({ type }) => type === "file.dropped"), { type: "file.dropped", stream: 1, problem: "damaged" });
  assert.deepEqual(last("file.begin").path, ["b"]);
});

test("what is asked for again in mid-file is sent again from there, and the hash is right", async () => {
  const { sender, road, last, accept, ready, takeAll } = desk();
  const bytes = noise(200_000);
  sender.open(road);
  sender.add(new Outgoing("t-1", chosen(paperFile("a", bytes))));
  accept("t-1");
  await ready();
  road.chunks = [];
  await ready(CHUNK_BYTES);
  assert.equal(unpackChunk(road.chunks[0]).offset, CHUNK_BYTES);
  await takeAll();
  assert.equal(last("file.end").sha256, sha256(bytes));
  assert.deepEqual(Buffer.concat(road.chunks.map((chunk) => unpackChunk(chunk).bytes)), Buffer.from(bytes.slice(CHUNK_BYTES)));
});

test("a damaged file is tried once more, and then fails", async () => {
  const { sender, road, sent, last, accept, ready } = desk();
  sender.open(road);
  sender.add(new Outgoing("t-1", chosen(paperFile("a", noise(10)))));
  accept("t-1");
  await ready();
  sender.hear({ type: "file.failed", stream: 1, problem: "damaged" });
  assert.deepEqual([last("file.begin").stream, last("file.begin").path], [2, ["a"]]);
  await ready();
  sender.hear({ type: "file.failed", stream: 2, problem: "damaged" });
  assert.equal(sent.at(-1).type, "file.over");
  assert.deepEqual(sender.transfers[0].failures, [{ name: "a", problem: "damaged" }]);
  assert.equal(sender.transfers[0].state, "failed");
});

test("a reconnect in mid-file offers the same transfer again, leaves out what is done, and goes on", async () => {
  const { sender, road, sent, last, accept, ready, takeAll, bytesOf, news } = desk();
  const big = noise(300_000);
  sender.open(road);
  sender.add(new Outgoing("t-1", chosen(paperFile("a", noise(10)), paperFile("b", big))));
  accept("t-1");
  await ready();
  await takeAll();
  await ready();
  sender.hear({ type: "file.got", stream: 2, bytes: 3 * CHUNK_BYTES });
  sender.reset();
  await settled();
  assert.equal(sender.transfers[0].state, "interrupted");
  sent.length = 0;
  const next = new PaperRoad();
  sender.open(next);
  accept("t-1");
  assert.deepEqual(sent.map(({ type }) => type), ["file.offer", "file.begin"]);
  assert.equal(last("file.offer").transfer, "t-1");
  const begin = last("file.begin");
  assert.deepEqual([begin.stream, begin.path], [1, ["b"]]);
  road.chunks = next.chunks;
  await ready(3 * CHUNK_BYTES);
  await takeAll();
  assert.deepEqual(bytesOf(1), Buffer.from(big.slice(3 * CHUNK_BYTES)));
  assert.equal(last("file.end").sha256, sha256(big));
  assert.equal(sender.transfers[0].state, "done");
  assert.deepEqual(news, [["t-1", "started"], ["t-1", "done"]]);
});

test("a pause from either side holds the chunks, and both have to let go", async () => {
  const { sender, road, sent, accept, ready } = desk();
  const transfer = new Outgoing("t-1", chosen(paperFile("a", noise(200_000))));
  sender.open(road);
  sender.add(transfer);
  accept("t-1");
  sender.pause(transfer, true);
  assert.deepEqual(sent.at(-1), { type: "file.pause", transfer: "t-1", paused: true });
  sender.hear({ type: "file.pause", transfer: "t-1", paused: true });
  await ready();
  assert.equal(road.chunks.length, 0);
  sender.pause(transfer, false);
  await settled();
  assert.equal(road.chunks.length, 0);
  assert.equal(transfer.shown(0, false).paused, "them");
  sender.hear({ type: "file.pause", transfer: "t-1", paused: false });
  await settled();
  assert.ok(road.chunks.length > 0);
});

test("a transfer that is held lets the next one pass, and goes on where it was when it is let go", async () => {
  const { sender, road, sent, last, accept, ready, takeAll, bytesOf } = desk();
  const bytes = noise(200_000);
  const [held, next] = [new Outgoing("t-1", chosen(paperFile("a", bytes))), new Outgoing("t-2", chosen(paperFile("b", noise(10, 2))))];
  sender.open(road);
  for (const each of [held, next]) sender.add(each);
  accept("t-1");
  await ready();
  sender.hear({ type: "file.got", stream: 1, bytes: CHUNK_BYTES });
  sender.hear({ type: "file.pause", transfer: "t-1", paused: true });
  assert.equal(sent.at(-1).transfer, "t-2");
  assert.deepEqual([held.shown(0, false).paused, held.shown(0, false).bytes], ["them", CHUNK_BYTES]);
  accept("t-2");
  sender.hear({ type: "file.pause", transfer: "t-1", paused: false });
  await ready();
  await takeAll();
  assert.equal(next.state, "done");
  assert.deepEqual(sent.at(-1), held.offer);
  accept("t-1");
  await ready(CHUNK_BYTES);
  await takeAll();
  assert.equal(held.state, "done");
  assert.deepEqual(bytesOf(last("file.begin").stream), Buffer.from(bytes.slice(CHUNK_BYTES)));
  assert.equal(last("file.end").sha256, sha256(bytes));
});

test("an offer that meets a pause of the session is made again", async () => {
  const { sender, road, sent, hinder } = desk();
  sender.open(road);
  sender.add(new Outgoing("t-1", chosen(paperFile("a", noise(10)))));
  sender.hear({ type: "file.answer", transfer: "t-1", problem: "paused" });
  hinder("paused");
  hinder(null);
  assert.deepEqual(sent.map(({ type }) => type), ["file.offer", "file.offer"]);
});

test("in a paused session nothing leaves, and it goes on by itself", async () => {
  const { sender, road, sent, accept, ready, hinder } = desk();
  sender.open(road);
  hinder("paused");
  sender.add(new Outgoing("t-1", chosen(paperFile("a", noise(10)))));
  assert.deepEqual(sent, []);
  hinder(null);
  accept("t-1");
  hinder("paused");
  await ready();
  assert.equal(road.chunks.length, 0);
  hinder(null);
  await settled();
  assert.equal(road.chunks.length, 1);
});

test("a right that is taken away stops everything at once", async () => {
  const { sender, road, sent, accept, ready, hinder } = desk();
  sender.open(road);
  sender.add(new Outgoing("t-1", chosen(paperFile("a", noise(1_000_000)))));
  sender.add(new Outgoing("t-2", chosen(paperFile("b", noise(10)))));
  accept("t-1");
  await ready();
  const chunks = road.chunks.length;
  hinder("not_granted");
  assert.deepEqual(sent.at(-1), { type: "file.cancel", transfer: "t-1", problem: "not_granted" });
  sender.hear({ type: "file.got", stream: 1, bytes: 4 * CHUNK_BYTES });
  await settled();
  assert.equal(road.chunks.length, chunks);
  assert.deepEqual(sender.transfers.map(({ state, problem }) => [state, problem]), [["failed", "not_granted"], ["failed", "not_granted"]]);
});

test("either side can give a transfer up, and the next one has its turn", async () => {
  const { sender, road, sent, accept, ready } = desk();
  const transfers = ["t-1", "t-2", "t-3"].map((id) => new Outgoing(id, chosen(paperFile("a", noise(100_000)))));
  sender.open(road);
  for (const transfer of transfers) sender.add(transfer);
  assert.equal(sent.filter(({ type }) => type === "file.offer").length, 1);
  accept("t-1");
  await ready();
  sender.cancel(transfers[0]);
  assert.deepEqual(sent.slice(-2).map(({ type, transfer }) => [type, transfer]), [["file.cancel", "t-1"], ["file.offer", "t-2"]]);
  accept("t-2");
  sender.hear({ type: "file.cancel", transfer: "t-2" });
  assert.equal(sent.at(-1).transfer, "t-3");
  sender.hear({ type: "file.answer", transfer: "t-3", problem: "declined" });
  assert.deepEqual(transfers.map(({ state, problem }) => [state, problem]), [
    ["cancelled", "cancelled"],
    ["cancelled", "cancelled"],
    ["failed", "declined"],
  ]);
});

test("a file that cannot be read fails alone, by its name", async () => {
  const { sender, road, sent, last, accept, ready } = desk();
  const gone = paperFile("gone", noise(10));
  gone.fault = "NotFoundError";
  sender.open(road);
  sender.add(new Outgoing("t-1", chosen(gone, paperFile("z", noise(10)))));
  accept("t-1");
  await ready();
  assert.deepEqual(sent.find(({ type }) => type === "file.dropped"), { type: "file.dropped", stream: 1, problem: "not_readable" });
  assert.deepEqual(last("file.begin").path, ["z"]);
  assert.deepEqual(sender.transfers[0].failures, [{ name: "gone", problem: "not_readable" }]);
});

test("a file that is written to while it is sent is told as changed", async () => {
  const { sender, road, last, accept, ready } = desk();
  const file = paperFile("a", noise(1_200_000));
  Object.assign(file, { fault: "NotReadableError", faultFrom: 1 });
  sender.open(road);
  sender.add(new Outgoing("t-1", chosen(file)));
  accept("t-1");
  await ready();
  for (let round = 0; round < 200 && !last("file.dropped"); round += 1) {
    const chunk = unpackChunk(road.chunks.at(-1));
    sender.hear({ type: "file.got", stream: 1, bytes: chunk.offset + chunk.bytes.length });
    await settled();
  }
  assert.equal(last("file.dropped").problem, "changed");
});

test("a file that the other side gives up is told by its problem, and only it", async () => {
  const { sender, road, last, accept, ready, takeAll } = desk();
  sender.open(road);
  sender.add(new Outgoing("t-1", chosen(paperFile("a", noise(100)), paperFile("b", noise(10)))));
  accept("t-1");
  await ready();
  sender.hear({ type: "file.failed", stream: 1, problem: "disk_full" });
  assert.deepEqual(last("file.begin").path, ["b"]);
  await ready();
  await takeAll();
  const shown = sender.transfers[0].shown(0, false);
  assert.deepEqual([shown.state, shown.filesDone, shown.failed, shown.bytes, shown.size], ["done", 1, 1, 10, 10]);
  assert.deepEqual(sender.transfers[0].unsent.files.map(({ path }) => path), [["a"]]);
});

test("a path that no message can carry fails that file and no other", async () => {
  const { sender, road, last, accept } = desk();
  const deep = Array.from({ length: 33 }, (_, level) => `d${level}`).join("/");
  const wide = Array.from({ length: 30 }, () => "字".repeat(255)).join("/");
  sender.open(road);
  sender.add(new Outgoing("t-1", chosen(paperFile(`${deep}/a`, noise(1)), paperFile(`a/${wide}/b`, noise(1)), paperFile("z", noise(1)))));
  accept("t-1");
  assert.deepEqual(last("file.begin").path, ["z"]);
  assert.deepEqual(sender.transfers[0].failures.map(({ problem }) => problem), ["not_readable", "not_readable"]);
});

test("a key is the same for the same file, and another once it is changed", () => {
  const key = (...file) => keyOf(chosen(paperFile(...file)).files[0]);
  assert.match(key("a/b", noise(3)), /^[0-9a-f]{64}$/);
  assert.equal(key("a/b", noise(3)), key("a/b", noise(3, 9)));
  assert.notEqual(key("a/b", noise(3)), key("a/b", noise(3), 2));
  assert.notEqual(key("a/b", noise(3)), key("a/b", noise(4)));
  assert.notEqual(key("a/b", noise(3)), key("a/c", noise(3)));
});

test("a transfer that was cut by a reload goes on behind the files that came across", () => {
  const files = [paperFile("a", noise(10)), paperFile("b", noise(20)), paperFile("c", noise(30))];
  const before = new Outgoing("t-1", chosen(...files));
  before.settle(null);
  before.settle("disk_full");
  const after = new Outgoing("t-1", chosen(...files));
  after.goOn(JSON.parse(JSON.stringify(before.kept)));
  assert.deepEqual(after.next.path, ["c"]);
  assert.deepEqual([after.filesDone, after.failed, after.bytesDone], [1, 1, 10]);
});
