// The chat of a session that is over, if the end user agreed to keep it with the ticket.

/** @typedef {import("./protocol.js").TranscriptLine} TranscriptLine */
/**
 * @typedef {object} KeptChat
 * @property {boolean} loaded
 * @property {boolean} asked whether this broker asks end users at all
 * @property {string | null} keptAt null: it is not kept, or not yet
 * @property {TranscriptLine[]} lines
 * @property {import("./api.js").FaultCode | null} problem
 */

/** @type {KeptChat} */
export const NOTHING_KEPT = { loaded: false, asked: false, keptAt: null, lines: [], problem: null };

/**
 * Read the whole of it.
 * @param {Pick<import("./api.js").Api, "transcript">} api
 * @param {string} sessionId
 * @returns {Promise<KeptChat>}
 */
export async function loadKept(api, sessionId) {
  /** @type {TranscriptLine[]} */
  const lines = [];
  /** @type {string | null} */
  let cursor = null;
  for (;;) {
    const page = /** @type {import("./protocol.js").TranscriptPage} */ (await api.transcript(sessionId, cursor));
    lines.push(...page.lines);
    cursor = page.next_cursor;
    if (!cursor) return { loaded: true, asked: page.asked, keptAt: page.kept_at, lines, problem: null };
  }
}
