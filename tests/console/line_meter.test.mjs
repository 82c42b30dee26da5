import assert from "node:assert/strict";
import { test } from "node:test";
import { LineMeter } from "../../technician_console/src/line_meter.js";
import { QualityReport } from "../../technician_console/src/quality_report.js";

/** An RTCStatsReport of these reports. */
const stats = (...reports) => new Map(reports.map((report) => [report.id, report]));
const codec = { id: "codec", type: "codec", mimeType: "video/H264" };
const video = (change) => ({ id: "video", type: "inbound-rtp", kind: "video", codecId: "codec", timestamp: 1_000, framesDecoded: 10, bytesReceived: 1_000, headerBytesReceived: 100, ...change });
const channel = (label, bytesReceived) => ({ id: label, type: "data-channel", label, bytesReceived });
const pair = (candidateType) => [
  { id: "transport", type: "transport", selectedCandidatePairId: "pair" },
  { id: "pair", type: "candidate-pair", localCandidateId: "here", remoteCandidateId: "there" },
  { id: "here", type: "local-candidate", candidateType: "host" },
  { id: "there", type: "remote-candidate", candidateType },
];

test("rates are those between two readings, video and tiles together", () => {
  const meter = new LineMeter();
  const first = meter.read(stats(codec, video(), channel("tiles", 500), channel("chat", 9)));
  assert.deepEqual([first.framesPerSecond, first.kilobitsPerSecond], [null, null]);
  const later = video({ timestamp: 3_000, framesDecoded: 70, bytesReceived: 11_000, headerBytesReceived: 600 });
  const second = meter.read(stats(codec, later, channel("tiles", 2_000), channel("chat", 9_999)));
  assert.deepEqual([second.framesPerSecond, second.kilobitsPerSecond], [30, 48]);
});

test("a still picture has no frames and no bits", () => {
  const meter = new LineMeter();
  meter.read(stats(video()));
  const { framesPerSecond, kilobitsPerSecond } = meter.read(stats(video({ timestamp: 2_000 })));
  assert.deepEqual([framesPerSecond, kilobitsPerSecond], [0, 0]);
});

test("the codec is named, and whether the way is direct", () => {
  const { codec: name, path } = new LineMeter().read(stats(codec, video(), ...pair("srflx")));
  assert.deepEqual([name, path], ["H264", "direct"]);
  assert.equal(new LineMeter().read(stats(...pair("relay"))).path, "turn_udp");
  const ours = { id: "here", type: "local-candidate", candidateType: "relay", relayProtocol: "tls" };
  assert.equal(new LineMeter().read(stats(...pair("srflx"), ours)).path, "turn_tls");
});

test("a connection that tells nothing yet says so", () => {
  const nothing = { codec: null, path: null, framesPerSecond: null, kilobitsPerSecond: null, loss: null };
  assert.deepEqual(new LineMeter().read(stats()), nothing);
  const nominated = { id: "pair", type: "candidate-pair", nominated: true };
  assert.equal(new LineMeter().read(stats(nominated)).path, "direct");
});

test("what was lost between two readings is a part of what was sent", () => {
  const meter = new LineMeter();
  meter.read(stats(video({ packetsReceived: 100, packetsLost: 7 })));
  assert.equal(meter.read(stats(video({ timestamp: 2_000, packetsReceived: 195, packetsLost: 12 }))).loss, 0.05);
  assert.equal(meter.read(stats(video({ timestamp: 3_000, packetsReceived: 195, packetsLost: 12 }))).loss, null);
});

test("the broker is told every ten seconds, of all that was lost meanwhile", () => {
  const report = new QualityReport();
  assert.equal(report.take({ roundTripMs: null, loss: 0.2 }, 0), null);
  assert.deepEqual(report.take({ roundTripMs: 41.6, loss: 0 }, 1_000), { type: "peer.quality", line: { round_trip_ms: 42, loss: 0.1 } });
  assert.equal(report.take({ roundTripMs: 41, loss: 0 }, 10_999), null);
  assert.deepEqual(report.take({ roundTripMs: 50, loss: null }, 11_000)?.line, { round_trip_ms: 50, loss: 0 });
  assert.deepEqual(report.take({ roundTripMs: 50, loss: null }, 21_000)?.line, { round_trip_ms: 50, loss: null });
});
