// Composition root: the only module that names the concrete parts and joins them to the page.
import { Api } from "./api.js";
import { App } from "./app.js";
import { languages, NO_BRAND, useBrand } from "./brand.js";
import { CodeMemory } from "./code_memory.js";
import { chosenLanguage, pickLanguage, rememberLanguage, useLanguage } from "./i18n.js";
import { HashWorker } from "./files/hash.js";
import { Saving } from "./files/saving.js";
import { stagingFor } from "./files/staging.js";
import { CursorOverlay } from "./cursor/overlay.js";
import { LiveSession } from "./live_session.js";
import { MonitorChoice } from "./monitor_choice.js";
import { Peer } from "./peer.js";
import { PictureChoice } from "./picture_choice.js";
import { tryWays } from "./preflight.js";
import { makeCertificate, RtcWay } from "./rtc_way.js";
import { openRelay } from "./relay/pipe.js";
import { canSeal } from "./relay/seal.js";
import { TunnelWay } from "./tunnel/way.js";
import { TileOverlay } from "./tiles/overlay.js";
import { SystemClipboard } from "./system_clipboard.js";
import { Signaling, tryLine } from "./signaling.js";
import "./views/app.js";
import { guardPage } from "./views/drop_zone.js";
import { WayWatch } from "./way_watch.js";
import { TechnicianTrust } from "./technician_trust.js";
import { canAgree } from "./trust/hand.js";
import { Hands } from "./trust/hands.js";
import { TypingChoice } from "./typing_choice.js";

const api = new Api();
const hands = new Hands(makeCertificate);
/** @type {any} */
let types;
const view = /** @type {import("./views/app.js").AppView} */ (document.createElement("hr-app"));

/** @param {import("./i18n.js").Language} language */
async function speak(language) {
  useLanguage(language, await api.catalogue(language));
  rememberLanguage(language);
  document.documentElement.lang = language;
}

/** The only scripts that workers of this page may run (Trusted Types). */
const WORKERS = { tiles: "tiles/worker.js", hash: "files/hash_worker.js", stage: "files/stage_worker.js" };

/** @param {keyof typeof WORKERS} name */
const workerUrl = (name) => new URL(WORKERS[name], import.meta.url).href;

/** @param {keyof typeof WORKERS} name */
function makeWorker(name) {
  const { trustedTypes } = /** @type {any} */ (globalThis);
  types ??= trustedTypes?.createPolicy("handrail-workers", { createScriptURL: workerUrl });
  return new Worker(types?.createScriptURL(name) ?? workerUrl(name), { type: "module" });
}

/** @param {string} sessionId */
const fileParts = (sessionId) => ({
  staging: stagingFor(sessionId, () => makeWorker("stage"), () => makeWorker("hash")),
  hashes: new HashWorker(() => makeWorker("hash")),
  saving: new Saving(),
  canSeal: canSeal(),
  openRelay: openRelayHere,
});

/** @param {Omit<import("./relay/pipe.js").RelayOptions, "url">} options */
const openRelayHere = (options) => openRelay({ ...options, url: socketUrl("relay") });

/** @param {string} peerId @param {import("./protocol.js").IceServer[]} iceServers @param {import("./way_choice.js").OfferedAs} as */
function wayOf(peerId, iceServers, { way, timeoutS, certificate, shared }) {
  if (way === "tunnel") return new TunnelWay(peerId, { shared, openRelay: openRelayHere });
  return new RtcWay(peerId, iceServers, certificate, timeoutS);
}

/** @param {"console" | "relay"} what */
function socketUrl(what) {
  const url = new URL(`/api/v1/ws/${what}`, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

/** The page stays: the answer is an attachment. @param {string} url */
function download(url) {
  const link = document.createElement("a");
  link.href = url;
  link.download = "";
  link.click();
}

/** The colours come by a style sheet of their own, which is asked for anew. @param {import("./protocol.js").Branding} brand */
function wear(brand) {
  useBrand(brand);
  const sheet = /** @type {HTMLLinkElement} */ (document.getElementById("brand-colours"));
  sheet.href = `/branding/colours.css?v=${brand.version}`;
  view.requestUpdate();
}

const app = new App({
  api,
  codes: new CodeMemory(sessionStorage),
  connection: { tryWays, tryLine: (withinMs) => tryLine(socketUrl("console"), withinMs) },
  openSession: (sessionId, prepare, onChange) =>
    new LiveSession({
      sessionId,
      prepare,
      onChange,
      storage: sessionStorage,
      monitors: new MonitorChoice(localStorage),
      files: fileParts(sessionId),
      systemClipboard: new SystemClipboard(),
      choice: new PictureChoice(localStorage),
      typing: new TypingChoice(localStorage),
      makeSignaling: (options) => new Signaling({ ...options, url: socketUrl("console") }),
      canSeal: canSeal(),
      makePeer: (peerId, iceServers, events, as) => new Peer(peerId, wayOf(peerId, iceServers, as), events),
      makeTrust: (around) => new TechnicianTrust(around, canAgree() ? hands : null),
      ways: new WayWatch(tryWays),
      makeCursor: () => new CursorOverlay(),
      makeTiles: (shown, delay) => new TileOverlay(makeWorker("tiles"), shown, delay),
    }),
  go: (hash) => void (location.hash = hash),
  download,
  wear,
  onChange: show,
  speak,
});

function show() {
  view.app = app.state;
  view.live = app.live?.state ?? null;
  view.picture = app.live?.picture ?? null;
}

view.addEventListener("intent", (event) => void app.act(/** @type {CustomEvent} */ (event).detail));
guardPage();
window.addEventListener("hashchange", () => void app.navigate(location.hash));
window.addEventListener("focus", () => void app.act({ type: "clipboard.look" }));
window.addEventListener("online", () => app.networkChanged());
/** @type {any} */ (navigator).connection?.addEventListener("change", () => app.networkChanged());
document.addEventListener("visibilitychange", () => app.hide(document.hidden));

// Without an answer the page is Handrail's: it works all the same.
useBrand(await api.branding().catch(() => NO_BRAND));
await speak(pickLanguage(navigator.languages, chosenLanguage(), languages()));
document.body.replaceChildren(view);
app.hide(document.hidden);
await app.navigate(location.hash);
