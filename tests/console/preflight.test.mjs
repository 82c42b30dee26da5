import assert from "node:assert/strict";
import { test } from "node:test";
import { TRY_MS, targetsOf, tryWays } from "../../technician_console/src/preflight.js";
import { PREFLIGHT_S } from "../../technician_console/src/protocol.js";

const TURN = { urls: ["turn:t:3478?transport=udp", "turn:t:3478?transport=tcp", "turns:t:443?transport=tcp"], username: "u", credential: "c" };
const ended = { candidate: null };
const candidate = (type) => ({ candidate: { type } });
const error = (errorCode) => ({ errorCode });

/** A browser whose connections say this, by the URL they were given, when they gather. */
function browser(sayings) {
  const made = [];
  const make = (configuration) => {
    const [url] = configuration.iceServers[0].urls;
    if (!(url in sayings)) throw new TypeError("cannot be read");
    const connection = {
      configuration,
      closed: false,
      onicecandidateerror: null,
      createDataChannel() {},
      async setLocalDescription() {
        for (const saying of sayings[url]) {
          if ("errorCode" in saying) connection.onicecandidateerror(saying);
          else connection.onicecandidate(saying);
        }
      },
      close: () => void (connection.closed = true),
    };
    made.push(connection);
    return connection;
  };
  return { made, make };
}

const outcomes = (trials) => trials.map(({ way, outcome, code }) => [way, outcome, code]);

test("each server is asked alone, a TURN server for STUN too where there is no other", () => {
  const targets = targetsOf([TURN]).map(({ way, server }) => [way, server.urls[0], server.username]);
  assert.deepEqual(targets, [
    ["direct", "stun:t:3478", undefined],
    ["turn_udp", TURN.urls[0], "u"],
    ["turn_tcp", TURN.urls[1], "u"],
    ["turn_tls", TURN.urls[2], "u"],
  ]);
  assert.deepEqual(targetsOf([{ urls: ["stun:s"] }, TURN]).map(({ server }) => server.urls[0])[0], "stun:s");
  assert.deepEqual(targetsOf([{ urls: ["stuns:s", "turns:t?transport=udp", "http://x"] }]), []);
});

test("what works, what refuses and what cannot be reached is told as that", async () => {
  const { made, make } = browser({
    "stun:t:3478": [candidate("host"), candidate("srflx")],
    [TURN.urls[0]]: [error(701), error(401), error(701), ended],
    [TURN.urls[1]]: [error(701), ended],
    [TURN.urls[2]]: [error(701), candidate("relay")],
  });
  const trials = await tryWays([TURN], make);
  assert.deepEqual(outcomes(trials), [
    ["direct", "works", null],
    ["turn_udp", "refused", 401],
    ["turn_tcp", "unreachable", null],
    ["turn_tls", "works", null],
  ]);
  assert.ok(made.every(({ closed }) => closed));
  assert.deepEqual(made.map(({ configuration }) => configuration.iceTransportPolicy), ["all", "relay", "relay", "relay"]);
});

test("without a NAT a STUN server tells nothing new, and has answered all the same", async () => {
  const { make } = browser({ "stun:s": [candidate("host"), ended], [TURN.urls[0]]: [ended] });
  const trials = await tryWays([{ urls: ["stun:s", TURN.urls[0]] }], make);
  assert.deepEqual(outcomes(trials), [["direct", "works", null], ["turn_udp", "silent", null]]);
});

test("whoever stays silent is given up in time", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { made, make } = browser({ "stun:s": [candidate("host")] });
  const trying = tryWays([{ urls: ["stun:s"] }], make);
  await Promise.resolve();
  context.mock.timers.tick(TRY_MS);
  assert.deepEqual(outcomes(await trying), [["direct", "silent", null]]);
  assert.ok(made[0].closed);
  assert.ok(TRY_MS < PREFLIGHT_S * 1000);
});

test("a URL that the browser cannot read does not keep others from being tried", async () => {
  const { make } = browser({ "stun:s": [candidate("srflx")] });
  assert.deepEqual(outcomes(await tryWays([{ urls: ["stun:[", "stun:s"] }], make)), [
    ["direct", "unreachable", null],
    ["direct", "works", null],
  ]);
});
