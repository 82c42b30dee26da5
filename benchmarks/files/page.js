// Runs in the console's page before its own scripts: notes when a file begins and when it is done, either
// way, as the two sides say it on the files channel. The chunks themselves are not looked at.
(() => {
  /** @type {{type: string, at: number}[]} */
  let told = [];
  /** @type {(() => void)[]} */
  let waiting = [];

  const note = (message) => {
    if (typeof message !== "string") return;
    const { type, problem } = JSON.parse(message);
    told.push({ type, problem, at: performance.now() });
    for (const look of waiting.splice(0)) look();
  };

  const { createDataChannel } = RTCPeerConnection.prototype;
  RTCPeerConnection.prototype.createDataChannel = function (label, init) {
    const channel = createDataChannel.call(this, label, init);
    if (label !== "files") return channel;
    channel.addEventListener("message", ({ data }) => note(data));
    channel.send = (message) => {
      note(message);
      RTCDataChannel.prototype.send.call(channel, message);
    };
    return channel;
  };

  const until = async (...types) => {
    for (;;) {
      const found = told.find(({ type }) => types.includes(type));
      if (found) return found;
      await new Promise((resolve) => waiting.push(resolve));
    }
  };

  globalThis.files = {
    forget: () => void (told = []),
    began: async () => void (await until("file.ready")),
    /** Milliseconds that it took; null when it did not come across. */
    done: async () => {
      const begin = await until("file.begin");
      const end = await until("file.done", "file.failed", "file.dropped", "file.cancel");
      if (end.type !== "file.done") throw new Error(`${end.type}: ${end.problem}`);
      return end.at - begin.at;
    },
  };
})();
