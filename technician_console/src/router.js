// Which view a hash stands for. Pure text: it neither reads nor changes the location.

import { askedIn } from "./audit_filters.js";
import { choiceIn } from "./measures.js";

/**
 * @typedef {{view: "sessions"} | {view: "session", sessionId: string} | {view: "setup", token: string}
 *   | {view: "welcome", token: string} | {view: "live"} | {view: "system"} | {view: "branding"} | {view: "accounts"} | {view: "groups"} | {view: "tokens"}
 *   | {view: "audit", asked: import("./audit_filters.js").Asked} | {view: "story", sessionId: string}
 *   | {view: "measures", choice: import("./measures.js").Choice} | {view: "unknown"}} Route
 */

const ROUTES = /** @type {const} */ ([
  [/^#?\/?$/, () => ({ view: "sessions" })],
  [/^#\/sessions\/(ses_[0-9a-f]{32})$/, (/** @type {string} */ id) => ({ view: "session", sessionId: id })],
  [/^#\/(live|system|branding|accounts|groups|tokens)$/, (/** @type {"live" | "system" | "branding" | "accounts" | "groups" | "tokens"} */ view) => ({ view })],
  [/^#\/welcome\/([0-9a-f]{32}\.[0-9]{10}\.[A-Za-z0-9_-]{43})$/, (/** @type {string} */ token) => ({ view: "welcome", token })],
  [/^#\/audit\/sessions\/(ses_[0-9a-f]{32})$/, (/** @type {string} */ id) => ({ view: "story", sessionId: id })],
  [/^#\/audit(?:\?(.*))?$/, (/** @type {string | undefined} */ query) => ({ view: "audit", asked: askedIn(query ?? "") })],
  [/^#\/measures(?:\?(.*))?$/, (/** @type {string | undefined} */ query) => ({ view: "measures", choice: choiceIn(query ?? "") })],
  [/^#\/setup\/([A-Za-z0-9_-]{43})$/, (/** @type {string} */ token) => ({ view: "setup", token })],
]);

/**
 * @param {string} hash as in `location.hash`
 * @returns {Route}
 */
export function routeOf(hash) {
  for (const [pattern, make] of ROUTES) {
    const match = pattern.exec(hash);
    if (match) return /** @type {Route} */ (make(/** @type {any} */ (match[1])));
  }
  return { view: "unknown" };
}

/** @param {string} sessionId */
export const sessionHash = (sessionId) => `#/sessions/${sessionId}`;

/** A session as those who read the log see it. @param {string} sessionId */
export const storyHash = (sessionId) => `#/audit/sessions/${sessionId}`;
