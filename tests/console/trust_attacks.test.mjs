// The console's side of the string on both screens, with somebody between it and the support client. The
// client's side of the same attacks: tests/hostile/test_relay_between.py.
import assert from "node:assert/strict";
import { test } from "node:test";
import { initialState, reduce } from "../../technician_console/src/session.js";
import { TechnicianTrust } from "../../technician_console/src/technician_trust.js";
import { stringOf } from "../../technician_console/src/trust/calculation.js";
import { makeHand } from "../../technician_console/src/trust/hand.js";
import { snapshot } from "./builders.mjs";

const SESSION = `ses_${"0".repeat(32)}`;
const OURS = Array(32).fill("C0").join(":");
const EVIL = Array(32).fill("66").join(":");
const CLIENT = { nonce: "d".repeat(64), fingerprint: Array(32).fill("D0").join(":"), key: "09".padEnd(64, "0") };
const sdpOf = (fingerprint) => `v=0\r\na=fingerprint:sha-256 ${fingerprint}\r\n`;

/** What a browser has for a certificate; it writes fingerprints in small letters. */
const certificate = { getFingerprints: () => [{ algorithm: "sha-256", value: OURS.toLowerCase() }], expires: Infinity };

/** Hands that live in memory, as those of IndexedDB do. */
class PaperHands {
  kept = new Map();
  async take(key) {
    if (!this.kept.has(key)) this.kept.set(key, await makeHand(async () => certificate, 0));
    return { ...this.kept.get(key) };
  }
  async keep(key, hand) {
    this.kept.set(key, { ...hand });
  }
  async forget(key) {
    this.kept.delete(key);
  }
}

/** A page that shows a session whose end user has joined. */
function page(hands) {
  const open = [{ type: "me.known", accountId: `usr_${"0".repeat(32)}` }, { type: "link.changed", phase: "open" }];
  const made = { state: [...open, snapshot({ state: "joined" })].reduce(reduce, initialState()), sent: [], ready: 0, dropped: 0, deaf: false };
  made.trust = new TechnicianTrust(
    {
      sessionId: SESSION,
      state: () => made.state,
      send: (message) => !made.deaf && made.sent.push(message) > 0,
      show: (change) => void (made.state = reduce(made.state, { type: "trust.changed", change })),
      ready: () => void (made.ready += 1),
      drop: () => void (made.dropped += 1),
    },
    hands === undefined ? new PaperHands() : hands,
  );
  made.types = () => made.sent.map(({ type }) => type);
  made.shown = () => made.state.trust.string?.digits;
  return made;
}

const answerTo = ({ sent }, change = {}) => ({
  type: "trust.answer",
  commitment: sent.find(({ type }) => type === "trust.commit").commitment,
  account_id: null,
  part: CLIENT,
  language: "fr",
  number: 1,
  ...change,
});

async function agreed(hands) {
  const made = page(hands);
  await made.trust.look(false);
  await made.trust.hear(answerTo(made));
  return made;
}

test("both screens show the same, and a peer connection may be offered then", async () => {
  const made = page();
  await made.trust.look(false);
  assert.deepEqual([made.state.trust.phase, made.state.trust.ready, made.ready], ["agreeing", false, 0]);
  await made.trust.hear(answerTo(made));
  assert.deepEqual(made.types(), ["trust.commit", "trust.reveal"]);
  const atClient = await stringOf(SESSION, made.sent[1].part, CLIENT, "fr");
  assert.equal(made.shown(), atClient.digits);
  assert.deepEqual(made.state.trust.string.words, atClient.words);
  assert.deepEqual([made.state.trust.phase, made.state.trust.ready, made.ready], ["agreed", true, 1]);
  assert.equal(made.trust.certificate, certificate);
  assert.equal((await made.trust.secret()).length, 32);
});

test("nothing is said to nobody, nor before an end user has joined", async () => {
  const made = page();
  made.state = reduce(made.state, snapshot({ state: "waiting" }));
  await made.trust.look(false);
  made.state = reduce(made.state, snapshot({ state: "consented", client_present: false }));
  await made.trust.look(false);
  assert.deepEqual(made.sent, []);
});

test("swapped fingerprints make two screens that differ", async () => {
  const made = page();
  await made.trust.look(false);
  await made.trust.hear(answerTo(made, { part: { ...CLIENT, fingerprint: EVIL } }));
  const atClient = await stringOf(SESSION, { ...made.sent[1].part, fingerprint: EVIL }, CLIENT, "fr");
  assert.notDeepEqual(made.state.trust.string.words.concat(made.shown()), atClient.words.concat(atClient.digits));
  assert.equal(made.trust.admits(sdpOf(EVIL)), true, "the programs see nothing: it takes the two people");
  made.trust.distrust("strings_differ");
  assert.deepEqual(made.sent.at(-1), { type: "trust.broken", breach: "strings_differ" });
  assert.deepEqual([made.dropped, made.state.trust.ready], [1, false]);
});

test("nothing of this page's part is shown before the other side has answered", async () => {
  const made = page();
  await made.trust.look(false);
  await made.trust.look(true);
  await made.trust.hear(answerTo(made, { commitment: "0".repeat(64) }));
  assert.deepEqual(made.types(), ["trust.commit", "trust.commit"]);
  assert.deepEqual(Object.keys(made.sent[0]).sort(), ["commitment", "type"]);
  assert.equal(made.shown(), undefined);
});

for (const [what, change] of Object.entries({
  nonce: { part: { ...CLIENT, nonce: "0".repeat(64) } },
  fingerprint: { part: { ...CLIENT, fingerprint: EVIL } },
  key: { part: { ...CLIENT, key: "02".padEnd(64, "0") } },
  language: { language: "en" },
})) {
  test(`whoever chooses another ${what} after the reveal ends the session`, async () => {
    const made = await agreed();
    await made.trust.hear(answerTo(made, change));
    assert.deepEqual(made.sent.at(-1), { type: "trust.broken", breach: "answer" });
    assert.deepEqual([made.state.trust.breach, made.state.trust.ready, made.dropped], ["answer", false, 1]);
  });
}

test("two answers at once are one too many", async () => {
  const made = page();
  await made.trust.look(false);
  await Promise.all([made.trust.hear(answerTo(made)), made.trust.hear(answerTo(made, { part: { ...CLIENT, nonce: "0".repeat(64) } }))]);
  assert.equal(made.state.trust.breach, "answer");
});

for (const [what, sdp] of Object.entries({ swapped: sdpOf(EVIL), "one more": sdpOf(CLIENT.fingerprint) + sdpOf(EVIL), none: "v=0\r\n" })) {
  test(`an altered description ends the session and is told again until it has: ${what}`, async () => {
    const made = await agreed();
    assert.equal(made.trust.admits(sdpOf(CLIENT.fingerprint)), true);
    made.deaf = true;
    assert.equal(made.trust.admits(sdp), false);
    made.deaf = false;
    await made.trust.look(true);
    assert.deepEqual(made.sent.at(-1), { type: "trust.broken", breach: "fingerprint" });
    assert.equal(made.state.trust.ready, false);
  });
}

test("a description before anything is agreed on is not taken", async () => {
  const made = page();
  await made.trust.look(false);
  assert.equal(made.trust.admits(sdpOf(CLIENT.fingerprint)), false);
});

test("a reload keeps the string, and takes no other answer than before it", async () => {
  const hands = new PaperHands();
  const before = await agreed(hands);
  before.trust.stop();
  const after = await agreed(hands);
  assert.equal(after.sent[0].commitment, before.sent[0].commitment);
  assert.equal(after.shown(), before.shown());
  const cheated = page(hands);
  await cheated.trust.look(false);
  await cheated.trust.hear(answerTo(cheated, { part: { ...CLIENT, nonce: "0".repeat(64) } }));
  assert.equal(cheated.state.trust.breach, "answer");
  assert.equal(cheated.types().includes("trust.reveal"), false);
});

test("another technician who signs in at this browser has another string", async () => {
  const hands = new PaperHands();
  const first = await agreed(hands);
  const second = page(hands);
  second.state = { ...second.state, accountId: "usr_2", session: { ...second.state.session, technician_id: "usr_2" } };
  await second.trust.look(false);
  assert.notEqual(second.sent[0].commitment, first.sent[0].commitment);
});

test("a reveal that could not leave is said again once the line is back, and only then is anything offered", async () => {
  const made = page();
  await made.trust.look(false);
  made.deaf = true;
  await made.trust.hear(answerTo(made));
  assert.deepEqual([made.state.trust.ready, made.ready], [false, 0]);
  made.deaf = false;
  await made.trust.look(true);
  await made.trust.hear(answerTo(made));
  assert.deepEqual(made.types(), ["trust.commit", "trust.commit", "trust.reveal"]);
  assert.equal(made.ready, 1);
});

test("a string that takes the place of another is said to be new", async () => {
  const made = page();
  await made.trust.look(false);
  await made.trust.hear(answerTo(made, { number: 2 }));
  assert.equal(made.state.trust.isNew, true);
});

test("a browser that cannot says so, and offers nothing", async () => {
  for (const hands of [null, { take: () => Promise.reject(new Error("no X25519")) }]) {
    const made = page(hands);
    await made.trust.look(false);
    assert.deepEqual([made.state.trust.phase, made.state.trust.ready], ["unavailable", false]);
  }
});

test("with the session the certificate and the key are over", async () => {
  const hands = new PaperHands();
  const made = await agreed(hands);
  made.trust.ended();
  assert.equal(hands.kept.size, 0);
  assert.equal(made.shown(), undefined);
});
