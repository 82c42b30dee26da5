import assert from "node:assert/strict";
import { test } from "node:test";
import { packChunk, unpackChunk } from "../../technician_console/src/files/chunk.js";
import { Rate } from "../../technician_console/src/files/rate.js";
import { ChannelRoad } from "../../technician_console/src/files/road.js";
import { Window } from "../../technician_console/src/files/window.js";

const KIB = 1024;

test("a window doubles with each round trip while acknowledgements are as fast as the fastest", () => {
  const window = new Window();
  assert.equal(window.room, 64 * KIB);
  window.sent(64 * KIB, 0);
  assert.equal(window.room, 0);
  window.acknowledged(64 * KIB, 10);
  assert.equal(window.size, 128 * KIB);
  window.sent(128 * KIB, 10);
  window.acknowledged(192 * KIB, 20);
  assert.equal(window.size, 256 * KIB);
});

test("a late acknowledgement shrinks it once a round trip, and growth is an eighth from then on", () => {
  const window = new Window();
  window.sent(32 * KIB, 0);
  window.acknowledged(32 * KIB, 10);
  window.sent(32 * KIB, 1000);
  window.sent(32 * KIB, 1000);
  window.acknowledged(64 * KIB, 1040);
  const shrunk = Math.floor(96 * KIB * 0.7);
  assert.equal(window.size, shrunk);
  window.acknowledged(96 * KIB, 1041);
  assert.equal(window.size, shrunk);
  window.sent(32 * KIB, 2000);
  window.acknowledged(128 * KIB, 2010);
  assert.equal(window.size, shrunk + 4 * KIB);
});

test("it stays between 32 KiB and 8 MiB", () => {
  const small = new Window();
  small.sent(1, 0);
  small.acknowledged(1, 1);
  for (let round = 1; round < 30; round += 1) {
    small.sent(1, round * 10_000);
    small.acknowledged(1 + round, round * 10_000 + 500);
  }
  assert.equal(small.size, 32 * KIB);
  const large = new Window();
  for (let total = 0, round = 0; round < 30; round += 1) {
    const bytes = large.room;
    large.sent(bytes, round);
    large.acknowledged((total += bytes), round + 1);
  }
  assert.equal(large.size, 8 * KIB * KIB);
});

test("what is forgotten leaves its room free and teaches nothing", () => {
  const window = new Window();
  window.sent(64 * KIB, 0);
  window.forget();
  assert.equal(window.room, 64 * KIB);
  window.acknowledged(64 * KIB, 10_000);
  assert.equal(window.size, 64 * KIB);
});

test("nobody acknowledges more than was sent", () => {
  const window = new Window();
  window.sent(10, 0);
  window.acknowledged(1_000_000, 1);
  assert.equal(window.room, window.size);
});

test("a chunk is its stream, its offset and its bytes", () => {
  const packed = packChunk(2 ** 32 - 1, 2 ** 40 + 5, Uint8Array.of(7, 8));
  assert.equal(Buffer.from(packed).toString("hex"), "ffffffff00000100000000050708");
  assert.deepEqual(unpackChunk(packed), { stream: 2 ** 32 - 1, offset: 2 ** 40 + 5, bytes: Uint8Array.of(7, 8) });
  assert.equal(unpackChunk(new ArrayBuffer(12)), null);
});

test("the data channel is a road that never has more than 256 KiB before it", () => {
  const sent = [];
  const channel = { readyState: "open", bufferedAmount: 0, bufferedAmountLowThreshold: 0, onbufferedamountlow: null, send: (data) => sent.push(data) };
  const road = new ChannelRoad(channel);
  assert.equal(road.room, 256 * KIB);
  channel.bufferedAmount = 300 * KIB;
  assert.ok(road.room < 0);
  let woken = 0;
  road.onroom = () => (woken += 1);
  channel.onbufferedamountlow();
  assert.equal(woken, 1);
  assert.equal(road.send(new ArrayBuffer(1)), true);
  channel.readyState = "closing";
  assert.equal(road.send(new ArrayBuffer(1)), false);
  assert.equal(sent.length, 1);
});

test("a rate is that of the last three seconds", () => {
  const rate = new Rate();
  assert.equal(rate.at(0), 0);
  for (let at = 0; at <= 10_000; at += 200) rate.add(at < 5000 ? 1000 : 200, at);
  assert.ok(Math.abs(rate.at(10_000) - 1000) < 100, String(rate.at(10_000)));
  assert.equal(rate.at(14_000), 0);
});
