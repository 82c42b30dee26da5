import assert from "node:assert/strict";
import { test } from "node:test";
import { nextStep, ViewZoom } from "../../technician_console/src/input/zoom.js";

/** A picture of 1000 × 500 on a stage of 400 × 400, drawn as large as was wanted last. */
function rig(control = false) {
  const listeners = new Map();
  globalThis.window = /** @type {any} */ ({
    addEventListener: (type, listener) => listeners.set(type, listener),
    removeEventListener: (type) => listeners.delete(type),
  });
  const scroll = { x: 0, y: 0 };
  const wanted = [];
  let scale = 1;
  const stage = {
    getBoundingClientRect: () => ({ left: 0, top: 0, width: 400, height: 400 }),
    scrollBy: (x, y) => ((scroll.x += x), (scroll.y += y)),
  };
  const screen = { getBoundingClientRect: () => ({ left: -scroll.x, top: -scroll.y, width: 1000 * scale, height: 500 * scale }) };
  const view = new ViewZoom({ stage: () => stage, screen: () => screen, wanted: (zoom) => wanted.push(zoom), control: () => control });
  view.listen();
  const draw = () => {
    scale = view.scale;
    view.settle();
  };
  return { view, scroll, wanted, draw, press: (type, event) => listeners.get(type)({ type, ...event }), listeners };
}

const wheel = (change) => ({ deltaX: 0, deltaY: 0, deltaMode: 0, ctrlKey: false, metaKey: false, clientX: 100, clientY: 200, ...change });

test("steps go up and down from any size, and no further than they may", () => {
  assert.deepEqual([nextStep(0.62, 1), nextStep(0.62, -1), nextStep(1, 1), nextStep(1, -1)], [0.67, 0.5, 1.1, 0.9]);
  assert.deepEqual([nextStep(4, 1), nextStep(0.25, -1), nextStep(0.1, -1), nextStep(0.1, 1)], [4, 0.25, 0.25, 0.25]);
});

test("the point under the mouse stays there while the wheel zooms", () => {
  const { view, wanted, scroll, draw } = rig();
  assert.equal(view.wheel(wheel({ ctrlKey: true, deltaY: -400 })), true);
  assert.deepEqual(wanted, [2]);
  draw();
  assert.deepEqual(scroll, { x: 100, y: 200 });
  view.wheel(wheel({ metaKey: true, deltaY: 1e6 }));
  assert.equal(wanted.at(-1), 0.25);
});

test("pinches between two drawings add up, and what is under the fingers goes with them", () => {
  const { view, scroll, draw } = rig();
  view.pinch({ factor: 1.5, from: { x: 200, y: 100 }, to: { x: 210, y: 100 } });
  view.pinch({ factor: 2, from: { x: 210, y: 100 }, to: { x: 220, y: 120 } });
  draw();
  assert.equal(view.scale, 3);
  assert.deepEqual(scroll, { x: 600 - 220, y: 300 - 120 });
});

test("under control the wheel is the other computer's, with the key too, but a pinched touch pad zooms", () => {
  const { view, wanted, press } = rig(true);
  assert.equal(view.wheel(wheel({ deltaY: 100 })), false);
  press("keydown", { ctrlKey: true });
  assert.equal(view.wheel(wheel({ ctrlKey: true, deltaY: 100 })), false);
  press("keyup", { ctrlKey: false });
  assert.deepEqual(wanted, []);
  assert.equal(view.wheel(wheel({ ctrlKey: true, deltaY: 100 })), true);
  assert.equal(wanted.length, 1);
});

test("without control wheel and keys move and zoom the picture", () => {
  const { view, wanted, scroll } = rig();
  const key = (name) => view.key({ key: name, preventDefault() {}, stopPropagation() {} });
  assert.equal(view.wheel(wheel({ deltaX: 5, deltaY: 30 })), true);
  key("ArrowDown");
  assert.deepEqual(scroll, { x: 5, y: 90 });
  for (const name of ["+", "-", "0", "1", "a"]) key(name);
  assert.deepEqual(wanted, [1.1, 1, "fit", 1]);
});

test("keys are the other computer's under control, and nothing listens after closing", () => {
  const { view, wanted, listeners } = rig(true);
  view.key({ key: "+" });
  assert.deepEqual(wanted, []);
  view.close();
  assert.equal(listeners.size, 0);
});

test("at the largest size fingers that spread only move the picture", () => {
  const { view, wanted, scroll, draw } = rig();
  view.pinch({ factor: 4, from: { x: 0, y: 0 }, to: { x: 0, y: 0 } });
  draw();
  view.pinch({ factor: 1.2, from: { x: 50, y: 50 }, to: { x: 40, y: 20 } });
  assert.deepEqual([wanted, scroll], [[4], { x: 10, y: 30 }]);
});
