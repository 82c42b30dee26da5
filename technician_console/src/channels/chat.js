// The chat's bookkeeping: what was said, in order and once, and what the end user's side has not yet
// acknowledged. Pure: it sends nothing and keeps nothing.
import { MAX_CHAT_LENGTH } from "../protocol.js";

/** @typedef {import("../protocol.js").ChatMessage} ChatMessage */
/** @typedef {import("../protocol.js").ChatPost} ChatPost */
/** @typedef {import("../protocol.js").ConsoleChatMessage} ConsoleChatMessage */
/**
 * @typedef {object} Chat
 * @property {ChatMessage[]} lines acknowledged, by their sequence
 * @property {ChatPost[]} outbox said here, not yet acknowledged
 * @property {number} unread lines of the end user that were not looked at
 */

/** So many posts are said again at once: the support client accepts a few more in a burst. */
const POSTS_AT_ONCE = 15;

/**
 * @param {ChatPost[]} [outbox] what an earlier page could not deliver
 * @returns {Chat}
 */
export const emptyChat = (outbox = []) => ({ lines: [], outbox, unread: 0 });

/**
 * Say something: it stays in the outbox until a line with its id comes back.
 * @param {Chat} chat
 * @param {string} id
 * @param {string} text
 * @returns {Chat}
 */
export function say(chat, id, text) {
  const said = text.trim().slice(0, MAX_CHAT_LENGTH);
  if (said === "") return chat;
  return { ...chat, outbox: [...chat.outbox, { type: "chat.post", id, text: said }] };
}

/**
 * Take a line of the transcript: a known one changes nothing, a late one goes to its place.
 * @param {Chat} chat
 * @param {ChatMessage} line
 * @returns {Chat}
 */
export function receive(chat, line) {
  const outbox = chat.outbox.filter((post) => post.id !== line.id);
  if (chat.lines.some((known) => known.sequence === line.sequence || known.id === line.id)) {
    return outbox.length === chat.outbox.length ? chat : { ...chat, outbox };
  }
  const lines = [...chat.lines, line].sort((a, b) => a.sequence - b.sequence);
  return { lines, outbox, unread: chat.unread + (line.author === "end_user" ? 1 : 0) };
}

/** @param {Chat} chat @returns {Chat} */
export const markRead = (chat) => (chat.unread === 0 ? chat : { ...chat, unread: 0 });

/**
 * What to send when the channel opens: ask for what was missed, then say again what is unacknowledged, as
 * far as that may be said at once.
 * @param {Chat} chat
 * @returns {ConsoleChatMessage[]}
 */
export function onOpen(chat) {
  const after = chat.lines.at(-1)?.sequence ?? 0;
  return [{ type: "chat.sync", after }, ...unacknowledged(chat)];
}

/**
 * The oldest posts without an acknowledgement, no more than may be said at once.
 * @param {Chat} chat
 */
export const unacknowledged = (chat) => chat.outbox.slice(0, POSTS_AT_ONCE);
