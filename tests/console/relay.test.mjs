import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Seal, newSecret } from "../../technician_console/src/relay/seal.js";
import { openRelay } from "../../technician_console/src/relay/pipe.js";

const vectors = JSON.parse(readFileSync(new URL("../vectors/relay.json", import.meta.url), "utf8"));
const { secret, relay_id: relayId } = vectors;
const bytes = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));
const hex = (buffer) => Buffer.from(buffer).toString("hex");

for (const side of ["client", "console"]) {
  test(`frames of the ${side} are as both sides know them`, async () => {
    const [closing, opening] = [await Seal.of(secret, relayId, side), await Seal.of(secret, relayId, side)];
    for (const { message, frame } of vectors.frames[side]) {
      assert.equal(hex(await closing.close(bytes(message))), frame);
      assert.equal(hex(await opening.open(bytes(frame))), message);
    }
  });
}

test("a secret is fresh and fits the protocol", async () => {
  const secrets = new Set(Array.from({ length: 50 }, newSecret));
  assert.equal(secrets.size, 50);
  for (const each of secrets) assert.match(each, /^[A-Za-z0-9_-]{43}$/);
});

/** A websocket that the test holds the other end of. */
class FakeSocket {
  readyState = 1;
  bufferedAmount = 0;
  sent = [];
  closed = false;
  constructor(url) {
    this.url = url;
  }
  send(data) {
    this.sent.push(data);
  }
  close() {
    this.closed = true;
    this.readyState = 3;
  }
  /** The broker, or the network, closes it. */
  cut() {
    this.readyState = 3;
    this.onclose?.();
  }
}

async function rig() {
  const came = [];
  let over = 0;
  let socket;
  const opening = openRelay({
    url: "wss://broker/api/v1/ws/relay",
    ticket: "t".repeat(43),
    secret,
    relayId,
    onMessage: (message) => came.push(hex(message)),
    onClosed: () => (over += 1),
    connect: (url) => (socket = new FakeSocket(url)),
  });
  while (!socket?.onopen) await new Promise(setImmediate);
  socket.onopen();
  return { came, socket, opening, over: () => over, client: await Seal.of(secret, relayId, "client"), ours: await Seal.of(secret, relayId, "console") };
}

async function opened() {
  const parts = await rig();
  parts.socket.onmessage({ data: '{"type":"relay.open"}' });
  return { ...parts, relay: await parts.opening };
}

/** Until this is so: WebCrypto works in threads of its own. */
async function until(condition) {
  for (let turn = 0; turn < 5000 && !condition(); turn += 1) await new Promise((done) => setTimeout(done, 1));
  assert.ok(condition());
}

test("it says its ticket first, and is open once the other side is there", async () => {
  const { socket } = await opened();
  assert.equal(socket.url, `wss://broker/api/v1/ws/relay/${relayId}`);
  assert.deepEqual(JSON.parse(socket.sent[0]), { type: "relay.enter", ticket: "t".repeat(43) });
});

test("messages go both ways in their order", async () => {
  const { relay, socket, came, client, ours } = await opened();
  for (let n = 0; n < 30; n += 1) {
    socket.onmessage({ data: await client.close(new Uint8Array([n])) });
    void relay.send(new Uint8Array(1000 * (30 - n)).fill(n).buffer);
  }
  assert.equal(await relay.send(new Uint8Array([99]).buffer), true);
  await until(() => came.length === 30);
  assert.deepEqual(came, Array.from({ length: 30 }, (_, n) => n.toString(16).padStart(2, "0")));
  for (const [n, frame] of socket.sent.slice(1, 31).entries()) assert.equal(new Uint8Array(await ours.open(frame))[0], n);
});

const MISCHIEF = {
  flipped: ([a, b]) => [a, new Uint8Array(b).map((byte, at) => (at === 0 ? byte ^ 1 : byte)).buffer],
  replayed: ([a]) => [a, a],
  reordered: ([a, , c]) => [a, c],
  cut: ([a, b]) => [a, b.slice(0, -1)],
  emptied: ([a]) => [a, new ArrayBuffer(0)],
  text: ([a]) => [a, "hello"],
  large: ([a]) => [a, new ArrayBuffer(300 * 1024)],
};
for (const [name, mischief] of Object.entries(MISCHIEF)) {
  test(`a frame that is ${name} ends the relay, and nothing false comes`, async () => {
    const { relay, socket, came, client, over } = await opened();
    const frames = [];
    for (let n = 0; n < 3; n += 1) frames.push(await client.close(new Uint8Array([n])));
    for (const data of mischief(frames)) socket.onmessage({ data });
    await until(() => over() === 1);
    assert.deepEqual(came, ["00"]);
    assert.ok(socket.closed);
    assert.equal(await relay.send(new ArrayBuffer(1)), false);
  });
}

test("what this page sent does not come back to it", async () => {
  const { relay, socket, came, over } = await opened();
  await relay.send(new Uint8Array([1]).buffer);
  socket.onmessage({ data: socket.sent[1] });
  await until(() => over() === 1);
  assert.deepEqual(came, []);
});

test("when the broker closes it, what had come is handed on first", async () => {
  const { socket, came, client, over } = await opened();
  socket.onmessage({ data: await client.close(new Uint8Array([7])) });
  socket.cut();
  await until(() => over() === 1);
  assert.deepEqual(came, ["07"]);
});

test("closing it here is not told", async () => {
  const { relay, socket, came, client, over } = await opened();
  relay.close();
  socket.onmessage({ data: await client.close(new Uint8Array([7])) });
  socket.cut();
  await new Promise((done) => setTimeout(done, 20));
  assert.deepEqual([came, over()], [[], 0]);
});

test("a refusal, and a broker that is gone, are no relay", async () => {
  const refused = await rig();
  refused.socket.onmessage({ data: '{"type":"error","code":"not_permitted"}' });
  await assert.rejects(refused.opening);
  assert.ok(refused.socket.closed);
  const gone = await rig();
  gone.socket.cut();
  await assert.rejects(gone.opening);
});
