// One session as it is lived: joins the signaling line, the peer connection, the channels and the
// reducer. It owns their order and their retries; what is shown is the views' business.
import { GuideSender } from "./channels/guide.js";
import { InputSender } from "./channels/input.js";
import { makeDesks } from "./desks.js";
import { freshId } from "./ids.js";
import { PROTOCOL_VERSION } from "./protocol.js";
import { QualityReport } from "./quality_report.js";
import { Recovery } from "./recovery.js";
import { initialState, mayControl, mayGuide, mayRelayChat, reduce, wantsPeer } from "./session.js";
import { PictureDelay } from "./tiles/delay.js";
import { WayChoice } from "./way_choice.js";

/** @typedef {import("./session.js").LiveState} LiveState */
/** @typedef {import("./peer.js").Peer} Peer */
/** @typedef {import("./tiles/overlay.js").TileOverlay} TileOverlay */
/** @typedef {import("./cursor/overlay.js").CursorOverlay} CursorOverlay */
/** @typedef {{ stream: MediaStream | null, tiles: TileOverlay, cursor: CursorOverlay }} Picture the video, where there is one, and what lies over it */

/** How long a note about refused input is shown. */
const REFUSAL_SHOWN_MS = 5000;

export class LiveSession {
  #parts;
  /** @type {import("./signaling.js").Signaling | null} */
  #signaling = null;
  /** @type {Peer | null} */
  #peer = null;
  #input = new InputSender((label, message) => void this.#peer?.send(label, message));
  #guide = new GuideSender((label, message) => void this.#peer?.send(label, message));
  #freshLink = false;
  #ways = new WayChoice(() => performance.now());
  #chatIsOpen = false;
  #recovery = new Recovery({
    urge: (urgent) => void (this.#signaling && (this.#signaling.urgent = urgent)),
    rested: () => this.#signaling?.prove(),
    over: () => this.#peer ?? this.#recover(), // an attempt that is under way is waited for
  });
  #offerWaits = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #refusalTimer;
  /** @type {LiveState} */
  state;
  /** The remote picture, while there is one. @type {Picture | null} */
  picture = null;
  /** @type {TileOverlay | null} */
  #tiles = null;
  /** @type {CursorOverlay | null} */
  #cursor = null;

  /** @param {import("./live_parts.js").LiveSessionParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.sessionId = parts.sessionId;
    const { chat, clipboard, files, rights, trust, look } = makeDesks(parts, {
      state: () => this.state,
      direct: (label, message) => this.#peer?.send(label, message) ?? false,
      relayed: (message) => this.#signaling?.send(message) ?? false,
      chatRoad: () => this.#chatRoad(),
      dispatch: (input) => this.dispatch(input),
      hands: () => this.#input.works,
      agreed: () => this.#offerWaits && this.#offer(),
      drop: () => this.#dropPeer(),
    });
    this.chat = chat;
    this.clipboard = clipboard;
    this.files = files;
    this.rights = rights;
    this.trust = trust;
    this.look = look;
    this.state = initialState(this.chat.recall(), parts.choice.recall(), parts.typing.recall());
  }

  /** Attach to the session; also takes it back from another tab. */
  start() {
    this.#signaling?.close();
    this.#signaling = this.#parts.makeSignaling({
      hello: (ticket) => ({ type: "console.attach", protocol_version: PROTOCOL_VERSION, session_id: this.sessionId, ticket }),
      onMessage: (message) => this.#heard(message),
      onPhase: (phase) => this.#linkChanged(phase),
      prepare: this.#parts.prepare,
    });
    this.#parts.ways.begin(this.#signaling, (input) => this.dispatch(input));
    this.#signaling.start();
  }

  /** Leave the session's page. */
  stop() {
    this.#hangUp();
    this.chat.stop();
    this.trust.stop();
    this.files.stop();
  }

  /** @returns {import("./channels/chat.js").Road} */
  #chatRoad() {
    if (this.#peer && this.#chatIsOpen) return "direct";
    return mayRelayChat(this.state) ? "relayed" : null;
  }

  #hangUp() {
    this.#signaling?.close();
    this.#signaling = null;
    clearTimeout(this.#refusalTimer);
    this.#recovery.stop();
    this.#dropPeer();
  }

  /** The network changed, or the sign-in is back: look at once how the line is. */
  hurry() {
    this.#ways.forget();
    this.#signaling?.prove();
  }

  /** Make a fresh peer connection now. */
  retry() {
    this.#ways.forget();
    this.#recovery.stop();
    void this.trust.look(true);
    if (this.state.peer.phase === "unrecovered") this.#recover();
    else this.#offer();
  }

  /** @param {import("./channels/input.js").Gesture} gesture */
  input(gesture) {
    const allowed = mayControl(this.state);
    this.#input.send(gesture, allowed);
    const place = gesture.kind === "move" ? gesture : gesture.message;
    if (allowed && "x" in place) this.#cursor?.sent(place.x, place.y);
  }

  /** @param {import("./channels/guide.js").GuideGesture} gesture */
  guide(gesture) {
    this.#guide.send(gesture, mayGuide(this.state));
  }

  /** @param {import("./session.js").SessionInput} message */
  dispatch(message) {
    const outbox = this.state.chat.outbox;
    this.state = reduce(this.state, message);
    if (this.state.chat.outbox !== outbox) this.chat.keep(this.state.chat.outbox);
    this.#parts.ways.follow(this.state);
    this.#parts.onChange();
  }

  // ---- the line to the broker

  /** @param {LiveState["link"]} phase */
  #linkChanged(phase) {
    if (phase === "open") this.#freshLink = this.state.link !== "open";
    // An offer that was under way has lost its candidates with the line: begin again once it is back.
    if (phase === "retrying" && this.state.peer.phase === "connecting") {
      this.#dropPeer();
      this.dispatch({ type: "peer.phase", phase: "lost" });
    }
    this.dispatch({ type: "link.changed", phase });
    this.chat.look();
  }

  /** @param {import("./protocol.js").BrokerToConsole} message */
  #heard(message) {
    const peer = "peer_id" in message && message.peer_id === this.#peer?.peerId ? this.#peer : null;
    switch (message.type) {
      case "session.snapshot":
        return this.#settle(message);
      case "pong":
        return this.#answered(message);
      case "peer.description":
        return peer && this.trust.admits(message.sdp) ? void peer.accept(message) : undefined;
      case "peer.tunnel":
        return void peer?.accept(message);
      case "peer.candidate":
        return void peer?.addCandidate(message);
      case "peer.failed":
        return peer ? this.#peerFailed(message.reason) : undefined;
      case "peer.wanted":
        return this.state.peer.phase === "connected" ? undefined : this.#offerAnew();
      case "trust.answer":
        return void this.trust.hear(message);
      case "relay.offered":
      case "relay.refused":
        return this.files.relayAnswered(message);
      case "session.ended":
      case "notes.changed":
      case "entry.over":
      case "connection.tried":
        return this.dispatch(message);
      case "error":
        return this.#refused(message);
      default:
        return this.chat.hear("relayed", message);
    }
  }

  /** The line stands: an offer that waited for that can be made. @param {import("./protocol.js").Pong} pong */
  #answered({ server_time }) {
    this.dispatch({ type: "clock.compared", offsetMs: Date.parse(server_time) - Date.now() });
    if (this.state.peer.phase === "lost" && !this.#peer && !this.#recovery.isResting) this.#offer();
  }

  /** @param {import("./protocol.js").SessionSnapshot} snapshot */
  #settle(snapshot) {
    const cameBack = !this.state.session?.client_present && snapshot.session.client_present;
    this.dispatch(snapshot);
    const { session, peer } = this.state;
    if (session?.state === "ended") return this.#ended();
    void this.trust.look(cameBack || this.#freshLink);
    if (peer.phase === "connected") this.#confirm();
    else if (!this.#peer && (cameBack || this.#mayOfferUnasked())) this.#offerAnew();
    this.#freshLink = false;
    this.chat.look();
  }

  /**
   * Not after a first failure or a recovery that took too long, which the technician decides on, unless the line
   * itself is a fresh one; and not while a back-off runs.
   */
  #mayOfferUnasked() {
    const { phase } = this.state.peer;
    return phase !== "failed" && (phase !== "unrecovered" || this.#freshLink) && !this.#recovery.isResting;
  }

  /** Things are other than they were when all attempts failed. */
  #offerAnew() {
    if (this.#recovery.isOver) this.#recovery.stop();
    this.#offer();
  }

  /** A broker that restarted may have missed that the peers are connected. */
  #confirm() {
    if (!this.#freshLink || this.state.session?.state !== "consented" || !this.#peer) return;
    this.#signaling?.send({ type: "peer.connected", peer_id: this.#peer.peerId });
  }

  /** @param {import("./protocol.js").ErrorMessage} message */
  #refused(message) {
    if (message.code === "peer_absent" && this.state.peer.phase === "connecting") {
      this.#dropPeer();
      this.dispatch({ type: "peer.phase", phase: "lost" });
    }
    this.dispatch(message);
    if (this.state.fault) {
      this.#dropPeer();
      this.dispatch({ type: "peer.phase", phase: "idle" });
    }
  }

  #ended() {
    this.#hangUp();
    this.files.ended();
    this.trust.ended();
    this.chat.ended();
    this.dispatch({ type: "peer.phase", phase: "idle" });
  }

  // ---- the peer connection

  #offer() {
    this.#offerWaits = !this.state.trust.ready;
    if (!wantsPeer(this.state) || this.state.link !== "open") return;
    this.#dropPeer();
    const peerId = freshId();
    const delay = new PictureDelay((then, now) => peer.ageMs(then, now));
    const tiles = this.#parts.makeTiles((shown) => void peer.send("shown", { type: "frame.shown", ...shown }), delay);
    const cursor = this.#parts.makeCursor();
    const reported = new QualityReport();
    const peer = this.#parts.makePeer(peerId, this.state.iceServers, {
      signal: (message) => void this.#signaling?.send(message),
      connected: () => this.#connected(),
      quiet: () => this.#signaling?.prove(),
      lost: () => this.#lost(),
      failed: (reason) => {
        this.#signaling?.send({ type: "peer.failed", peer_id: peerId, reason });
        this.#peerFailed(reason);
      },
      stream: (stream) => this.#show({ stream, tiles, cursor }),
      tiles: (channel) => tiles.listen(channel),
      opened: (label) => this.#opened(label),
      closed: (label) => label === "files" && this.files.reset(),
      message: (label, message) => this.#received(label, message),
      chunk: (message) => this.files.hearChunk(message),
      quality: (line) => {
        const told = reported.take(line, performance.now());
        if (told) this.#signaling?.send(told);
        this.dispatch({ type: "quality.measured", quality: { ...line, delayMs: delay.medianMs(performance.now()) } });
      },
    }, this.#ways.as(this.state, this.trust, this.#parts.canSeal));
    this.#peer = peer;
    this.#tiles = tiles;
    this.#cursor = cursor;
    this.dispatch({ type: "peer.phase", phase: "connecting" });
    if (this.#ways.way === "tunnel") this.#show({ stream: null, tiles, cursor });
    void peer.start();
  }

  #connected() {
    this.#recovery.stop();
    this.dispatch({ type: "peer.phase", phase: "connected" });
    if (this.#peer) void this.#tellWay(this.#peer);
  }

  /** @param {Peer} peer */
  async #tellWay(peer) {
    const way = await peer.way();
    if (this.#peer === peer) this.#signaling?.send({ type: "peer.connected", peer_id: peer.peerId, way });
  }

  #lost() {
    if (this.#peer) this.#signaling?.send({ type: "peer.lost", peer_id: this.#peer.peerId });
    this.#recover();
  }

  /**
   * A first connection that fails is told and left to the technician; one that had stood comes back
   * by itself, for a while.
   * @param {import("./protocol.js").PeerFailure} failure
   */
  #peerFailed(failure) {
    if (this.#ways.failed(failure, this.state.tunnel && this.#parts.canSeal)) return this.#offer();
    if (failure !== "tunnel_damaged" && (this.state.peer.everConnected || this.state.session?.connected_at)) return this.#recover();
    this.#dropPeer();
    this.dispatch({ type: "peer.phase", phase: "failed", failure });
  }

  /**
   * A fresh peer connection under the same session: offered once the broker has answered, so that no offer is lost
   * on a line that is dead, too.
   */
  #recover() {
    this.#dropPeer();
    this.dispatch({ type: "peer.phase", phase: this.#recovery.isOver ? "unrecovered" : "lost" });
    if (!this.#recovery.isOver) this.#recovery.begin();
  }

  #dropPeer() {
    this.#recovery.wake();
    this.#peer?.close();
    this.#peer = null;
    this.#chatIsOpen = false;
    this.chat.look();
    this.#tiles?.close();
    this.#tiles = null;
    this.#cursor?.close();
    this.#cursor = null;
    this.clipboard.reset();
    this.files.reset();
    this.rights.reset();
    this.picture = null;
  }

  /** @param {Picture} picture */
  #show(picture) {
    this.picture = picture;
    this.#parts.onChange();
  }

  // ---- the channels

  /** @param {import("./protocol.js").ChannelLabel} label */
  #opened(label) {
    if (label === "control") this.look.tell();
    if (label === "files" && this.#peer?.road) this.files.open(this.#peer.road);
    if (label !== "chat") return;
    this.#chatIsOpen = true;
    this.chat.reopen();
  }

  /** @param {import("./protocol.js").ChannelLabel} label @param {any} message */
  #received(label, message) {
    if (label === "pointer" && message.type === "pointer.at") return this.#cursor?.told(message);
    if (label === "control" && message.type === "cursor.shape") return void this.#cursor?.wear(message);
    if (label === "clipboard") return this.clipboard.hear(message);
    if (label === "files") return this.files.hear(message);
    if (label === "chat") return this.chat.hear("direct", message);
    if (label !== "control" || message.type.startsWith("heartbeat")) return;
    if (message.type === "rights.state" || message.type === "rights.answer") this.rights.hear(message);
    else this.dispatch(message);
    if (message.type === "rights.state") for (const desk of [this.clipboard, this.files]) desk.rightsChanged();
    if (message.type !== "input.refused") return;
    clearTimeout(this.#refusalTimer);
    this.#refusalTimer = setTimeout(() => this.dispatch({ type: "refusal.forgotten" }), REFUSAL_SHOWN_MS);
  }
}
