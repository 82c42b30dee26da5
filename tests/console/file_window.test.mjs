import assert from "node:assert/strict";
import { test } from "node:test";
import { packChunk, unpackChunk } from "../../technician_console/src/files/chunk.js";
import { Rate } from "../../technician_console/src/files/rate.js";
import { ChannelRoad } from "../../technician_console/src/files/road.js";
import { Window } from "../../technician_console/src/files/window.js";

const KIB = 1024;

/** Sends all that a line of so many bytes a millisecond and so long a round trip lets through, in steps of a millisecond. */
function run(window, { rate, roundTrip, from = 0, for: duration }) {
  const waits = [];
  const news = [];
  let freeAt = from;
  let arrived = window.total;
  for (let now = from; now < from + duration; now += 1) {
    while (news.length > 0 && news[0].at <= now) window.acknowledged((arrived = news.shift().total), now);
    while (window.room >= 16 * KIB) {
      window.sent(16 * KIB, now);
      waits.push({ now, wait: Math.max(0, freeAt - now) });
      freeAt = Math.max(freeAt, now) + (16 * KIB) / rate;
      news.push({ at: freeAt + roundTrip, total: window.total });
    }
  }
  return { arrived, waits };
}

test("a window grows to what a long line holds, and its queue stays a moment however long the file is", () => {
  const window = new Window();
  const { arrived, waits } = run(window, { rate: 10_000, roundTrip: 40, for: 60_000 });
  assert.ok(arrived > 0.9 * 10_000 * 60_000, String(arrived));
  assert.ok(Math.max(...waits.filter(({ now }) => now > 2000).map(({ wait }) => wait)) < 60);
});

test("on a slow line little is under way", () => {
  const window = new Window();
  const { arrived, waits } = run(window, { rate: 625, roundTrip: 40, for: 20_000 });
  assert.ok(arrived > 0.85 * 625 * 20_000, String(arrived));
  assert.ok(Math.max(...waits.filter(({ now }) => now > 2000).map(({ wait }) => wait)) < 60);
});

test("it is 8 MiB at most, and a few pieces on the slowest line", () => {
  const small = new Window();
  run(small, { rate: 10, roundTrip: 40, for: 30_000 });
  assert.ok(small.size >= 32 * KIB && small.size <= 64 * KIB, String(small.size));
  const large = new Window();
  run(large, { rate: 10_000_000, roundTrip: 40, for: 3000 });
  assert.equal(large.size, 8 * KIB * KIB);
});

test("until something is known of the rate it grows by what arrives", () => {
  const window = new Window();
  window.sent(16 * KIB, 0);
  window.acknowledged(16 * KIB, 40);
  assert.equal(window.size, 80 * KIB);
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
