// Runs in the viewer's page after `viewer.js`: stamps what the console does, by wrapping the browser's
// functions. A stamp is [label, seconds since the epoch]. `worker.js` tells those of the tiles' worker.
(() => {
  let stamps = [];
  const stamp = (label, at) => void stamps.push([label, bench.wall(at)]);

  addEventListener("keydown", ({ timeStamp }) => stamp("input", timeStamp), { capture: true });

  const { send } = RTCDataChannel.prototype;
  RTCDataChannel.prototype.send = function (message) {
    if (this.label === "input") stamp("message sent");
    return send.call(this, message);
  };

  new BroadcastChannel("profile").onmessage = ({ data: [label, at] }) => stamp(label, at - performance.timeOrigin);

  for (const name of ["drawImage", "putImageData"]) {
    const draw = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (...options) {
      stamp("tile decoded");
      draw.apply(this, options);
      stamp("tile drawn");
    };
  }

  const { requestVideoFrameCallback } = HTMLVideoElement.prototype;
  HTMLVideoElement.prototype.requestVideoFrameCallback = function (callback) {
    return requestVideoFrameCallback.call(this, (now, frame) => {
      if (frame.receiveTime !== undefined) {
        stamp("frame arrived", frame.receiveTime);
        stamp("frame presented", frame.presentationTime);
        stamp("frame called back");
      }
      return callback(now, frame);
    });
  };

  globalThis.takeStamps = () => {
    const taken = stamps;
    stamps = [];
    return taken;
  };
})();
