// Runs in the console's page after `viewer.js`: notes when each key comes, and points at a steady rate.
// Keys come from the browser itself, since only its own are put into a text field. Moves are events made
// here: a browser gives them to the page one by one, but here they come up to four at a time, since a
// timer of a page is called every 4 ms at most.
(() => {
  /** What left on the pointer channel: [x, y] as fractions. */
  const pointed = [];
  /** When each key was heard of. */
  const heard = [];
  const note = () => heard.push(bench.wall());
  const { send } = RTCDataChannel.prototype;
  RTCDataChannel.prototype.send = function (message) {
    if (this.label === "pointer") {
      const { x, y } = JSON.parse(message);
      if (x !== undefined) pointed.push([x, y]);
    }
    return send.call(this, message);
  };

  /** Call `act(n)` for n below `count`, `rate` times a second. */
  const steadily = (count, rate, act) =>
    new Promise((done) => {
      const began = performance.now();
      let next = 0;
      const timer = setInterval(() => {
        const due = Math.min(count, Math.floor(((performance.now() - began) * rate) / 1000));
        for (; next < due; next += 1) act(next);
        if (next < count) return;
        clearInterval(timer);
        done();
      }, 1);
    });

  globalThis.hands = {
    /** Note when the page hears of each key, from now on. */
    hear(screen) {
      heard.length = 0;
      screen.removeEventListener("keydown", note, { capture: true });
      screen.addEventListener("keydown", note, { capture: true });
    },

    heard: () => [...heard],

    async point(screen, places, rate) {
      const times = [];
      pointed.length = 0;
      const box = screen.getBoundingClientRect();
      await steadily(places.length, rate, (n) => {
        const [x, y] = places[n];
        times.push(bench.wall());
        screen.dispatchEvent(
          new PointerEvent("pointermove", {
            pointerType: "mouse",
            clientX: box.left + x * box.width,
            clientY: box.top + y * box.height,
            bubbles: true,
            composed: true,
          }),
        );
      });
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      return { times, pointed: [...pointed] };
    },
  };
})();
