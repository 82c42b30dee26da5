import assert from "node:assert/strict";
import { test } from "node:test";
import { InputSender } from "../../technician_console/src/channels/input.js";
import { buttonChanges, PointerInput } from "../../technician_console/src/input/pointer.js";
import { notches } from "../../technician_console/src/input/wheel.js";

/** An element that only listens, and frames that come when told. */
function rig() {
  const listeners = new Map();
  const frames = [];
  const gestures = [];
  const element = {
    addEventListener: (type, listener) => listeners.set(type, listener),
    removeEventListener: (type) => listeners.delete(type),
    setPointerCapture: () => {},
    focus: () => {},
  };
  const pointer = new PointerInput((gesture) => gestures.push(gesture), (callback) => frames.push(callback));
  pointer.attach(element, () => ({ left: 0, top: 0, width: 100, height: 100 }));
  const fire = (type, event) => listeners.get(type)({ preventDefault() {}, pointerType: "mouse", pointerId: 1, button: 0, ...event });
  return { pointer, listeners, gestures, fire, nextFrame: () => frames.splice(0).forEach((callback) => callback()) };
}

test("moves between two frames become one, the newest", () => {
  const { fire, gestures, nextFrame } = rig();
  for (const x of [10, 20, 30]) fire("pointermove", { clientX: x, clientY: 0, buttons: 0 });
  assert.deepEqual(gestures, []);
  nextFrame();
  assert.deepEqual(gestures, [{ kind: "move", x: 0.3, y: 0 }]);
});

test("a button carries its position, and a move that waits before it is dropped", () => {
  const { fire, gestures, nextFrame } = rig();
  fire("pointermove", { clientX: 10, clientY: 10, buttons: 0 });
  fire("pointerdown", { clientX: 50, clientY: 50, buttons: 1 });
  nextFrame();
  assert.deepEqual(gestures, [{ kind: "input", message: { type: "input.button", button: "left", down: true, x: 0.5, y: 0.5 } }]);
});

test("a second button pressed during a drag is told", () => {
  const { fire, gestures } = rig();
  fire("pointerdown", { clientX: 0, clientY: 0, buttons: 1 });
  fire("pointermove", { clientX: 0, clientY: 0, buttons: 3 });
  fire("pointerup", { clientX: 200, clientY: 0, buttons: 0 });
  const told = gestures.map(({ message }) => `${message.button} ${message.down}`);
  assert.deepEqual(told, ["left true", "right true", "left false", "right false"]);
  assert.equal(gestures.at(-1).message.x, 1);
});

test("a cancelled pointer releases everything", () => {
  const { fire, gestures } = rig();
  fire("pointercancel", {});
  assert.deepEqual(gestures, [{ kind: "input", message: { type: "input.release" } }]);
});

test("after detach nothing listens", () => {
  const { pointer, listeners } = rig();
  pointer.detach();
  assert.equal(listeners.size, 0);
});

test("button bits are told apart", () => {
  assert.deepEqual(buttonChanges(0, 4), [{ button: "middle", down: true }]);
  assert.deepEqual(buttonChanges(24, 0), [{ button: "back", down: false }, { button: "forward", down: false }]);
  assert.deepEqual(buttonChanges(1, 1), []);
});

test("a wheel of any device turns in notches and parts of them", () => {
  assert.deepEqual(notches({ deltaX: 0, deltaY: 100, deltaMode: 0 }), { dx: 0, dy: 1 });
  assert.deepEqual(notches({ deltaX: 0, deltaY: -6, deltaMode: 1 }), { dx: 0, dy: -2 });
  assert.deepEqual(notches({ deltaX: 2, deltaY: 0, deltaMode: 2 }), { dx: 2, dy: 0 });
  assert.deepEqual(notches({ deltaX: -0.1, deltaY: 4, deltaMode: 0 }), { dx: -0.001, dy: 0.04 });
  assert.deepEqual(notches({ deltaX: 0, deltaY: 1e9, deltaMode: 0 }), { dx: 0, dy: 100 });
});

test("what the wheel turns in one frame is told at once, before a click that follows", () => {
  const { fire, gestures, nextFrame } = rig();
  const wheel = (deltaY) => fire("wheel", { clientX: 50, clientY: 50, deltaX: 0, deltaY, deltaMode: 0 });
  wheel(30);
  wheel(25);
  assert.deepEqual(gestures, []);
  nextFrame();
  assert.deepEqual(gestures.map(({ message }) => message.dy), [0.55]);
  wheel(10);
  fire("pointerdown", { clientX: 0, clientY: 0, buttons: 1 });
  nextFrame();
  assert.deepEqual(gestures.slice(1).map(({ message }) => message.type), ["input.wheel", "input.button"]);
  wheel(10);
  wheel(-10);
  nextFrame();
  assert.equal(gestures.length, 3);
});

test("moves go to the pointer channel with rising numbers, the rest to the input channel", () => {
  const sent = [];
  const sender = new InputSender((label, message) => sent.push([label, message]));
  sender.send({ kind: "move", x: 0, y: 0 }, true);
  sender.send({ kind: "move", x: 1, y: 1 }, true);
  sender.send({ kind: "input", message: { type: "input.wheel", dx: 0, dy: 1, x: 0, y: 0 } }, true);
  assert.deepEqual(sent.map(([label]) => label), ["pointer", "pointer", "input"]);
  assert.ok(sent[1][1].sequence > sent[0][1].sequence);
});

const KEY = { kind: "input", message: { type: "input.key", key: "a", code: "KeyA", down: true } };
const RELEASE = { kind: "input", message: { type: "input.release" } };

test("without control nothing is sent", () => {
  const sent = [];
  const sender = new InputSender((label, message) => sent.push(message.type));
  for (const gesture of [{ kind: "move", x: 0, y: 0 }, KEY, RELEASE]) sender.send(gesture, false);
  assert.deepEqual(sent, []);
});

test("what may be held is released once, also after control was taken away", () => {
  const sent = [];
  const sender = new InputSender((label, message) => sent.push(message.type));
  sender.send(KEY, true);
  for (const gesture of [KEY, RELEASE, RELEASE]) sender.send(gesture, false);
  assert.deepEqual(sent, ["input.key", "input.release"]);
});
