// The chat's bookkeeping: what was said, in order and once; what the end user's side has not yet
// acknowledged; and how far each side has come. Pure: it sends nothing and keeps nothing.
import { MAX_CHAT_LENGTH } from "../protocol.js";

/** @typedef {import("../protocol.js").ChatMessage} ChatMessage */
/** @typedef {import("../protocol.js").ChatPost} ChatPost */
/** @typedef {import("../protocol.js").ConsoleChatMessage} ConsoleChatMessage */
/** @typedef {"direct" | "relayed" | null} Road how messages travel now: over the peer connection, through the broker, or not at all */
/** @typedef {"sending" | "waiting" | "refused" | "sent" | "shown"} Mark where a line of the technician is */
/**
 * @typedef {object} Chat
 * @property {ChatMessage[]} lines acknowledged, by their sequence
 * @property {ChatPost[]} outbox said here, not yet acknowledged
 * @property {number} unread lines of the end user that were not looked at
 * @property {number} received up to this number no line is missing
 * @property {number} last the number of the last line there is, as far as is known
 * @property {number} shownThere up to here the end user's screen has shown them
 * @property {number} shownHere up to here this page has
 * @property {boolean} full the support client takes no more lines
 * @property {boolean} typing the end user is writing
 * @property {Road} road
 */

/** No more lines than this are kept: a support client keeps half as many. */
export const MAX_LINES = 20_000;

/** So many posts are said again at once: the support client accepts a few more in a burst. */
const POSTS_AT_ONCE = 15;

/** Controls other than tab and line feed, which no line may hold (protocol.md, `chat.post`). */
// eslint-disable-next-line no-control-regex -- these are what it is about
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/**
 * @param {ChatPost[]} [outbox] what an earlier page could not deliver
 * @returns {Chat}
 */
export const emptyChat = (outbox = []) => ({
  lines: [],
  outbox,
  unread: 0,
  received: 0,
  last: 0,
  shownThere: 0,
  shownHere: 0,
  full: false,
  typing: false,
  road: null,
});

/**
 * Say something: it stays in the outbox until a line with its id comes back.
 * @param {Chat} chat
 * @param {string} id
 * @param {string} text
 * @returns {Chat}
 */
export function say(chat, id, text) {
  const said = sayable(text);
  if (said === "" || chat.full) return chat;
  return { ...chat, outbox: [...chat.outbox, { type: "chat.post", id, text: said }] };
}

/** What can be said of a text: the support client refuses lone surrogates and controls. @param {string} text */
export const sayable = (text) =>
  wellFormed(text.replace(/\r\n?/g, "\n").replace(CONTROLS, "").trim().slice(0, MAX_CHAT_LENGTH)).trim();

/** Without halves of characters, which a cut may leave. @param {string} text */
const wellFormed = (text) => text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "");

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
  const theirs = line.author === "end_user";
  return {
    ...chat,
    lines,
    outbox,
    unread: chat.unread + (theirs ? 1 : 0),
    received: gapless(lines, chat.received),
    last: Math.max(chat.last, line.sequence),
    typing: chat.typing && !theirs,
  };
}

/** @param {Chat} chat @param {readonly ChatMessage[]} lines @returns {Chat} */
export const receiveAll = (chat, lines) => lines.reduce(receive, chat);

/**
 * How far the lines go without a gap, when they did so up to `received`.
 * @param {ChatMessage[]} lines
 * @param {number} received
 */
function gapless(lines, received) {
  let place = placeOf(lines, received);
  while (lines[place]?.sequence === received + 1) {
    received += 1;
    place += 1;
  }
  return received;
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
 * How the transcript stands at the support client.
 * @param {Chat} chat
 * @param {{last: number, shown: number, full: boolean}} state
 * @returns {Chat}
 */
export const told = (chat, { last, shown, full }) => ({
  ...chat,
  last: Math.max(chat.last, last),
  shownThere: Math.max(chat.shownThere, shown),
  full: chat.full || full,
});

/** What was never taken is given up. @param {Chat} chat @param {string} id @returns {Chat} */
export const discard = (chat, id) => ({ ...chat, outbox: without(chat.outbox, id) });

/** The lines are on this screen. @param {Chat} chat @returns {Chat} */
export const showAll = (chat) => (chat.shownHere >= chat.received ? chat : { ...chat, shownHere: chat.received });

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
 * Where a line is that the technician said: in the outbox, or by its number.
 * @param {Chat} chat
 * @param {number | null} sequence null: it has none yet
 * @param {boolean} ended whether the session is over
 * @returns {Mark}
 */
export function markOf(chat, sequence, ended) {
  if (sequence !== null) return sequence <= chat.shownThere ? "shown" : "sent";
  if (chat.full || ended) return "refused";
  return chat.road ? "sending" : "waiting";
}

/** Whether lines are missing here that the support client has. @param {Chat} chat */
export const isBehind = (chat) => chat.received < chat.last;

/**
 * What to ask for: all that follows what is here without a gap.
 * @param {Chat} chat
 * @returns {import("../protocol.js").ChatSync}
 */
export const ask = ({ received }) => ({ type: "chat.sync", after: received });

/**
 * What to send when a road opens: ask for what was missed, then say again what is unacknowledged, as
 * far as that may be said at once.
 * @param {Chat} chat
 * @returns {ConsoleChatMessage[]}
 */
export const onOpen = (chat) => [ask(chat), ...unacknowledged(chat)];

/**
 * The oldest posts without an acknowledgement, no more than may be said at once; none that could never be.
 * Each names the one before it, so that none overtakes one that gets lost.
 * @param {Chat} chat
 * @returns {ChatPost[]}
 */
export function unacknowledged({ full, outbox }) {
  if (full) return [];
  return outbox.slice(0, POSTS_AT_ONCE).map((post, at) => {
    const before = outbox[at - 1];
    return before ? { ...post, previous: before.id } : post;
  });
}
