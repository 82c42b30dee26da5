// Whatever the support client sends, what reads it gives a message, or nothing; it never throws, and takes no time.
import assert from "node:assert/strict";
import { test } from "node:test";
import { unpackChunk } from "../../technician_console/src/files/chunk.js";
import { sizeInBase64, sizeOf } from "../../technician_console/src/png.js";
import { Seal, newSecret } from "../../technician_console/src/relay/seal.js";
import { fits, messageIn } from "../../technician_console/src/shape.js";
import { MESSAGES, PARTS } from "../../technician_console/src/shapes.js";
import { decodeSmall } from "../../technician_console/src/tiles/decode.js";
import { parse } from "../../technician_console/src/tiles/messages.js";
import { snapshot } from "./builders.mjs";
import { rig } from "./live_rig.mjs";

const ROUNDS = 3000;
const MOST_MS = 500;

/** Mulberry32: the same numbers every time. */
function chance(seed) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count) => Math.floor(next() * count);
  return { next, below, one: (list) => list[below(list.length)], maybe: (share) => next() < share };
}

const ODD = [null, true, 0, -1, 0.5, 2 ** 53, -(2 ** 31), "", "\0", "__proto__", "constructor", "../..", "\u202e", "x".repeat(5000), [], {}, [[]]];
const TEXTS = ["", "a", "Zoë", "a b\nc", "🙂", "../x", "<b>", "\u202ea", "x".repeat(200), "constructor", "__proto__"];
const PATTERNED = {
  "^[0-9a-f-]{36}$": "01234567-89ab-4cde-8f01-23456789abcd",
  "^[0-9a-f]{64}$": "0f".repeat(32),
  "^[0-9a-zA-Z-]{8,64}$": "abcdefgh-1",
  "^[A-Za-z0-9_-]{43}$": "A".repeat(43),
  "^[0-9A-Za-z+/]+={0,2}$": "iVBORw0KGgo=",
  "^usr_[0-9a-f]{32}$": `usr_${"a".repeat(32)}`,
};

/** A value of this shape, more or less. */
function made(shape, random) {
  if (shape.ref) return made(PARTS[shape.ref], random);
  if ("const" in shape) return shape.const;
  if (shape.enum) return random.one(shape.enum);
  if (shape.anyOf) return made(random.one(shape.anyOf), random);
  const least = shape.minimum ?? 0;
  switch (shape.type) {
    case "object":
      return Object.fromEntries(
        Object.entries(shape.properties ?? {})
          .filter(([name]) => name === "type" || shape.required?.includes(name) || random.maybe(0.5))
          .map(([name, part]) => [name, made(part, random)]));
    case "array":
      if (shape.prefixItems) return shape.prefixItems.map((part) => made(part, random));
      return Array.from({ length: (shape.minItems ?? 0) + random.below(4) }, () => made(shape.items ?? {}, random));
    case "string":
      if (shape.format === "date-time") return "2026-11-23T09:00:00Z";
      return PATTERNED[shape.pattern] ?? random.one(TEXTS);
    case "integer":
      return random.one([least, least + 1, least + random.below(1000), shape.maximum ?? 2 ** 53 - 1]);
    case "number":
      return random.one([least, least + random.next(), shape.maximum ?? 1e9]);
    case "boolean":
      return random.maybe(0.5);
    case "null":
      return null;
    default:
      return random.one(ODD);
  }
}

/** Another value somewhere, a field less, or one more. */
function bent(message, random) {
  const name = random.one(Object.keys(message));
  const changed = { ...message };
  if (random.maybe(0.25)) delete changed[name];
  else if (random.maybe(0.2)) changed[random.one(["more", "toString", "id"])] = random.one(ODD);
  else changed[name] = random.one(ODD);
  return changed;
}

function bytes(random, most) {
  const made = Uint8Array.from({ length: random.below(most) }, () => (random.maybe(0.5) ? random.below(4) : random.below(256)));
  return made.buffer;
}

function quickly(what) {
  const began = performance.now();
  what();
  assert.ok(performance.now() - began < MOST_MS);
}

test("a message is one of the protocol, or nothing", () => {
  const random = chance(1);
  const taken = { right: 0, refused: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const label = random.one(Object.keys(MESSAGES));
    const right = made(random.one(Object.values(MESSAGES[label])), random);
    const sent = random.maybe(0.5) ? bent(right, random) : right;
    const message = messageIn(label, JSON.stringify(sent));
    taken[message ? "right" : "refused"] += 1;
    if (message) assert.ok(fits(MESSAGES[label][message.type], sent));
  }
  assert.ok(taken.right > ROUNDS / 5, `${taken.right} right`);
  assert.ok(taken.refused > ROUNDS / 5, `${taken.refused} refused`);
});

test("what is no message at all is nothing", () => {
  const none = ["", "null", "1", "[]", '"x"', "{", "{}", '{"type":1}', '{"type":"__proto__"}', '{"type":"constructor"}', "[".repeat(60_000)];
  for (const text of none) for (const label of [...Object.keys(MESSAGES), "tiles", "__proto__"]) assert.equal(messageIn(label, text), null);
});

test("a message of another channel is nothing", () => {
  assert.ok(messageIn("control", '{"type":"heartbeat","sent_at_ms":1}'));
  assert.equal(messageIn("chat", '{"type":"heartbeat","sent_at_ms":1}'), null);
});

test("a session outlives whatever its support client says", async (context) => {
  const random = chance(2);
  const side = rig(context);
  side.hear(snapshot({ state: "consented", client_present: true }));
  const { events } = side.peers.at(-1);
  for (const label of Object.keys(MESSAGES)) events.opened(label);
  events.connected();
  let heard = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const label = random.one(Object.keys(MESSAGES));
    const right = made(random.one(Object.values(MESSAGES[label])), random);
    const message = messageIn(label, JSON.stringify(random.maybe(0.3) ? bent(right, random) : right));
    if (!message) continue;
    heard += 1;
    quickly(() => events.message(label, message));
    if (round % 50 === 0) quickly(() => events.chunk(bytes(random, 64)));
    await null;
  }
  assert.ok(heard > ROUNDS / 3, `${heard} heard`);
  assert.equal(side.live.state.peer.phase, "connected");
});

test("a message of tiles is read, or nothing", () => {
  const random = chance(3);
  for (let round = 0; round < ROUNDS; round++) quickly(() => parse(bytes(random, 80)));
  assert.equal(parse(new ArrayBuffer(0)), null);
});

test("a small tile is decoded, or nothing", () => {
  const random = chance(4);
  for (let round = 0; round < ROUNDS; round++) {
    const parts = [["IHDR", header(random)], ["PLTE", new Uint8Array(bytes(random, 12))], ["IDAT", new Uint8Array(bytes(random, 40))]];
    quickly(() => {
      const tile = decodeSmall(png(parts, random));
      if (tile) assert.equal(tile.data.length, 4 * tile.width * tile.height);
    });
  }
});

function header(random) {
  const head = new DataView(new ArrayBuffer(13));
  const sizes = [0, 1, 8, 64, 65535, 2 ** 31, 2 ** 32 - 8, 2 ** 32 - 1];
  head.setUint32(0, random.one(sizes));
  head.setUint32(4, random.one(sizes));
  head.setUint8(8, random.one([1, 8, 2]));
  head.setUint8(9, 3);
  return new Uint8Array(head.buffer);
}

function png(parts, random) {
  const made = [137, 80, 78, 71, 13, 10, 26, 10];
  for (const [kind, data] of parts) {
    const length = random.maybe(0.9) ? data.length : random.one([0, 2 ** 31, 2 ** 32 - 1]);
    made.push(length >>> 24, (length >>> 16) & 255, (length >>> 8) & 255, length & 255);
    made.push(...[...kind].map((letter) => letter.charCodeAt(0)), ...data, 0, 0, 0, 0);
  }
  return Uint8Array.from(made);
}

test("a width that no tile has is no tile", () => {
  const head = new DataView(new ArrayBuffer(13));
  head.setUint32(0, 2 ** 32 - 1);
  head.setUint32(4, 1);
  head.setUint8(8, 1);
  head.setUint8(9, 3);
  // One byte of rows, compressed: as long as a width that ran over would need.
  const rows = Uint8Array.from([120, 156, 99, 0, 0, 0, 1, 0, 1]);
  const tile = png([["IHDR", new Uint8Array(head.buffer)], ["PLTE", new Uint8Array(6)], ["IDAT", rows]], { maybe: () => true });
  assert.equal(decodeSmall(tile), null);
});

test("a PNG says how large it is, or nothing", () => {
  const random = chance(7);
  const text = Buffer.from(png([["IHDR", header(random)]], random)).toString("base64");
  assert.deepEqual(sizeInBase64(text), sizeOf(Buffer.from(text, "base64")));
  for (const none of ["", "iVBORw0KGgo=", "*".repeat(40), "é"]) assert.equal(sizeInBase64(none), null);
});

test("a piece of a file is read, or nothing", () => {
  const random = chance(5);
  for (let round = 0; round < ROUNDS; round++) {
    const message = bytes(random, 40);
    const piece = unpackChunk(message);
    assert.equal(piece === null, message.byteLength <= 12);
  }
});

test("a frame of a relay that the other side did not seal never opens", async () => {
  const random = chance(6);
  const seal = await Seal.of(newSecret(), "r".repeat(20), "client");
  for (let round = 0; round < 200; round++) await assert.rejects(() => seal.open(bytes(random, 60)));
});
