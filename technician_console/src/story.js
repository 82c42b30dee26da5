// What happened in a session, worked out from its audit events: spans of time that bars can show. Pure.

/** @typedef {import("./protocol.js").AuditEventView} AuditEventView */
/** @typedef {{name: string, from: number, to: number, note?: string}} Span times in milliseconds since 1970 */
/**
 * @typedef {object} Story
 * @property {number} from
 * @property {number} to
 * @property {Span[]} phases waiting, asked, allowed, connected: one after the other
 * @property {Span[]} rights one for each time that a capability held
 * @property {Span[]} connections of the technician in charge; the note is the way
 * @property {Span[]} people who was there besides the end user; the note is what they were
 * @property {AuditEventView[]} files
 * @property {AuditEventView[]} failures of connections
 */

const PHASE = /** @type {Record<string, string>} */ ({ waiting: "waiting", joined: "asked", consented: "allowed", connected: "connected" });
const CONNECTED = new Set(["session.connected"]);
const CUT = new Set(["session.connection_lost", "session.handed_over", "session.taken", "session.put_back", "session.ended"]);

/**
 * @param {AuditEventView[]} events oldest first
 * @param {number} now what still goes on is shown until then
 * @returns {Story | null} null when nothing is known
 */
export function storyOf(events, now) {
  const [first] = events;
  if (!first) return null;
  const ended = events.find(({ action }) => action === "session.ended");
  const from = time(first);
  const to = Math.max(from + 1, ended ? time(ended) : now);
  const during = events.filter((event) => time(event) <= to);
  return {
    from,
    to,
    phases: phases(during, from, to),
    rights: rights(during, to),
    connections: connections(during, to),
    people: people(during, to),
    files: events.filter(({ action }) => action === "session.file"),
    failures: events.filter(({ action }) => action === "session.connection_failed"),
  };
}

/** @param {AuditEventView} event */
const time = (event) => Date.parse(event.recorded_at);

/** Collects spans: each name is open once at most. */
class Spans {
  /** @type {Map<string, Span>} */
  #open = new Map();
  /** @type {Span[]} */
  all = [];

  /** @param {string} name @param {number} from @param {string} [note] */
  begin(name, from, note) {
    if (this.#open.has(name)) return;
    const span = { name, from, to: from, ...(note ? { note } : {}) };
    this.#open.set(name, span);
    this.all.push(span);
  }

  /** @param {string} name @param {number} to */
  end(name, to) {
    const span = this.#open.get(name);
    if (span) span.to = to;
    this.#open.delete(name);
  }

  /** @param {number} to */
  endAll(to) {
    for (const name of [...this.#open.keys()]) this.end(name, to);
    return this.all;
  }
}

/** @param {AuditEventView[]} events @param {number} from @param {number} to */
function phases(events, from, to) {
  const spans = new Spans();
  let state = "waiting";
  spans.begin("waiting", from);
  for (const event of events) {
    const next = String(event.details.to_state ?? state);
    if (next === state) continue;
    spans.end(PHASE[state] ?? state, time(event));
    if (PHASE[next]) spans.begin(PHASE[next] ?? next, time(event));
    state = next;
  }
  return spans.endAll(to);
}

/** What is granted stands in the events that changed it. @param {AuditEventView[]} events @param {number} to */
function rights(events, to) {
  const spans = new Spans();
  for (const event of events) {
    const granted = event.details.capabilities;
    if (!Array.isArray(granted) || event.action === "session.created") continue;
    for (const { name } of spans.all) if (!granted.includes(name)) spans.end(name, time(event));
    for (const name of granted) spans.begin(name, time(event));
  }
  return spans.endAll(to);
}

/** @param {AuditEventView[]} events @param {number} to */
function connections(events, to) {
  const spans = new Spans();
  for (const event of events) {
    if (CUT.has(event.action)) spans.end("connected", time(event));
    if (CONNECTED.has(event.action)) spans.begin("connected", time(event), text(event.details.peer_way));
  }
  return spans.endAll(to);
}

/** @param {AuditEventView[]} events @param {number} to */
function people(events, to) {
  const spans = new Spans();
  let inCharge = "";
  for (const event of events) {
    const who = text(event.details.target_name);
    const at = time(event);
    if (event.action === "session.created") {
      inCharge = event.actor_name ?? "";
      spans.begin(inCharge, at, "charge");
    } else if (event.action === "session.handed_over" || event.action === "session.taken") {
      spans.end(inCharge, at);
      spans.end(who, at);
      inCharge = who;
      spans.begin(inCharge, at, "charge");
    } else if (event.action === "session.put_back") {
      spans.end(inCharge, at);
      inCharge = "";
    } else if (event.action === "session.guest_joined") spans.begin(who, at, "guest");
    else if (event.action === "session.guest_left") spans.end(who, at);
  }
  return spans.endAll(to).filter(({ name }) => name);
}

/** @param {unknown} value */
const text = (value) => (typeof value === "string" ? value : "");

/** How long the spans are together. @param {Span[]} spans */
export const total = (spans) => spans.reduce((sum, { from, to }) => sum + to - from, 0);

/** The spans of each name, in the order of their first. @param {Span[]} spans @returns {Map<string, Span[]>} */
export function byName(spans) {
  const found = new Map();
  for (const span of spans) found.set(span.name, [...(found.get(span.name) ?? []), span]);
  return found;
}
