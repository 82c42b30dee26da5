// Proof of work, as broker/protocol/proof.py has it: computed in a worker, told in words meanwhile.
import { sha256, utf8ToBytes } from "../vendor/noble-hashes.js";

/** @typedef {import("/console/src/protocol.js").ProofChallenge} ProofChallenge */
/** @typedef {import("/console/src/protocol.js").ProofOfWork} ProofOfWork */

/** As in broker/protocol/proof.py: more than this no program of ours computes, whoever asks for it. */
const MAX_BITS = 20;
const MAX_PARTS = 32;

/**
 * Solve a challenge. It takes about a second of a processor: call it in a worker.
 * @param {ProofChallenge} challenge
 * @param {(done: number) => void} tell how many parts are done
 * @returns {ProofOfWork}
 */
export function solve({ token, parts, bits }, tell) {
  if (bits > MAX_BITS || parts > MAX_PARTS) throw new RangeError("too much work is asked for");
  const counters = [];
  const message = new Uint8Array(40);
  message.set(sha256(utf8ToBytes(token)));
  const view = new DataView(message.buffer);
  for (let part = 0; part < parts; part += 1) {
    tell(part);
    view.setUint32(32, part);
    counters.push(counterFor(message, view, bits));
  }
  return { token, counters };
}

/** @param {Uint8Array} message @param {DataView} view @param {number} bits */
function counterFor(message, view, bits) {
  for (let counter = 0; counter < 2 ** 32; counter += 1) {
    view.setUint32(36, counter);
    if (leadingBits(sha256(message)) >>> (32 - bits) === 0) return counter;
  }
  throw new RangeError("no counter fits");
}

/** @param {Uint8Array} hash */
const leadingBits = (hash) =>
  (((hash[0] ?? 0) << 24) | ((hash[1] ?? 0) << 16) | ((hash[2] ?? 0) << 8) | (hash[3] ?? 0)) >>> 0;

/**
 * Solve a challenge in a worker.
 * @param {Worker} worker running proof_worker.js; it has ended afterwards
 * @param {ProofChallenge} challenge
 * @param {(done: number) => void} tell how many parts are done
 * @returns {Promise<ProofOfWork>}
 */
export function solveIn(worker, challenge, tell) {
  /** @type {Promise<ProofOfWork>} */
  const solved = new Promise((done, failed) => {
    worker.onmessage = ({ data }) => ("proof" in data ? done(data.proof) : tell(data.done));
    worker.onerror = (event) => failed(new Error(event.message));
    worker.postMessage(challenge);
  });
  return solved.finally(() => worker.terminate());
}
