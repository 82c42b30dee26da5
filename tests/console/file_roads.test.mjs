import assert from "node:assert/strict";
import { test } from "node:test";
import { RoadChoice } from "../../technician_console/src/files/choice.js";
import { packChunk, unpackChunk } from "../../technician_console/src/files/chunk.js";
import { Outgoing } from "../../technician_console/src/files/outgoing.js";
import { RelayPair } from "../../technician_console/src/files/relay_pair.js";
import { FileReceiver } from "../../technician_console/src/files/receiver.js";
import { FileSender } from "../../technician_console/src/files/sender.js";
import { RELAY_FROM_BYTES } from "../../technician_console/src/protocol.js";
import { chosen, nodeHash, noise, paperFile, PaperRoad, PaperStaging, settled, sha256 } from "./files.mjs";

// ---- the choice

function tried(direct, relay) {
  const choice = new RoadChoice();
  let now = 0;
  const run = (ms, rate) => {
    for (const end = now + ms; now <= end; now += 10) choice.arrived(rate * 10, now);
  };
  choice.relayOpened();
  run(500, direct);
  assert.ok(choice.isDue(now));
  choice.change();
  run(700, relay);
  return { choice, run, now: () => now };
}

test("a faster relay is kept, and one that is not worth the detour is left for good", () => {
  const kept = tried(1000, 1300);
  assert.equal(kept.choice.isDue(kept.now()), false);
  assert.deepEqual([kept.choice.road, kept.choice.settled], ["relay", true]);
  const left = tried(1000, 1100);
  assert.ok(left.choice.isDue(left.now()));
  left.choice.change();
  assert.deepEqual([left.choice.road, left.choice.settled], ["direct", true]);
});

test("without a relay everything goes straight, and one that is lost is not tried again", () => {
  const alone = new RoadChoice();
  for (let now = 0; now < 5000; now += 10) alone.arrived(1000, now);
  assert.equal(alone.isDue(5000), false);
  const { choice, run, now } = tried(1000, 5000);
  choice.relayLost();
  choice.relayOpened();
  run(2000, 1000);
  assert.deepEqual([choice.isDue(now()), choice.road], [false, "direct"]);
});

test("a pause begins the trial anew", () => {
  const choice = new RoadChoice();
  choice.relayOpened();
  for (let now = 0; now < 450; now += 10) choice.arrived(1000, now);
  choice.rests();
  for (let now = 60_000; now < 60_300; now += 10) choice.arrived(1000, now);
  assert.equal(choice.isDue(60_300), false);
});

// ---- the console sends

const BYTES = noise(RELAY_FROM_BYTES + 3_000_000);

class PaperRelay {
  waiting = 0;
  sent = [];
  closed = false;
  fails = false;
  async send(message) {
    if (this.fails || this.closed) return false;
    this.sent.push(message);
    return true;
  }
  close() {
    this.closed = true;
  }
}

/** A console's sender with relays, and an end user's client by hand that takes what comes on either road. */
function desk({ relay = true, canSeal = true, bytes = BYTES } = {}) {
  const road = new PaperRoad();
  const said = [];
  const wanted = [];
  const opened = [];
  const lost = [];
  let clock = 0;
  const hands = { work: false };
  const step = { direct: 125, relay: 20 };

  const pair = new RelayPair({
    want: (message) => wanted.push(message) > 0,
    say: (message) => said.push(message) > 0,
    open: async (options) => {
      opened.push(Object.assign(new PaperRelay(), options));
      return opened.at(-1);
    },
    canSeal,
    allowed: () => relay,
    receiving: () => false,
    opened: (each) => sender.relayOpened(each),
    lost: (reason) => {
      lost.push(reason);
      sender.relayLost();
    },
    came: () => {},
  });
  let hindrance = null;
  const sender = new FileSender({
    send: (message) => said.push(message) > 0,
    hindrance: () => hindrance,
    hash: nodeHash,
    now: () => clock,
    changed: () => {},
    hands: () => hands.work,
    mayRelay: () => pair.allowed,
    relay: pair.out,
  });
  const transfer = new Outgoing("t-1", chosen(paperFile("large.bin", bytes)));
  const last = (type) => said.findLast((message) => message.type === type);
  const data = [];
  let reached = 0;
  const by = [];
  const take = () => {
    const came = road.chunks.splice(0).map((message) => ["direct", message]);
    for (const each of opened) came.push(...each.sent.splice(0).map((message) => ["relay", message]));
    for (const [kind, message] of came) {
      const chunk = unpackChunk(message);
      assert.equal(chunk.offset, reached);
      data.push(chunk.bytes);
      reached += chunk.bytes.length;
      if (by.at(-1) !== kind) by.push(kind);
    }
    if (came.length === 0) return false;
    clock += step[came.at(-1)[0]];
    sender.hear({ type: "file.got", stream: last("file.begin").stream, bytes: reached });
    return true;
  };
  const ready = (offset = reached) => sender.hear({ type: "file.ready", stream: last("file.begin").stream, offset });
  const until = async (condition) => {
    for (let round = 0; round < 5000 && !condition(); round += 1) {
      take();
      await settled();
    }
    assert.ok(condition());
  };
  const all = async () => {
    await until(() => last("file.end"));
    take();
    assert.equal(last("file.end").sha256, sha256(bytes));
    assert.equal(sha256(Buffer.concat(data)), sha256(bytes));
    sender.hear({ type: "file.done", stream: last("file.begin").stream, name: "large.bin" });
    assert.equal(transfer.state, "done");
  };
  const begin = () => {
    sender.open(road);
    sender.add(transfer);
    sender.hear({ type: "file.answer", transfer: "t-1", problem: null });
  };
  const offered = async () => {
    pair.answered({ type: "relay.offered", relay_id: wanted.at(-1).relay_id, ticket: "t".repeat(43) });
    await settled();
  };
  const hinder = (problem) => {
    hindrance = problem;
    sender.rightsChanged();
  };
  return { hands, sender, pair, transfer, said, wanted, opened, lost, last, by, step, begin, offered, ready, take, until, all, hinder };
}

async function onTheRelay(options) {
  const parts = desk(options);
  parts.begin();
  await parts.offered();
  parts.ready();
  await parts.until(() => parts.by.includes("relay"));
  return parts;
}

test("both roads are tried, nothing is sent twice, and what is shown says which one it is", async () => {
  const { begin, offered, ready, all, wanted, said, opened, by, transfer, until } = desk();
  begin();
  assert.equal(wanted[0].type, "relay.wanted");
  await offered();
  const told = said.find(({ type }) => type === "file.relay");
  assert.equal(told.relay_id, wanted[0].relay_id);
  assert.deepEqual([opened[0].ticket, opened[0].secret, opened[0].relayId], ["t".repeat(43), told.secret, told.relay_id]);
  ready();
  assert.equal(transfer.shown(0, false).road, "direct");
  await until(() => by.includes("relay"));
  assert.equal(transfer.shown(0, false).road, "relay");
  await all();
  assert.deepEqual(by, ["direct", "relay"]);
  assert.ok(opened[0].closed);
});

test("while the technician's hands work, one chunk at a time goes over the relay", async () => {
  const { hands, opened, take, all } = await onTheRelay();
  hands.work = true;
  await settled();
  take();
  for (let round = 0; round < 3; round += 1) {
    await settled();
    assert.equal(opened[0].sent.length, 1);
    take();
  }
  hands.work = false;
  await settled();
  take();
  await settled();
  assert.ok(opened[0].sent.length > 1);
  await all();
});

test("a relay that is slower is left", async () => {
  const { begin, offered, ready, all, opened, by, step } = desk();
  Object.assign(step, { direct: 60, relay: 500 });
  begin();
  await offered();
  ready();
  await all();
  assert.deepEqual(by, ["direct", "relay", "direct"]);
  assert.ok(opened[0].closed);
});

for (const [why, options] of Object.entries({
  "an admin forbids it": { relay: false },
  "the page cannot encrypt": { canSeal: false },
  "the file is small": { bytes: noise(RELAY_FROM_BYTES - 1) },
})) {
  test(`no relay is asked for when ${why}`, async () => {
    const { begin, ready, all, wanted } = desk(options);
    begin();
    ready();
    await all();
    assert.deepEqual(wanted, []);
  });
}

test("a refusal is told, and the file goes straight", async () => {
  const { begin, ready, all, wanted, pair, lost, by } = desk();
  begin();
  pair.answered({ type: "relay.refused", relay_id: wanted[0].relay_id, reason: "quota" });
  assert.deepEqual(lost, ["quota"]);
  ready();
  await all();
  assert.deepEqual(by, ["direct"]);
});

const LOSSES = {
  "the broker closes it": ({ opened }) => opened[0].onClosed(),
  "the other side lets go of it": ({ pair, wanted }) => pair.hear({ type: "file.relay_over", relay_id: wanted[0].relay_id, reason: null }),
  "something comes back over it": ({ opened }) => opened[0].onMessage(new ArrayBuffer(20)),
};
for (const [how, lose] of Object.entries(LOSSES)) {
  test(`when ${how} in mid-file, what was under way is sent again over the data channel`, async () => {
    const parts = await onTheRelay();
    await parts.until(() => parts.opened[0].sent.length > 0);
    parts.opened[0].sent.splice(0); // under way, and lost
    lose(parts);
    assert.equal(parts.last("file.again").stream, 1);
    parts.ready();
    await parts.all();
    assert.deepEqual(parts.by, ["direct", "relay", "direct"]);
  });
}

test("a relay on which nothing arrives any more is given up", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const parts = await onTheRelay();
  await settled();
  context.mock.timers.tick(5000);
  assert.equal(parts.last("file.again").stream, 1);
  parts.opened[0].sent.splice(0);
  parts.ready();
  await parts.all();
});

test("a pause holds what goes over the relay, and a right that is taken back ends it", async () => {
  const { hinder, take, opened, transfer, until, by } = await onTheRelay();
  hinder("paused");
  take();
  await settled();
  assert.equal(opened[0].sent.length, 0);
  hinder(null);
  await settled();
  await until(() => opened[0].sent.length > 0 || by.length > 2);
  hinder("not_granted");
  assert.ok(opened[0].closed);
  assert.equal(transfer.state, "failed");
});

test("a relay ends with the connection", async () => {
  const { sender, opened } = await onTheRelay();
  sender.reset();
  assert.ok(opened[0].closed);
});

// ---- the console receives

test("the receiver takes chunks by either road, and says after a loss where to go on", async () => {
  const said = [];
  const staging = new PaperStaging();
  const receiver = new FileReceiver({ send: (message) => said.push(message) > 0, granted: () => true, staging, now: () => 0, changed: () => {} });
  const bytes = noise(50_000);
  receiver.hear({ type: "file.offer", transfer: "t-1", items: [{ name: "a", size_bytes: 50_000 }], files: 1, folders: 0, size_bytes: 50_000 });
  await settled();
  receiver.hear({ type: "file.begin", transfer: "t-1", stream: 1, path: ["a"], size_bytes: 50_000, key: "a".repeat(64) });
  await settled();
  receiver.hearChunk(packChunk(1, 0, bytes.slice(0, 10_000)));
  receiver.hearChunk(packChunk(1, 10_000, bytes.slice(10_000, 30_000)), "relay");
  assert.equal(receiver.transfers[0].road, "relay");
  receiver.hear({ type: "file.again", stream: 1 });
  assert.deepEqual(said.at(-1), { type: "file.ready", stream: 1, offset: 30_000 });
  receiver.hearChunk(packChunk(1, 30_000, bytes.slice(30_000)));
  assert.equal(receiver.transfers[0].road, "direct");
  receiver.hear({ type: "file.end", stream: 1, sha256: sha256(bytes) });
  await settled();
  assert.equal(said.at(-1).type, "file.done");
});

function invited({ receiving = true, allowed = true, canSeal = true } = {}) {
  const said = [];
  const opened = [];
  const came = [];
  const pair = new RelayPair({
    want: () => true,
    say: (message) => said.push(message) > 0,
    open: async (options) => {
      opened.push(Object.assign(new PaperRelay(), options));
      return opened.at(-1);
    },
    canSeal,
    allowed: () => allowed,
    receiving: () => receiving,
    opened: () => {},
    lost: () => {},
    came: (message) => came.push(message),
  });
  pair.hear({ type: "file.relay", relay_id: "r-1", secret: "s".repeat(43) });
  pair.answered({ type: "relay.offered", relay_id: "r-1", ticket: "t".repeat(43) });
  return { pair, said, opened, came };
}

test("a receiver comes with ticket and secret, and takes nothing after it was told to go on elsewhere", async () => {
  const { pair, opened, came } = invited();
  await settled();
  opened[0].onMessage("first");
  pair.hear({ type: "file.again", stream: 1 });
  opened[0].onMessage("too late");
  assert.deepEqual(came, ["first"]);
  assert.ok(opened[0].closed);
});

test("a receiver comes to no relay that it has no reason for, and says so", () => {
  assert.deepEqual(invited({ receiving: false }).said, [{ type: "file.relay_over", relay_id: "r-1", reason: null }]);
  assert.deepEqual(invited({ allowed: false }).said[0].reason, null);
  assert.deepEqual(invited({ canSeal: false }).said[0].reason, "insecure");
  for (const refused of [{ receiving: false }, { canSeal: false }]) assert.deepEqual(invited(refused).opened, []);
});

test("when a receiver's relay breaks, the sender is told", async () => {
  const { said, opened } = invited();
  await settled();
  opened[0].onClosed();
  assert.deepEqual(said, [{ type: "file.relay_over", relay_id: "r-1" }]);
});
