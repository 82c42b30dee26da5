import assert from "node:assert/strict";
import { test } from "node:test";
import { byName, storyOf, total } from "../../technician_console/src/story.js";
import { loadStory } from "../../technician_console/src/story_desk.js";

const START = Date.parse("2026-11-29T10:00:00Z");
const at = (seconds, action, details = {}, actor_name = null) => ({
  recorded_at: new Date(START + seconds * 1000).toISOString(), action, details, actor_name, outcome: "success",
});
const moves = (from_state, to_state, more = {}) => ({ from_state, to_state, ...more });
const spans = (of) => of.map(({ name, from, to, note }) => [name, (from - START) / 1000, (to - START) / 1000, ...(note ? [note] : [])]);

const EVENTS = [
  at(0, "session.created", { capabilities: ["view", "control"] }, "Tess"),
  at(30, "session.joined", moves("waiting", "joined", { machine: "pc" })),
  at(40, "session.consent_given", moves("joined", "consented", { capabilities: ["view"] })),
  at(42, "session.connected", moves("consented", "connected", { peer_way: "host" })),
  at(50, "session.rights_changed", moves("connected", "connected", { capabilities: ["view", "control"], capability: "control" })),
  at(60, "session.guest_joined", { target_name: "Lena" }),
  at(70, "session.connection_lost", moves("connected", "consented")),
  at(75, "session.connected", moves("consented", "connected", { peer_way: "turn_udp" })),
  at(80, "session.rights_changed", moves("connected", "connected", { capabilities: ["view"], capability: "control" })),
  at(85, "session.guest_left", { target_name: "Lena" }),
  at(90, "session.handed_over", { target_name: "Omar" }),
  at(91, "session.connected", moves("connected", "connected")),
  at(100, "session.ended", moves("connected", "ended", { end_reason: "technician_ended" })),
  at(500, "session.note_added"),
];

test("a session's bars are worked out from its events, and end when it does", () => {
  const story = storyOf(EVENTS, START + 9_000_000);
  assert.deepEqual(spans(story.phases), [
    ["waiting", 0, 30], ["asked", 30, 40], ["allowed", 40, 42], ["connected", 42, 70], ["allowed", 70, 75], ["connected", 75, 100],
  ]);
  assert.deepEqual(spans(story.rights), [["view", 40, 100], ["control", 50, 80]]);
  assert.deepEqual(spans(story.connections), [["connected", 42, 70, "host"], ["connected", 75, 90, "turn_udp"], ["connected", 91, 100]]);
  assert.deepEqual(spans(story.people), [["Tess", 0, 90, "charge"], ["Lena", 60, 85, "guest"], ["Omar", 90, 100, "charge"]]);
  assert.equal(total(story.connections), 52_000);
  assert.deepEqual([...byName(story.phases).keys()], ["waiting", "asked", "allowed", "connected"]);
});

test("what goes on is shown until now, and nothing is known of nothing", () => {
  const story = storyOf(EVENTS.slice(0, 4), START + 60_000);
  assert.deepEqual([spans(story.phases).at(-1), spans(story.rights)], [["connected", 42, 60], [["view", 40, 60]]]);
  assert.equal(storyOf([], START), null);
});

test("looking at a session is on record before anything of it is shown, and its readers are named", async () => {
  const asked = [];
  const api = {
    auditRecords: async (query) => (asked.push(["records", query.session]), { records: [
      { sequence: 2, details: { filters: '{"session": "ses_1"}' } }, { sequence: 1, details: { filters: '{"ticket": "T"}' } },
    ] }),
    session: async () => (asked.push(["session"]), { session_id: "ses_1", created_at: "x" }),
    events: async () => ({ events: EVENTS, next_cursor: null }),
    notes: async () => ({ notes: [] }),
  };
  const story = await loadStory(api, "ses_1", () => null);
  assert.deepEqual(asked[0], ["records", "ses_1"]);
  assert.deepEqual(story.readers.map(({ sequence }) => sequence), [2]);
  const failing = { ...api, session: () => Promise.reject(new Error()) };
  assert.equal((await loadStory(failing, "ses_1", () => "not_found")).problem, "not_found");
});
