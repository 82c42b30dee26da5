// Takes the tiles' data channel off the page. Chromium holds back most of a page's tasks after a key press
// until the next frame, messages of data channels among them: a tile that answers the key would miss that
// frame. A worker gets them at once, and a broadcast channel is not held back.

/** @type {{ onmessage: (event: MessageEvent<import("./channel.js").ToWorker>) => void }} */
const scope = /** @type {any} */ (globalThis);
/** @type {import("../way.js").Channel | null} */
let channel = null;

scope.onmessage = ({ data: message }) => {
  if (message.type === "channel") relay(message.channel, new BroadcastChannel(message.name));
  else if (channel?.readyState === "open") channel.send(message.text);
};

/** @param {import("../way.js").Channel} from @param {BroadcastChannel} to */
function relay(from, to) {
  channel = from;
  channel.binaryType = "arraybuffer";
  channel.onmessage = ({ data }) => to.postMessage(data);
}
