// The way of last resort at the console: its form, what opens it, what ends it, and when it is taken.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { TunnelChannel } from "../../technician_console/src/tunnel/channel.js";
import { pack, unpack } from "../../technician_console/src/tunnel/messages.js";
import { newNonce, tunnelSecret } from "../../technician_console/src/tunnel/secret.js";
import { TunnelWay } from "../../technician_console/src/tunnel/way.js";
import { DIRECT_AGAIN_MS, WayChoice } from "../../technician_console/src/way_choice.js";

const vectors = JSON.parse(readFileSync(new URL("../vectors/tunnel.json", import.meta.url), "utf8"));
const bytes = (hex) => Uint8Array.from(Buffer.from(hex, "hex")).buffer;
const hex = (buffer) => Buffer.from(buffer).toString("hex");
const { peer_id: peerId, console_nonce: ours, client_nonce: theirs } = vectors;
const shared = bytes(vectors.shared);
const ticket = "t".repeat(43);

test("the secret is as both sides know it", async () => {
  assert.equal(await tunnelSecret(shared, peerId, ours, theirs), vectors.secret);
});

for (const { label, text, binary, packed } of vectors.messages) {
  test(`a message of ${label} is as both sides know it`, () => {
    const message = text ?? bytes(binary);
    assert.equal(hex(pack(label, message)), packed);
    const told = unpack(bytes(packed));
    assert.equal(told.label, label);
    assert.deepEqual(told.data, message);
  });
}

for (const packed of vectors.refused) {
  test(`${packed} is no message`, () => assert.equal(unpack(bytes(packed)), null));
}

test("a nonce is fresh and fits the protocol", () => {
  const nonces = new Set(Array.from({ length: 50 }, newNonce));
  assert.equal(nonces.size, 50);
  for (const each of nonces) assert.match(each, /^[0-9a-f]{64}$/);
});

/** A way whose relay is the test's. */
async function rig({ secret = shared } = {}) {
  const signals = [];
  const channels = {};
  const broke = [];
  const sent = [];
  let options;
  const relay = { waiting: 0, closed: false, send: async (message) => sent.push(message) > 0, close: () => (relay.closed = true) };
  const way = new TunnelWay(peerId, {
    shared: async () => secret,
    openRelay: async (given) => {
      options = given;
      return relay;
    },
  });
  await way.start({
    signal: (message) => signals.push(message),
    channel: (label, channel) => (channels[label] = channel),
    stream: () => {},
    broke: (reason) => broke.push(reason),
  });
  const answer = { type: "peer.tunnel", peer_id: peerId, kind: "answer", nonce: theirs, ticket };
  return { way, signals, channels, broke, sent, relay, answer, options: () => options, hear: (message) => options.onMessage(message) };
}

async function opened() {
  const parts = await rig();
  await parts.way.accept(parts.answer);
  parts.hear(new ArrayBuffer(0));
  return parts;
}

test("it offers a fresh nonce, and comes to the relay once it is answered", async () => {
  const { way, signals, answer, options, sent } = await rig();
  const [offer] = signals;
  assert.deepEqual({ ...offer, nonce: "" }, { type: "peer.tunnel", peer_id: peerId, kind: "offer", nonce: "" });
  await way.accept(answer);
  await way.accept(answer); // twice is once
  const secret = await tunnelSecret(shared, peerId, offer.nonce, theirs);
  assert.deepEqual([options().ticket, options().relayId, options().secret], [ticket, peerId, secret]);
  assert.deepEqual(sent.map((message) => message.byteLength), [0]);
  way.close();
});

test("its channels are open once the client has shown that it has the secret, and not before", async () => {
  const { way, channels, answer, hear, sent } = await rig();
  const open = [];
  for (const [label, channel] of Object.entries(channels)) channel.onopen = () => open.push(label);
  await way.accept(answer);
  assert.throws(() => channels.control.send("x"), DOMException);
  hear(new ArrayBuffer(0));
  assert.deepEqual(open.sort(), ["chat", "clipboard", "control", "files", "guide", "input", "pointer", "shown", "tiles"]);
  channels.chat.send("hello");
  assert.deepEqual(unpack(sent[1]), { label: "chat", data: "hello" });
  const heard = [];
  channels.files.onmessage = ({ data }) => heard.push(hex(data));
  hear(pack("files", bytes("0102")));
  assert.deepEqual(heard, ["0102"]);
  way.close();
});

test("what comes before a hello, or cannot be, is damage", async () => {
  const { way, broke, answer, hear } = await rig();
  await way.accept(answer);
  hear(pack("control", "{}"));
  assert.deepEqual(broke, ["tunnel_damaged"]);
  const other = await opened();
  other.hear(bytes("ff00"));
  assert.deepEqual(other.broke, ["tunnel_damaged"]);
  way.close();
  other.way.close();
});

test("it tells a relay that is over from one that was tampered with", async () => {
  for (const [damaged, reason] of [[true, "tunnel_damaged"], [false, "connect_timeout"]]) {
    const { way, broke, options } = await opened();
    options().onClosed(damaged);
    assert.deepEqual(broke, [reason]);
    way.close();
  }
});

test("without a secret that both sides share there is none", async () => {
  const { way, broke, answer } = await rig({ secret: null });
  await way.accept(answer);
  assert.deepEqual(broke, ["connect_timeout"]);
  way.close();
});

test("once closed it says nothing, and lets go of the relay", async () => {
  const { way, channels, broke, relay, options } = await opened();
  way.close();
  options().onClosed(true);
  assert.deepEqual([broke, relay.closed, channels.chat.readyState], [[], true, "closed"]);
});

test("a channel tells when there is room again", () => {
  let waiting = 0;
  let told = 0;
  const channel = new TunnelChannel(() => {}, () => waiting);
  channel.bufferedAmountLowThreshold = 100;
  channel.onbufferedamountlow = () => (told += 1);
  for (const amount of [50, 200, 150, 90, 20, 300, 0]) {
    waiting = amount;
    channel.look();
  }
  assert.equal(told, 2);
});

test("the broker carries the session only where nothing else was found, and only for a while", async () => {
  let now = 0;
  const choice = new WayChoice(() => now);
  const next = (tunnel, canSeal = true) => choice.as({ tunnel, trials: [], told: null }, { secret: async () => shared }, canSeal).way;
  assert.equal(next(true), "direct");
  assert.equal(choice.failed("ice_failed", false), false);
  assert.deepEqual([next(false), next(true, false)], ["direct", "direct"]);
  assert.equal(next(true), "tunnel");
  now = DIRECT_AGAIN_MS;
  assert.equal(next(true), "direct");
  assert.equal(choice.failed("negotiation_failed", true), false);
  assert.equal(choice.failed("connect_timeout", true), true);
  assert.equal(next(true), "tunnel");
  assert.equal(choice.failed("connect_timeout", true), false);
  assert.equal(next(true), "direct");
});

test("a direct way is waited for less long where there is another", () => {
  const choice = new WayChoice(() => 0);
  const patience = (tunnel) => choice.as({ tunnel, trials: [], told: null }, { secret: async () => null }, true).timeoutS;
  assert.deepEqual([patience(true), patience(false)], [10, 15]);
});

const tried = (outcome) => ["turn_udp", "direct"].map((way) => ({ way, outcome, milliseconds: null, url: "turn:t", code: null }));
const [OPEN, CLOSED] = [tried("works"), tried("silent")];

test("what the ways tried have said is not waited for again, where there is a tunnel", () => {
  let now = 0;
  const choice = new WayChoice(() => now);
  const next = (trials, told, tunnel = true) => {
    const { way, timeoutS } = choice.as({ tunnel, trials, told }, { secret: async () => null }, true);
    return [way, timeoutS];
  };
  assert.equal(next(CLOSED, OPEN)[0], "tunnel");
  assert.equal(next(OPEN, CLOSED)[0], "tunnel");
  assert.deepEqual(next(OPEN, CLOSED, false), ["direct", 15]);
  assert.deepEqual(next(CLOSED, CLOSED), ["direct", 3], "both may be on one network");
  assert.deepEqual(next(CLOSED, null), ["direct", 3]);
  assert.deepEqual(next([], null), ["direct", 10]);
  choice.forget();
  assert.equal(next(OPEN, CLOSED)[0], "direct", "the technician asks for it");
  assert.equal(choice.failed("connect_timeout", true), true);
  now = DIRECT_AGAIN_MS;
  assert.equal(next(OPEN, CLOSED)[0], "tunnel");
});
