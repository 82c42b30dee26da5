// Everything the console knows of one session, as a pure reducer: (state, message) -> state. It reads
// no clock and reaches no network; live_session.js feeds it and acts on what it says.
import { discard, emptyChat, markRead, receive, receiveAll, say, showAll, told as chatTold } from "./channels/chat.js";
import { isAnybodyComing, isAtTheDoor, isIn, isInCharge, isOwnDoing, otherHands, standing } from "./company.js";
import { MAX_FILES } from "./protocol.js";
import { NO_TALK, answered, askOver, askSent, leasesFrom, told } from "./rights_talk.js";

/** @typedef {import("./protocol.js").SessionView} SessionView */
/** @typedef {import("./protocol.js").Capability} Capability */
/** @typedef {import("./protocol.js").ErrorCode} ErrorCode */
/** @typedef {import("./protocol.js").PeerFailure} PeerFailure */
/** @typedef {"idle" | "connecting" | "connected" | "lost" | "failed" | "unrecovered"} PeerPhase `lost` comes back by
 *   itself; after `failed` and `unrecovered` people decide */
/** @typedef {"connecting" | "open" | "retrying" | "closed"} LinkPhase */
/**
 * @typedef {import("./line_meter.js").LineQuality & OwnQuality} Quality how good the connection is, measured once a second
 */
/**
 * @typedef {object} OwnQuality
 * @property {number | null} roundTripMs
 * @property {number | null} delayMs how old the picture is when it is shown; null when nothing changed
 */
/**
 * @typedef {object} Screen the shared monitor, as the support client told of it
 * @property {number} width pixels
 * @property {number} height pixels
 * @property {import("./protocol.js").ScreenProblem | null} problem why there is no picture
 * @property {import("./protocol.js").ScreenCondition[]} conditions what to know of the picture
 * @property {import("./protocol.js").Monitor[]} monitors from left to right
 * @property {string | null} shown the id of one of them, or `all`
 */
/**
 * @typedef {object} ClipboardState
 * @property {boolean} following whether both clipboards are kept in step
 * @property {{direction: import("./protocol.js").ClipboardDirection, problem: import("./protocol.js").ClipboardProblem}
 *   | {direction: import("./protocol.js").ClipboardDirection, characters: number, bytes: number, waiting?: boolean}
 *   | null} note what was copied last, or why not
 * @property {{kind: "send", fault: "denied" | "missing"} | {kind: "received", text: string} | null} dialog
 */
/**
 * @typedef {object} FilesState
 * @property {import("./files/transfer.js").Shown[]} transfers newest first
 * @property {import("./files/outgoing.js").Kept[]} lost transfers to the end user that a reload of this page has cut
 * @property {boolean} asking whether the end user is being asked for files
 * @property {boolean} dialog whether the form that asks for files is open
 * @property {import("./protocol.js").FileProblem | null} problem of something that is no transfer
 * @property {string | null} saving the transfer that is being saved into a folder
 * @property {{kind: "started" | "done" | "failed", id: string, direction: import("./protocol.js").FileDirection,
 *   name: string, files: number, failed: number, problem: import("./protocol.js").FileProblem | null} | null} news
 * @property {boolean} lasts whether received files survive a reload
 * @property {boolean} picksFolders whether this browser writes into a folder
 * @property {import("./protocol.js").RelayRefusal | null} noRelay why the last large file had to go straight
 */
/** @typedef {{stage: import("./protocol.js").RenewalStage, until: number}} Renewal the end user is asked whether the rights go on */
/**
 * @typedef {object} LiveState
 * @property {SessionView | null} session
 * @property {string | null} accountId whose page this is
 * @property {boolean} readsAll whether they may read what others did, too
 * @property {import("./protocol.js").ParticipantsState | null} company who looks and who has control
 * @property {import("./protocol.js").EntryOver | null} entry who does not come in, and why, until somebody else is asked
 * @property {string | null} explanation why an admin ended the session
 * @property {import("./protocol.js").Participant | null} whose the connection that was not to be trusted, if that ended it
 * @property {number} notesChanged how often somebody added a note since this page was opened
 * @property {import("./protocol.js").IceServer[]} iceServers
 * @property {Required<import("./protocol.js").FilePolicy>} filePolicy what an admin lets files do
 * @property {boolean} tunnel whether the broker carries the session where there is no other way
 * @property {boolean} unrecorded whether the broker cannot write down what happens: it ends the session within a minute
 * @property {LinkPhase} link the websocket to the broker
 * @property {ErrorCode | null} fault why the broker closed it for good
 * @property {number} clockOffsetMs the broker's clock minus this browser's
 * @property {{phase: PeerPhase, everConnected: boolean, failure: PeerFailure | null}} peer
 * @property {{granted: Capability[], paused: boolean, leases: import("./rights_talk.js").Lease[], renewal: Renewal | null} | null} rights as the
 *   support client told them
 * @property {import("./rights_talk.js").RightsTalk} talk what was asked for, and what changed
 * @property {Screen | null} screen
 * @property {import("./protocol.js").InputRefused["reason"] | null} refused why input was last refused
 * @property {boolean} heldBack whether input waits because the end user uses the computer
 * @property {Quality | null} quality
 * @property {readonly import("./trials.js").Trial[]} trials which ways out of this network work, once that is known
 * @property {readonly import("./protocol.js").WayTried[] | null} told the same of the end user's, as they told it
 * @property {import("./protocol.js").PictureState | null} made how the client makes the picture
 * @property {import("./protocol.js").PicturePreference} preference what the technician would rather have of it
 * @property {ClipboardState} clipboard
 * @property {FilesState} files
 * @property {import("./input/keys.js").Typing} typing how keys travel
 * @property {import("./channels/chat.js").Chat} chat
 * @property {import("./technician_trust.js").TrustState} trust
 * @property {string} endUserName what the technician calls them; empty when nobody said
 */
/**
 * @typedef {import("./protocol.js").BrokerToConsole | import("./protocol.js").ClientControlMessage
 *   | import("./protocol.js").ChatMessage | import("./protocol.js").ChatLines | import("./protocol.js").ChatState
 *   | {type: "link.changed", phase: LinkPhase}
 *   | {type: "clock.compared", offsetMs: number}
 *   | {type: "session.loaded", session: SessionView}
 *   | {type: "me.known", accountId: string, readsAll?: boolean}
 *   | {type: "entry.read"}
 *   | {type: "peer.phase", phase: PeerPhase, failure?: PeerFailure}
 *   | {type: "quality.measured", quality: Quality}
 *   | {type: "trials.known", trials: readonly import("./trials.js").Trial[]}
 *   | {type: "picture.preferred", preference: import("./protocol.js").PicturePreference}
 *   | {type: "typing.chosen", typing: import("./input/keys.js").Typing}
 *   | {type: "refusal.forgotten"}
 *   | (import("./protocol.js").RightsState & {at: number})
 *   | {type: "ask.opened", capability: Capability | null}
 *   | {type: "ask.closed"}
 *   | {type: "ask.sent", capability: Capability, minutes: number, at: number}
 *   | {type: "ask.over", kind: "lost" | "timed_out"}
 *   | {type: "news.closed"}
 *   | {type: "clipboard.changed", change: Partial<ClipboardState>}
 *   | {type: "files.changed", change: Partial<FilesState>}
 *   | {type: "end-user.named", name: string}
 *   | {type: "trust.changed", change: Partial<import("./technician_trust.js").TrustState>}
 *   | {type: "chat.said", id: string, text: string}
 *   | {type: "chat.discarded", id: string}
 *   | {type: "chat.shown"}
 *   | {type: "chat.typing", typing: boolean}
 *   | {type: "chat.road", road: import("./channels/chat.js").Road}
 *   | {type: "chat.read"}} SessionInput
 */

/** @type {ClipboardState} */
const NO_CLIPBOARD = { following: false, note: null, dialog: null };

/** @type {FilesState} */
const NO_FILES = {
  transfers: [],
  lost: [],
  asking: false,
  dialog: false,
  problem: null,
  saving: null,
  news: null,
  lasts: true,
  picksFolders: false,
  noRelay: null,
};
/** @type {import("./technician_trust.js").TrustState} */
const NO_TRUST = { phase: "none", ready: false, string: null, isNew: false, breach: null };

/** Before the broker has said it. */
const NO_POLICY = { max_file_bytes: null, max_files: MAX_FILES, relay: false };

/**
 * @param {{outbox: import("./protocol.js").ChatPost[], endUserName: string}} [known] of an earlier page of this tab
 * @param {import("./protocol.js").PicturePreference} [preference]
 * @param {import("./input/keys.js").Typing} [typing]
 * @returns {LiveState}
 */
export const initialState = (known = { outbox: [], endUserName: "" }, preference = "automatic", typing = "text") => ({
  session: null,
  accountId: null,
  readsAll: false,
  company: null,
  entry: null,
  explanation: null,
  whose: null,
  notesChanged: 0,
  iceServers: [],
  filePolicy: NO_POLICY,
  tunnel: false,
  unrecorded: false,
  link: "connecting",
  fault: null,
  clockOffsetMs: 0,
  peer: { phase: "idle", everConnected: false, failure: null },
  rights: null,
  talk: NO_TALK,
  screen: null,
  refused: null,
  heldBack: false,
  quality: null,
  trials: [],
  told: null,
  made: null,
  preference,
  clipboard: NO_CLIPBOARD,
  files: NO_FILES,
  typing,
  chat: emptyChat(known.outbox),
  trust: NO_TRUST,
  endUserName: known.endUserName,
});

/** @type {{[T in SessionInput["type"]]?: (state: LiveState, message: any) => LiveState}} */
const REDUCERS = {
  "session.snapshot": (state, { session, ice_servers, files, tunnel = false }) => ({
    ...{ ...state, session, iceServers: ice_servers, tunnel, fault: null },
    ...{ talk: handedOver(state, session), entry: isAnybodyComing(session) ? null : state.entry },
    filePolicy: { ...NO_POLICY, ...files },
  }),
  "me.known": (state, { accountId, readsAll = false }) => ({ ...state, accountId, readsAll }),
  "participants.state": (state, company) => ({ ...state, company, talk: passed(state, company) }),
  "entry.over": (state, entry) => (isOwnDoing(state, entry) ? state : { ...state, entry }),
  "session.ended": (state, { explanation = null, whose = null }) => ({ ...state, explanation, whose }),
  "entry.read": (state) => ({ ...state, entry: null }),
  "notes.changed": (state) => ({ ...state, notesChanged: state.notesChanged + 1 }),
  "session.loaded": (state, { session }) => ({ ...state, session }),
  "audit.state": (state, { ends_in_s = null }) => ({ ...state, unrecorded: ends_in_s !== null }),
  "link.changed": (state, { phase }) => ({ ...state, link: phase, unrecorded: phase === "open" && state.unrecorded }),
  "clock.compared": (state, { offsetMs }) => ({ ...state, clockOffsetMs: offsetMs }),
  error: (state, { code, fatal }) => (fatal ? { ...state, fault: code } : state),
  "peer.phase": (state, message) => peerPhase(state, message),
  "rights.state": (state, message) => rightsTold(state, message),
  "rights.answer": (state, answer) => ({ ...state, talk: answered(state.talk, answer) }),
  "ask.opened": (state, { capability }) => ({ ...state, talk: { ...state.talk, dialog: { capability } } }),
  "ask.closed": (state) => ({ ...state, talk: { ...state.talk, dialog: null } }),
  "ask.sent": (state, { capability, minutes, at }) => ({ ...state, talk: askSent(state.talk, capability, minutes, at) }),
  "ask.over": (state, { kind }) => ({ ...state, talk: askOver(state.talk, kind) }),
  "news.closed": (state) => ({ ...state, talk: { ...state.talk, news: null } }),
  "picture.state": (state, made) => ({ ...state, made }),
  "picture.preferred": (state, { preference }) => ({ ...state, preference }),
  "typing.chosen": (state, { typing }) => ({ ...state, typing }),
  "screen.state": (state, { width, height, problem = null, conditions = [], monitors = [], shown = null }) => ({
    ...{ ...state, screen: { width, height, problem, conditions, monitors, shown } },
  }),
  "local.use": (state, { hold_s }) => ({ ...state, heldBack: hold_s > 0 }),
  "input.refused": (state, { reason }) => ({ ...state, refused: reason }),
  "refusal.forgotten": (state) => ({ ...state, refused: null }),
  "clipboard.changed": (state, { change }) => ({ ...state, clipboard: { ...state.clipboard, ...change } }),
  "files.changed": (state, { change }) => ({ ...state, files: { ...state.files, ...change } }),
  "trials.known": (state, { trials }) => ({ ...state, trials }),
  "connection.tried": (state, { ways }) => ({ ...state, told: ways }),
  "trust.changed": (state, { change }) => ({ ...state, trust: { ...state.trust, ...change } }),
  "quality.measured": (state, { quality }) => ({ ...state, quality }),
  "chat.message": (state, line) => withChat(state, receive(state.chat, line)),
  "chat.lines": (state, { lines }) => withChat(state, receiveAll(state.chat, lines)),
  "chat.state": (state, message) => withChat(state, chatTold(state.chat, message)),
  "chat.typing": (state, { typing = true }) => withChat(state, { ...state.chat, typing }),
  "chat.road": (state, { road }) => withChat(state, { ...state.chat, road }),
  "chat.shown": (state) => withChat(state, showAll(state.chat)),
  "chat.discarded": (state, { id }) => withChat(state, discard(state.chat, id)),
  "chat.said": (state, { id, text }) => withChat(state, say(state.chat, id, text)),
  "end-user.named": (state, { name }) => ({ ...state, endUserName: name }),
  "chat.read": (state) => withChat(state, markRead(state.chat)),
};

/**
 * @param {LiveState} state
 * @param {SessionInput} message unknown types change nothing, so that a newer broker may say more
 * @returns {LiveState}
 */
export function reduce(state, message) {
  return REDUCERS[message.type]?.(state, message) ?? state;
}

/**
 * @param {LiveState} state
 * @param {import("./protocol.js").RightsState & {at?: number}} message `at`: when it came, by the page's clock
 * @returns {LiveState}
 */
function rightsTold(state, { granted, paused, leases: left = [], renewal = null, at = 0 }) {
  const leases = leasesFrom(left, at);
  const asked = renewal && { stage: renewal.stage, until: at + renewal.left_s * 1000 };
  return { ...state, rights: { granted, paused, leases, renewal: asked }, refused: null, talk: told(state.talk, { granted, leases }, at) };
}

/**
 * Whoever gets or gives control has other rights by that, which is no news of the end user.
 * @param {LiveState} state
 * @param {import("./protocol.js").ParticipantsState} company
 */
const passed = ({ company: before, talk }, company) =>
  before && before.controller !== company.controller ? { ...talk, known: null } : talk;

/**
 * So it is for whoever gets a session that others had.
 * @param {LiveState} state
 * @param {SessionView} session
 */
const handedOver = ({ session: before, talk }, session) =>
  before && before.technician_id !== session.technician_id ? { ...talk, known: null } : talk;

/**
 * What the client told over a channel stands only as long as that peer connection does.
 * @param {LiveState} state
 * @param {{phase: PeerPhase, failure?: PeerFailure}} message
 * @returns {LiveState}
 */
function peerPhase(state, { phase, failure = undefined }) {
  const everConnected = state.peer.everConnected || phase === "connected";
  const peer = { phase, everConnected, failure: failure ?? null };
  if (phase === "connected") return { ...state, peer };
  const clipboard = { ...NO_CLIPBOARD, following: state.clipboard.following };
  const talk = askOver(state.talk, "lost");
  return { ...state, peer, talk, rights: null, company: null, refused: null, heldBack: false, quality: null, made: null, clipboard };
}

/** @param {LiveState} state @param {import("./channels/chat.js").Chat} chat */
const withChat = (state, chat) => (chat === state.chat ? state : { ...state, chat });

// ---- what follows from the state

/** Whether a peer connection should stand now. @param {LiveState} state */
export function wantsPeer(state) {
  const session = state.session;
  if (!session || state.fault || !isIn(state) || !state.trust.ready) return false;
  return (session.state === "consented" || session.state === "connected") && session.client_present;
}

/** Whether there is somebody to agree with on the string on both screens: at the door, too. @param {LiveState} state */
export function mayAgree(state) {
  const { session, link, fault } = state;
  return link === "open" && !fault && (isIn(state) || isAtTheDoor(state)) && hasBegun(session) && session.client_present;
}

/** Whether the end user has joined, and the session lives. @param {SessionView | null} session @returns {session is SessionView} */
const hasBegun = (session) => session !== null && session.state !== "waiting" && session.state !== "ended";

/** Whether the broker would pass the chat on now: both sides are there. @param {LiveState} state */
export function mayRelayChat(state) {
  const { session, link, fault } = state;
  return link === "open" && !fault && hasBegun(session) && session.client_present && isInCharge(state);
}

/** Whether one may write: what is said while there is no road is kept and sent later. @param {LiveState} state */
export const mayWrite = (state) => !state.chat.full && standing(state) === "in" && hasBegun(state.session);

/** The capabilities in force. @param {LiveState} state @returns {Capability[]} */
export const granted = (state) => state.rights?.granted ?? state.session?.granted ?? [];

/**
 * What the end user allows, whichever technician has it now: that is passed on, and not asked for.
 * @param {LiveState} state
 */
export const allowed = (state) => (otherHands(state) ? [...granted(state), ...(state.session?.granted ?? [])] : granted(state));

/** The rights in force that end by themselves. @param {LiveState} state */
export const leases = (state) => state.rights?.leases ?? [];

/** Whether a question would reach the end user now: one at a time. @param {LiveState} state */
export const mayAsk = (state) =>
  isInCharge(state) && state.peer.phase === "connected" && state.rights !== null && !state.talk.ask;

/** Whether the end user has paused view and control. @param {LiveState} state */
export const isPaused = (state) => state.rights?.paused ?? state.session?.paused ?? false;

/** Whether the end user shows their screen now. @param {LiveState} state */
export const mayView = (state) => granted(state).includes("view");

/** Whether input may be sent now. @param {LiveState} state */
export const mayControl = (state) =>
  state.peer.phase === "connected" && granted(state).includes("control") && !isPaused(state) && !state.heldBack;

/** Whether the technician may point at something now: whoever sees the screen may. @param {LiveState} state */
export const mayGuide = (state) =>
  state.peer.phase === "connected" && granted(state).includes("view") && !isPaused(state);

/**
 * Whether text may go this way between the clipboards now.
 * @param {LiveState} state
 * @param {import("./protocol.js").ClipboardDirection} direction
 */
export const mayUseClipboard = (state, direction) =>
  state.peer.phase === "connected" && granted(state).includes(`clipboard.${direction}`) && !isPaused(state);

/**
 * Whether files may go this way now.
 * @param {LiveState} state
 * @param {import("./protocol.js").FileDirection} direction
 */
export const mayPassFiles = (state, direction) =>
  state.peer.phase === "connected" && granted(state).includes(`files.${direction}`) && !isPaused(state);
