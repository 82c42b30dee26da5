// Runs in the viewer's page, before its own scripts: reads what the page shows of the remote desktop.
// `benchPicture`, given by the system, finds the element whose videos and canvases make up the
// picture, or null while something else covers it.
(() => {
  const DESKTOP = { width: 1920, height: 1080 };
  const CELL = 16, COLUMNS = 16, ROWS = 2;
  const DARK = 128;
  /** Nearer than this (CSS pixels) two boxes are the same box. */
  const SAME_BOX = 1;

  const small = surface(CELL * COLUMNS, CELL * ROWS);
  const whole = surface(DESKTOP.width, DESKTOP.height);

  function surface(width, height) {
    return new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  }

  // ---- clocks

  let correction = 0;

  /** Seconds since the epoch, by the clock that time.time() reads in Python. */
  const wall = (at = performance.now()) => (performance.timeOrigin + at + correction) / 1000;

  /** `Date.now()` follows the machine's clock; `performance.now()` has the resolution. */
  function setClock() {
    const found = [];
    for (let i = 0; i < 5; i++) {
      const before = Date.now();
      let now = before;
      while (now === before) now = Date.now();
      found.push(now - performance.timeOrigin - performance.now());
    }
    correction = found.sort((a, b) => a - b)[2];
  }

  // ---- the picture

  /** Visible videos and canvases under an element, shadow roots included, the lowest first. */
  function layersOf(element) {
    const layers = [];
    const visit = (root) => {
      for (const child of root.children) {
        const size = nativeSize(child);
        if (size) layers.push({ source: child, size });
        if (child.shadowRoot) visit(child.shadowRoot);
        visit(child);
      }
    };
    if (nativeSize(element)) layers.push({ source: element, size: nativeSize(element) });
    visit(element);
    return layers.map(place).filter(Boolean).sort((a, b) => a.height - b.height);
  }

  function nativeSize(element) {
    const [width, height] =
      element instanceof HTMLVideoElement ? [element.videoWidth, element.videoHeight]
      : element instanceof HTMLCanvasElement ? [element.width, element.height]
      : [0, 0];
    return width && height ? { width, height } : null;
  }

  function place({ source, size }) {
    const style = getComputedStyle(source);
    const box = source.getBoundingClientRect();
    if (!box.width || style.visibility === "hidden" || style.opacity === "0") return null;
    const scale = Math.min(box.width / size.width, box.height / size.height);
    const contained = style.objectFit === "contain";
    const width = contained ? size.width * scale : box.width;
    const height = contained ? size.height * scale : box.height;
    return {
      source,
      size,
      height: Number.parseInt(style.zIndex) || 0,
      box: {
        left: box.left + (box.width - width) / 2, top: box.top + (box.height - height) / 2,
        width, height,
      },
    };
  }

  /** Draw a rectangle of the desktop, as it is shown, at its own size. False without a picture. */
  function draw(context, area) {
    const element = globalThis.benchPicture();
    const layers = element ? layersOf(element) : [];
    if (layers.length === 0) return false;
    context.clearRect(0, 0, area.width, area.height);
    for (const layer of layers) drawLayer(context, layer, layers[0].box, area);
    return true;
  }

  function drawLayer(context, { source, size, box }, picture, area) {
    const at = sameBox(box, picture) ? picture : box;
    // Desktop pixels to CSS pixels of the picture to the layer's own pixels.
    const across = (picture.width / DESKTOP.width) * (size.width / at.width);
    const down = (picture.height / DESKTOP.height) * (size.height / at.height);
    const left = (picture.left - at.left) * (size.width / at.width) + area.x * across;
    const top = (picture.top - at.top) * (size.height / at.height) + area.y * down;
    const exact = Math.abs(across - 1) < 1e-3 && Math.abs(down - 1) < 1e-3;
    const snap = exact ? Math.round : (value) => value;
    context.imageSmoothingEnabled = !exact;
    context.drawImage(
      source, snap(left), snap(top), snap(area.width * across), snap(area.height * down),
      0, 0, area.width, area.height,
    );
  }

  function sameBox(one, other) {
    return ["left", "top", "width", "height"].every((side) => Math.abs(one[side] - other[side]) <= SAME_BOX);
  }

  // ---- samples

  /** The word of the bar code at a place of the desktop, or null without a picture. */
  function readWord({ x, y }) {
    const { width, height } = small.canvas;
    if (!draw(small, { x, y, width, height })) return null;
    const { data } = small.getImageData(0, 0, width, height);
    let word = 0;
    for (let bit = 0; bit < COLUMNS * ROWS; bit++) {
      const column = (bit % COLUMNS) * CELL + CELL / 2;
      const row = Math.floor(bit / COLUMNS) * CELL + CELL / 2;
      if (isDark(data, 4 * (row * width + column))) word |= 1 << bit;
    }
    return word >>> 0;
  }

  function isDarkAt({ x, y }) {
    if (!draw(small, { x, y, width: 2, height: 2 })) return null;
    return isDark(small.getImageData(0, 0, 1, 1).data, 0);
  }

  const isDark = (data, at) => 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2] < DARK;

  /** Call `look` in each animation frame, with the moment the frame began to be made, until it says stop. */
  function everyFrame(look) {
    const step = () => {
      if (look(performance.now()) !== "stop") requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  // ---- first: until a known bar code shows

  function watchFirst(spot, word) {
    setClock();
    bench.firstSeenAt = null;
    everyFrame(() => {
      const at = wall();
      if (readWord(spot) !== word) return "again";
      bench.firstSeenAt = at;
      return "stop";
    });
  }

  // ---- motion: every change of the bar code

  let words = null;

  function watchWords(spot) {
    setClock();
    const mine = (words = []);
    let last = null;
    everyFrame(() => {
      if (words !== mine) return "stop";
      const at = wall();
      const word = readWord(spot);
      if (word !== null && word !== last) mine.push([at, (last = word)]);
      return "again";
    });
  }

  function takeWords() {
    const taken = words ?? [];
    words = null;
    return taken;
  }

  // ---- key: from a keydown to the pixel that it changes

  function armKey(spot, timeoutMs) {
    const before = isDarkAt(spot);
    bench.flipped = new Promise((resolve) => {
      addEventListener("keydown", ({ timeStamp }) => {
        everyFrame((now) => {
          const late = now - timeStamp > timeoutMs;
          if (isDarkAt(spot) === before && !late) return "again";
          resolve(late ? null : now - timeStamp);
          return "stop";
        });
      }, { capture: true, once: true });
    });
    return before !== null;
  }

  // ---- settle: the whole picture beside what it should be

  let settling = null;

  function watchSettle(expected, { corner, everyMs }) {
    setClock();
    const mine = (settling = { looks: [], kept: null, keepAt: Infinity });
    const { width, height } = DESKTOP;
    const area = { x: 0, y: 0, width, height };
    const right = new Uint32Array(bytesOf(expected).buffer);
    const look = () => {
      if (settling !== mine) return;
      const at = wall();
      if (draw(whole, area)) {
        const { data } = whole.getImageData(0, 0, width, height);
        mine.looks.push([at, countWrong(new Uint32Array(data.buffer), right, width, height, corner)]);
        if (!mine.kept && at >= mine.keepAt) mine.kept = data;
      }
      setTimeout(() => requestAnimationFrame(look), everyMs);
    };
    look();
  }

  const keepSettleAt = (at) => void (settling.keepAt = at);

  /** Pixels that differ, but for a corner at the bottom right where the pointer is parked. */
  function countWrong(shown, right, width, height, corner) {
    let wrong = 0;
    for (let y = 0; y < height; y++) {
      const end = y * width + (y >= height - corner ? width - corner : width);
      for (let i = y * width; i < end; i++) if ((shown[i] ^ right[i]) & 0xffffff) wrong++;
    }
    return wrong;
  }

  function takeSettle() {
    const { looks, kept } = settling;
    settling = null;
    return { looks, kept: kept && textOf(kept) };
  }

  const bytesOf = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

  function textOf(bytes) {
    let text = "";
    for (let i = 0; i < bytes.length; i += 32768) text += String.fromCharCode(...bytes.subarray(i, i + 32768));
    return btoa(text);
  }

  const bench = { firstSeenAt: null, wall, watchFirst, watchWords, takeWords, armKey, watchSettle, keepSettleAt, takeSettle };
  globalThis.bench = bench;
})();
