import assert from "node:assert/strict";
import { test } from "node:test";
import { packChunk } from "../../technician_console/src/files/chunk.js";
import { Incoming } from "../../technician_console/src/files/incoming.js";
import { FileReceiver } from "../../technician_console/src/files/receiver.js";
import { noise, PaperStaging, settled, sha256 } from "./files.mjs";

const KEY = "a".repeat(64);
const OTHER_KEY = "b".repeat(64);

/** A receiver, and a support client by hand. */
function desk(staging = new PaperStaging()) {
  const sent = [];
  const news = [];
  let granted = true;
  const receiver = new FileReceiver({
    send: (message) => sent.push(message) > 0,
    granted: () => granted,
    staging,
    now: () => 0,
    changed: (transfer, kind) => kind && news.push([transfer.id, kind]),
  });
  const hear = async (...messages) => {
    for (const message of messages) {
      receiver.hear(message);
      await settled();
    }
  };
  const withdraw = () => {
    granted = false;
    receiver.rightsChanged();
  };
  return { receiver, staging, sent, news, hear, withdraw, last: (type) => sent.findLast((message) => message.type === type) };
}

const offer = (change = {}) => ({
  type: "file.offer",
  transfer: "t-1",
  items: [{ name: "a.log", folder: false, files: 1, size_bytes: 100 }],
  files: 1,
  folders: 0,
  size_bytes: 100,
  ...change,
});
const begin = (change = {}) => ({ type: "file.begin", transfer: "t-1", stream: 1, path: ["a.log"], size_bytes: 100, key: KEY, ...change });
const end = (bytes, stream = 1) => ({ type: "file.end", stream, sha256: sha256(bytes) });

test("a file is taken at once, staged, acknowledged, and whole when its hash is right", async () => {
  const { receiver, staging, sent, news, hear } = desk();
  const bytes = noise(100);
  await hear(offer(), begin());
  receiver.hearChunk(packChunk(1, 0, bytes.slice(0, 60)));
  receiver.hearChunk(packChunk(1, 60, bytes.slice(60)));
  await hear(end(bytes), { type: "file.over", transfer: "t-1" });
  assert.deepEqual(sent, [
    { type: "file.answer", transfer: "t-1", problem: null },
    { type: "file.ready", stream: 1, offset: 0 },
    { type: "file.got", stream: 1, bytes: 60 },
    { type: "file.got", stream: 1, bytes: 100 },
    { type: "file.done", stream: 1, name: "a.log" },
  ]);
  assert.deepEqual(news, [["t-1", "started"], ["t-1", "done"]]);
  const shown = receiver.transfers[0].shown(0, false);
  assert.deepEqual([shown.state, shown.bytes, shown.unsaved], ["done", 100, 1]);
  assert.deepEqual(shown.saveable, [{ index: 0, name: "a.log", size: 100, saved: false }]);
  assert.deepEqual(Uint8Array.from(staging.disk.get(KEY)), bytes);
});

test("without room or without the right an offer is answered with the reason", async () => {
  const { receiver, staging, sent, hear, withdraw } = desk();
  staging.free = 99;
  await hear(offer());
  assert.equal(sent[0].problem, "disk_full");
  staging.free = 100;
  await hear(offer({ files: 100_001 }), offer({ size_bytes: -1 }));
  assert.deepEqual(sent.slice(1).map(({ problem }) => problem), ["too_many", "damaged"]);
  withdraw();
  await hear(offer());
  assert.equal(sent.at(-1).problem, "not_granted");
  assert.deepEqual(receiver.transfers, []);
});

for (const [what, chunk] of /** @type {const} */ ([
  ["past the declared size", [0, 101]],
  ["at a wrong offset", [1, 10]],
])) {
  test(`a chunk ${what} is refused, and the part is deleted`, async () => {
    const { receiver, staging, sent, hear } = desk();
    await hear(offer(), begin());
    receiver.hearChunk(packChunk(1, chunk[0], noise(chunk[1])));
    await settled();
    assert.deepEqual(sent.at(-1), { type: "file.failed", stream: 1, problem: "damaged" });
    assert.equal(staging.disk.has(KEY), false);
    receiver.hearChunk(packChunk(1, 0, noise(10)));
    assert.equal(staging.disk.has(KEY), false);
  });
}

test("a chunk that comes before the file was opened, or of a stream that is none, changes nothing that is right", async () => {
  const { receiver, staging, hear, last } = desk();
  await hear(offer());
  receiver.hear(begin());
  receiver.hearChunk(packChunk(1, 0, noise(10)));
  receiver.hearChunk(packChunk(9, 0, noise(10)));
  await settled();
  assert.equal(last("file.failed").problem, "damaged");
  assert.equal(staging.disk.has(KEY), false);
});

test("a wrong hash, or an end that comes early, is told and the part is deleted", async () => {
  const { receiver, staging, hear, last } = desk();
  await hear(offer({ files: 2, size_bytes: 200 }), begin());
  receiver.hearChunk(packChunk(1, 0, noise(100)));
  await hear(end(noise(100, 5)));
  assert.deepEqual(last("file.failed"), { type: "file.failed", stream: 1, problem: "damaged" });
  await hear(begin({ stream: 2, key: OTHER_KEY, path: ["b.log"] }));
  receiver.hearChunk(packChunk(2, 0, noise(99)));
  await hear(end(noise(99), 2));
  assert.deepEqual(last("file.failed"), { type: "file.failed", stream: 2, problem: "damaged" });
  assert.equal(staging.disk.size, 0);
  assert.equal(receiver.transfers[0].failed, 2);
});

test("more or larger files than were offered are not taken", async () => {
  const { hear, sent } = desk();
  await hear(offer({ files: 2 }), begin({ size_bytes: 101 }));
  assert.equal(sent.at(-1).problem, "too_large");
  await hear(begin({ stream: 2, size_bytes: 60 }), begin({ stream: 3, key: OTHER_KEY, size_bytes: 60 }));
  assert.equal(sent.at(-1).problem, "too_large");
  await hear(begin({ stream: 4, key: OTHER_KEY, size_bytes: 40 }), begin({ stream: 5, key: "c".repeat(64), size_bytes: 0 }));
  assert.equal(sent.at(-1).problem, "too_many");
});

test("an offer has its place before the disk was asked: many at once are too many, and a cancel behind one ends it", async () => {
  const { receiver, sent } = desk();
  receiver.hear(offer({ transfer: "gone" }));
  receiver.hear({ type: "file.cancel", transfer: "gone", problem: "cancelled" });
  for (let number = 0; number < 60; number += 1) receiver.hear(offer({ transfer: `t-${number}` }));
  await settled();
  const open = receiver.transfers.filter(({ over }) => !over);
  assert.equal(open.length, 20);
  assert.equal(receiver.transfers.find(({ id }) => id === "gone").state, "cancelled");
  assert.equal(sent.filter(({ problem }) => problem === "too_many").length, 40);
});

test("a begin that is nonsense, or of no transfer, is refused and opens nothing", async () => {
  const { hear, sent, staging } = desk();
  await hear(begin());
  assert.deepEqual(sent, [{ type: "file.failed", stream: 1, problem: "cancelled" }]);
  await hear(offer());
  const odd = [{ key: "../../x" }, { size_bytes: 1.5 }, { size_bytes: "9" }, { path: [] }, { path: ["a", ""] }, { path: "a" }, { path: Array(33).fill("a") }];
  for (const change of odd) await hear(begin(change));
  assert.deepEqual(sent.slice(2).map(({ problem }) => problem), odd.map(() => "damaged"));
  assert.equal(staging.disk.size, 0);
});

test("a file that the sender drops is told by its problem; tried again, it is not", async () => {
  const { receiver, hear } = desk();
  await hear(offer(), begin(), { type: "file.dropped", stream: 1, problem: "changed" });
  assert.deepEqual(receiver.transfers[0].failures, [{ name: "a.log", problem: "changed" }]);
  await hear(begin({ stream: 2 }));
  assert.equal(receiver.transfers[0].failed, 0);
});

test("names are made safe before they are kept or told", async () => {
  const { receiver, hear, last } = desk();
  await hear(
    offer({ size_bytes: 0, folders: 1 }),
    { type: "file.folder", transfer: "t-1", path: ["..", "CON"] },
    begin({ size_bytes: 0, path: ["..", "a\u202egnp.exe"] }),
    end(""),
  );
  assert.equal(last("file.done").name, "a_gnp.exe");
  assert.deepEqual(receiver.transfers[0].folders, [["file", "_CON"]]);
  assert.equal(receiver.transfers[0].shown(0, false).saveable[0].name, "file/a_gnp.exe");
});

test("after a reconnect the same transfer goes on at the length that is there", async () => {
  const { receiver, hear, sent, last } = desk();
  const bytes = noise(100);
  await hear(offer(), begin());
  receiver.hearChunk(packChunk(1, 0, bytes.slice(0, 70)));
  receiver.reset();
  assert.equal(receiver.transfers[0].state, "interrupted");
  receiver.hearChunk(packChunk(1, 70, bytes.slice(70)));
  sent.length = 0;
  await hear(offer(), begin());
  assert.deepEqual(sent, [
    { type: "file.answer", transfer: "t-1", problem: null },
    { type: "file.ready", stream: 1, offset: 70 },
  ]);
  receiver.hearChunk(packChunk(1, 70, bytes.slice(70)));
  await hear(end(bytes));
  assert.equal(last("file.done").stream, 1);
  assert.equal(receiver.transfers.length, 1);
});

test("a file that the sender had put aside goes on at the length that is there", async () => {
  const { receiver, hear, last } = desk();
  const bytes = noise(100);
  await hear(offer(), begin());
  receiver.hearChunk(packChunk(1, 0, bytes.slice(0, 70)));
  await hear(offer({ transfer: "t-2" }), begin({ transfer: "t-2", stream: 2, key: OTHER_KEY }), begin({ stream: 3 }));
  assert.deepEqual(last("file.ready"), { type: "file.ready", stream: 3, offset: 70 });
  receiver.hearChunk(packChunk(3, 70, bytes.slice(70)));
  await hear(end(bytes, 3));
  assert.equal(last("file.done").stream, 3);
});

test("after a reload what is whole is still there, and a part goes on", async () => {
  const first = desk();
  const bytes = noise(100);
  await first.hear(offer({ files: 2, size_bytes: 200 }), begin());
  first.receiver.hearChunk(packChunk(1, 0, bytes));
  await first.hear(end(bytes), begin({ stream: 2, key: OTHER_KEY, path: ["b.log"] }));
  first.receiver.hearChunk(packChunk(2, 0, bytes.slice(0, 30)));
  const kept = JSON.parse(JSON.stringify(first.receiver.transfers[0].kept));
  const second = desk(first.staging);
  second.receiver.transfers = [Incoming.recalled(kept)];
  assert.deepEqual([second.receiver.transfers[0].filesDone, second.receiver.transfers[0].state], [1, "interrupted"]);
  await second.hear(offer({ files: 2, size_bytes: 200 }), begin({ key: OTHER_KEY, path: ["b.log"] }));
  assert.equal(second.last("file.ready").offset, 30);
});

test("a right that is taken away in mid-file stops it at once and keeps the part", async () => {
  const { receiver, staging, hear, sent, withdraw } = desk();
  await hear(offer(), begin());
  receiver.hearChunk(packChunk(1, 0, noise(10)));
  withdraw();
  assert.deepEqual(sent.at(-1), { type: "file.cancel", transfer: "t-1", problem: "not_granted" });
  receiver.hearChunk(packChunk(1, 10, noise(10)));
  await settled();
  assert.equal(staging.disk.get(KEY).length, 10);
  assert.deepEqual([receiver.transfers[0].state, receiver.transfers[0].problem], ["failed", "not_granted"]);
});

test("a transfer that is given up loses its part and keeps what is whole", async () => {
  for (const byThem of [true, false]) {
    const { receiver, staging, hear, sent } = desk();
    const bytes = noise(100);
    await hear(offer({ files: 2, size_bytes: 200 }), begin());
    receiver.hearChunk(packChunk(1, 0, bytes));
    await hear(end(bytes), begin({ stream: 2, key: OTHER_KEY }));
    receiver.hearChunk(packChunk(2, 0, bytes.slice(0, 5)));
    if (byThem) await hear({ type: "file.cancel", transfer: "t-1" });
    else receiver.cancel(receiver.transfers[0]);
    await settled();
    assert.deepEqual([...staging.disk.keys()], [KEY]);
    assert.equal(receiver.transfers[0].state, "cancelled");
    assert.equal(sent.some(({ type }) => type === "file.cancel"), !byThem);
    await hear(offer());
    assert.equal(sent.at(-1).problem, "cancelled");
  }
});

test("a pause is told, and told again after a reconnect", async () => {
  const { receiver, hear, sent } = desk();
  await hear(offer());
  receiver.pause(receiver.transfers[0], true);
  assert.deepEqual(sent.at(-1), { type: "file.pause", transfer: "t-1", paused: true });
  receiver.reset();
  sent.length = 0;
  await hear(offer());
  assert.deepEqual(sent.map(({ type }) => type), ["file.answer", "file.pause"]);
});

test("a disk that is full fails the file with its reason", async () => {
  const { receiver, staging, hear, sent } = desk();
  await hear(offer(), begin());
  staging.free = 5;
  receiver.hearChunk(packChunk(1, 0, noise(10)));
  assert.deepEqual(sent.at(-1), { type: "file.failed", stream: 1, problem: "disk_full" });
});

test("what is discarded is gone from the disk, unless another transfer has it too", async () => {
  const { receiver, staging, hear } = desk();
  const bytes = noise(100);
  const over = (transfer) => ({ type: "file.over", transfer });
  await hear(offer(), begin());
  receiver.hearChunk(packChunk(1, 0, bytes));
  await hear(end(bytes), over("t-1"), offer({ transfer: "t-2" }), begin({ transfer: "t-2", stream: 2 }), end(bytes, 2), over("t-2"));
  assert.deepEqual(receiver.transfers.map(({ state }) => state), ["done", "done"]);
  await receiver.discard(receiver.transfers[0]);
  assert.equal(staging.disk.has(KEY), true);
  await receiver.discard(receiver.transfers[0]);
  assert.equal(staging.disk.has(KEY), false);
});

test("an end without all that was offered is told", async () => {
  const { receiver, hear } = desk();
  const bytes = noise(100);
  await hear(offer({ files: 3, size_bytes: 300 }), begin());
  receiver.hearChunk(packChunk(1, 0, bytes));
  await hear(end(bytes), { type: "file.over", transfer: "t-1" });
  const { state, filesDone, failed } = receiver.transfers[0].shown(0, false);
  assert.deepEqual([state, filesDone, failed], ["done", 1, 2]);
});
