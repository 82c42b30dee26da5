// A live session whose line and peers do what the test says.
import { LiveSession } from "../../technician_console/src/live_session.js";
import { MonitorChoice } from "../../technician_console/src/monitor_choice.js";
import { PictureChoice } from "../../technician_console/src/picture_choice.js";
import { mayAgree } from "../../technician_console/src/session.js";
import { TypingChoice } from "../../technician_console/src/typing_choice.js";
import { memoryStorage, PaperClipboard, snapshot } from "./builders.mjs";
import { nodeHash, PaperRoad, PaperStaging } from "./files.mjs";
import { timers } from "./timers.mjs";

/** Both sides agree at once. */
class PaperTrust {
  certificate = "certificate";
  constructor(around) {
    this.around = around;
  }
  look(again) {
    const { around } = this;
    if (again) around.show({ ready: false });
    if (!mayAgree(around.state()) || around.state().trust.ready) return;
    around.show({ phase: "agreed", ready: true });
    around.ready();
  }
  admits = (sdp) => sdp !== "altered";
  hear() {}
  distrust() {}
  ended() {}
  stop() {}
}

export function rig(context, storage = memoryStorage(), clipboard = new PaperClipboard()) {
  timers.use(context);
  const signals = [];
  const peers = [];
  const overlays = [];
  const cursors = [];
  let link;
  const signaling = { proofs: 0, urgent: false };
  const live = new LiveSession({
    sessionId: "ses_1",
    storage,
    choice: new PictureChoice(storage),
    monitors: new MonitorChoice(storage),
    systemClipboard: clipboard,
    typing: new TypingChoice(storage),
    files: { staging: new PaperStaging(), hashes: { begin: nodeHash, stop() {} }, saving: { picksFolders: true } },
    onChange: () => {},
    ways: { begin() {}, follow() {} },
    clock: () => Date.now(),
    prepare: async () => {},
    makeSignaling: (options) => {
      link = options;
      return Object.assign(signaling, { start: () => {}, close: () => {}, prove: () => void (signaling.proofs += 1), send: (message) => signals.push(message) > 0 });
    },
    makeTiles: (_shown, delay) => {
      overlays.push({ delay });
      return { listen() {}, close() {} };
    },
    makeTrust: (around) => new PaperTrust(around),
    makeCursor: () => {
      const did = [];
      cursors.push(did);
      return { sent: (x, y) => did.push([x, y]), told: ({ type }) => did.push(type), wear: ({ type }) => did.push(type), close: () => did.push("closed") };
    },
    makePeer: (peerId, _servers, events) => {
      const peer = { peerId, events, sent: [], closed: false, accepted: [], candidates: [] };
      peers.push(peer);
      return Object.assign(peer, {
        start: async () => {},
        road: new PaperRoad(),
        ageMs: (age) => age,
        way: async () => "direct",
        accept: async ({ sdp }) => void peer.accepted.push(sdp),
        addCandidate: async (candidate) => void peer.candidates.push(candidate),
        send: (label, message) => peer.sent.push([label, message]) > 0,
        close: () => void (peer.closed = true),
      });
    },
  });
  live.start();
  const hear = (message) => {
    if (message.type === "session.snapshot") link.onPhase("open");
    link.onMessage(message);
  };
  const answer = () => link.onMessage({ type: "pong", server_time: "2026-11-23T10:00:00Z" });
  return { live, hear, answer, signaling, signals, peers, overlays, cursors, storage, phase: (phase) => link.onPhase(phase) };
}

export const consented = () => snapshot({ state: "consented", granted: ["view", "control"] });

export function connected(context, storage) {
  const parts = rig(context, storage);
  parts.hear(consented());
  parts.peers[0].events.connected();
  return parts;
}
