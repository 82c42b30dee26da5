// Put before the script of the tiles' worker: stamps what it does, by wrapping the browser's functions.
{
  const channel = new BroadcastChannel("profile");
  const stamp = (label) => channel.postMessage([label, performance.timeOrigin + performance.now()]);

  const heard = Object.getOwnPropertyDescriptor(RTCDataChannel.prototype, "onmessage");
  Object.defineProperty(RTCDataChannel.prototype, "onmessage", {
    get: heard.get,
    set(handler) {
      heard.set.call(this, (event) => {
        if (new Uint8Array(event.data)[0] === TILE) stamp("tile arrived");
        return handler.call(this, event);
      });
    },
  });
}
