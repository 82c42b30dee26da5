// What several tests are built from.
import { webcrypto } from "node:crypto";

// Browsers have it, and Node from 19 on.
globalThis.crypto ??= /** @type {any} */ (webcrypto);


/** A session as the broker shows it. */
export const sessionView = (change) => ({
  session_id: `ses_${"0".repeat(32)}`,
  ticket_id: "INC-1",
  technician_id: `usr_${"0".repeat(32)}`,
  technician_name: "Ada",
  state: "waiting",
  requested: ["view", "control"],
  granted: [],
  consent_source: null,
  paused: false,
  client_present: true,
  machine: null,
  created_at: "2026-11-23T10:00:00Z",
  code_expires_at: null,
  joined_at: null,
  consented_at: null,
  connected_at: null,
  ended_at: null,
  end_reason: null,
  ...change,
});

export const snapshot = (change) => ({ type: "session.snapshot", session: sessionView(change), ice_servers: [] });

/** A line of the chat's transcript. */
export const line = (sequence, author = "end_user", id = `line-${sequence}`) => ({
  type: "chat.message",
  sequence,
  id,
  author,
  text: `text ${sequence}`,
  sent_at: "2026-11-23T10:00:00Z",
});

/** Storage that lives in memory. */
export function memoryStorage() {
  const kept = new Map();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

/** A clipboard of the technician that does what the test says. */
export class PaperClipboard {
  text = "";
  fault = null;
  focused = true;
  unasked = true;

  async readsUnasked() {
    return this.unasked;
  }

  async read() {
    return this.fault ? { fault: this.fault } : { text: this.text };
  }

  async write(text) {
    if (!this.fault) this.text = text;
    return !this.fault;
  }
}
