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

/** No more lines than this are kept: a support client keeps half as many. */
export const MAX_LINES = 10_000;

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
 * Take a line of the transcript: a known one changes nothing, a late one goes to its place. Of more lines
 * than a support client keeps, the newest stay.
 * @param {Chat} chat
 * @param {ChatMessage} line
 * @returns {Chat}
 */
export function receive(chat, line) {
  const outbox = without(chat.outbox, line.id);
  const place = placeOf(chat.lines, line.sequence);
  if (chat.lines[place - 1]?.sequence === line.sequence) {
    return outbox === chat.outbox ? chat : { ...chat, outbox };
  }
  const lines = chat.lines.slice();
  lines.splice(place, 0, line);
  if (lines.length > MAX_LINES) lines.shift();
  return { lines, outbox, unread: chat.unread + (line.author === "end_user" ? 1 : 0) };
}

/**
 * Behind which lines one with this sequence belongs: mostly behind all, so the search begins there.
 * @param {ChatMessage[]} lines
 * @param {number} sequence
 */
function placeOf(lines, sequence) {
  let place = lines.length;
  while (place > 0 && lines[place - 1].sequence > sequence) place -= 1;
  return place;
}

/**
 * The same array if there is no post with this id.
 * @param {ChatPost[]} outbox
 * @param {string} id
 */
const without = (outbox, id) => (outbox.some((post) => post.id === id) ? outbox.filter((post) => post.id !== id) : outbox);

/**
 * The oldest of the end user's lines that were not looked at.
 * @param {Chat} chat
 */
export function firstUnread({ lines, unread }) {
  let place = lines.length;
  let left = unread;
  while (place > 0 && left > 0) {
    place -= 1;
    if (lines[place].author === "end_user") left -= 1;
  }
  return unread > 0 ? lines[place] : undefined;
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
