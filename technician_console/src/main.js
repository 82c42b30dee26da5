// Composition root: the only module that names the concrete parts and joins them to the page.
import { Api } from "./api.js";
import { App } from "./app.js";
import { CodeMemory } from "./code_memory.js";
import { chosenLanguage, pickLanguage, rememberLanguage, useLanguage } from "./i18n.js";
import { CursorOverlay } from "./cursor/overlay.js";
import { LiveSession } from "./live_session.js";
import { MonitorChoice } from "./monitor_choice.js";
import { Peer } from "./peer.js";
import { PictureChoice } from "./picture_choice.js";
import { TileOverlay } from "./tiles/overlay.js";
import { SystemClipboard } from "./system_clipboard.js";
import { Signaling } from "./signaling.js";
import "./views/app.js";
import { TypingChoice } from "./typing_choice.js";

const api = new Api();
/** @type {any} */
let workers;
const view = /** @type {import("./views/app.js").AppView} */ (document.createElement("hr-app"));

/** @param {import("./i18n.js").Language} language */
async function speak(language) {
  useLanguage(language, await api.catalogue(language));
  rememberLanguage(language);
  document.documentElement.lang = language;
}

/** The one script that a worker of this page may run (Trusted Types). */
function tileWorkerUrl() {
  const url = new URL("tiles/worker.js", import.meta.url).href;
  const types = /** @type {any} */ (globalThis).trustedTypes;
  return types ? (workers ??= types.createPolicy("handrail-workers", { createScriptURL: () => url })).createScriptURL("") : url;
}

function signalingUrl() {
  const url = new URL("/api/v1/ws/console", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

const app = new App({
  api,
  codes: new CodeMemory(sessionStorage),
  openSession: (sessionId, prepare, onChange) =>
    new LiveSession({
      sessionId,
      prepare,
      onChange,
      storage: sessionStorage,
      monitors: new MonitorChoice(localStorage),
      systemClipboard: new SystemClipboard(),
      choice: new PictureChoice(localStorage),
      typing: new TypingChoice(localStorage),
      makeSignaling: (options) => new Signaling({ ...options, url: signalingUrl() }),
      makePeer: (peerId, iceServers, events) => new Peer(peerId, iceServers, events),
      makeCursor: () => new CursorOverlay(),
      makeTiles: (shown, delay) => new TileOverlay(new Worker(tileWorkerUrl(), { type: "module" }), shown, delay),
    }),
  go: (hash) => void (location.hash = hash),
  onChange: show,
  speak,
});

function show() {
  view.app = app.state;
  view.live = app.live?.state ?? null;
  view.picture = app.live?.picture ?? null;
}

view.addEventListener("intent", (event) => void app.act(/** @type {CustomEvent} */ (event).detail));
window.addEventListener("hashchange", () => void app.navigate(location.hash));
window.addEventListener("focus", () => void app.act({ type: "clipboard.look" }));
window.addEventListener("online", () => app.hurry());
document.addEventListener("visibilitychange", () => app.hide(document.hidden));

await speak(pickLanguage(navigator.languages, chosenLanguage()));
document.body.replaceChildren(view);
app.hide(document.hidden);
await app.navigate(location.hash);
