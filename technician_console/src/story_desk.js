// A session's page for those who read the log: its facts, every event of it, and the notes.
import { allEvents } from "./history.js";

/**
 * @typedef {object} StoryState
 * @property {import("./protocol.js").SessionView | null} session
 * @property {import("./protocol.js").AuditEventView[]} events
 * @property {import("./protocol.js").NoteView[]} notes
 * @property {import("./protocol.js").AuditRecordView[]} readers who read this session's records
 * @property {import("./api.js").FaultCode | null} problem
 */

/** @type {StoryState} */
export const NO_STORY = { session: null, events: [], notes: [], readers: [], problem: null };

/**
 * @param {Pick<import("./api.js").Api, "session" | "events" | "notes" | "auditRecords">} api
 * @param {string} id
 * @param {(problem: unknown) => StoryState["problem"]} told
 * @returns {Promise<StoryState>}
 */
export const loadStory = (api, id, told) => load(api, id).catch((problem) => ({ ...NO_STORY, problem: told(problem) }));

/** @param {Parameters<typeof loadStory>[0]} api @param {string} id @returns {Promise<StoryState>} */
async function load(api, id) {
  // Asked for first, so that looking at this page is on record before it shows anything.
  await api.auditRecords({ session: id, limit: 1 });
  const [session, events, { notes }] = await Promise.all([api.session(id), allEvents(api, id), api.notes(id)]);
  const { records } = await api.auditRecords({ action: "audit.read,audit.exported", since: session.created_at, limit: 200 });
  const readers = records.filter(({ details }) => String(details.filters ?? "").includes(id)).reverse();
  return { session, events, notes, readers, problem: null };
}
