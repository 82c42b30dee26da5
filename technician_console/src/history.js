// A session's audit events, fetched page by page.

/**
 * @param {Pick<import("./api.js").Api, "events">} api
 * @param {string} sessionId
 */
export async function allEvents(api, sessionId) {
  const events = [];
  /** @type {string | null} */
  let cursor = null;
  do {
    const page = /** @type {import("./protocol.js").EventList} */ (await api.events(sessionId, cursor));
    events.push(...page.events);
    cursor = page.next_cursor;
  } while (cursor);
  return events;
}
