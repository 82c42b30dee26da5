import assert from "node:assert/strict";
import { test } from "node:test";
import { TouchInput } from "../../technician_console/src/input/touch.js";
import { timers } from "./timers.mjs";

/** Fingers on a picture of 1000 × 1000 CSS pixels, and a clock that `wait` turns. */
function rig(context) {
  timers.use(context);
  let now = 0;
  const gestures = [];
  const pinches = [];
  const touch = new TouchInput((gesture) => gestures.push(gesture), (pinch) => pinches.push(pinch), () => now);
  touch.box = () => ({ left: 0, top: 0, width: 1000, height: 1000 });
  const finger = (pointerId) => ({
    down: (clientX, clientY) => touch.down({ pointerId, clientX, clientY }),
    move: (clientX, clientY) => touch.moved({ pointerId, clientX, clientY }),
    up: (clientX, clientY) => touch.up({ pointerId, clientX, clientY }),
  });
  const wait = (ms) => {
    now += ms;
    timers.tick(ms);
  };
  const told = () => gestures.splice(0).map(({ kind, message, x, y }) => (kind === "move" ? `move ${x} ${y}` : words(message)));
  return { touch, one: finger(1), two: finger(2), three: finger(3), wait, told, pinches };
}

const words = ({ type, button, down, x, y, dx, dy }) =>
  ({ "input.button": `${button} ${down} ${x} ${y}`, "input.wheel": `wheel ${dx} ${dy}` })[type] ?? type;

test("a tap clicks where the finger came down", (context) => {
  const { one, told } = rig(context);
  one.down(200, 300);
  one.move(204, 303);
  assert.deepEqual(told(), []);
  one.up(204, 303);
  assert.deepEqual(told(), ["left true 0.2 0.3", "left false 0.2 0.3"]);
});

test("a second tap that is near and soon is on the very place of the first", (context) => {
  const { one, told, wait } = rig(context);
  const tap = (x, y) => (one.down(x, y), one.up(x, y));
  tap(200, 300);
  wait(150);
  tap(215, 310);
  assert.deepEqual(told().slice(2), ["left true 0.2 0.3", "left false 0.2 0.3"]);
  wait(600);
  tap(215, 310);
  assert.equal(told()[0], "left true 0.215 0.31");
});

test("a long press is the right button, once, and lifting or moving the finger does no more", (context) => {
  const { one, told, wait } = rig(context);
  one.down(500, 500);
  wait(500);
  assert.deepEqual(told(), ["right true 0.5 0.5", "right false 0.5 0.5"]);
  one.move(700, 700);
  one.up(700, 700);
  assert.deepEqual(told(), []);
});

test("one finger drags from where it came down", (context) => {
  const { one, told, wait } = rig(context);
  one.down(100, 100);
  one.move(150, 100);
  one.move(300, 200);
  wait(1000);
  one.up(300, 200);
  assert.deepEqual(told(), ["left true 0.1 0.1", "move 0.15 0.1", "move 0.3 0.2", "left false 0.3 0.2"]);
});

test("a second finger does not disturb a drag", (context) => {
  const { one, two, told } = rig(context);
  one.down(100, 100);
  one.move(150, 100);
  two.down(800, 800);
  two.move(700, 700);
  two.up(700, 700);
  one.move(200, 100);
  one.up(200, 100);
  assert.deepEqual(told(), ["left true 0.1 0.1", "move 0.15 0.1", "move 0.2 0.1", "left false 0.2 0.1"]);
});

test("two fingers that move together turn the wheel, and what is under them goes with them", (context) => {
  const { one, two, told, pinches } = rig(context);
  one.down(400, 400);
  two.down(600, 400);
  for (const y of [360, 320]) {
    one.move(400, y);
    two.move(600, y);
  }
  one.up(400, 320);
  two.up(600, 320);
  const turned = told();
  assert.ok(turned.every((line) => line.startsWith("wheel")));
  assert.equal(turned.reduce((sum, line) => sum + Number(line.split(" ")[2]), 0), 2);
  assert.deepEqual(pinches, []);
});

test("two fingers that move apart pinch the view and touch nothing", (context) => {
  const { one, two, told, pinches } = rig(context);
  one.down(400, 500);
  two.down(600, 500);
  two.move(800, 500);
  two.move(1000, 500);
  assert.equal(pinches.reduce((product, { factor }) => product * factor, 1), 3);
  assert.deepEqual([pinches.at(0).from.x, pinches.at(-1).to.x], [500, 700]);
  one.up(400, 500);
  two.up(1000, 500);
  assert.deepEqual(told(), []);
});

test("a third finger ends it until all are lifted", (context) => {
  const { one, two, three, told, pinches } = rig(context);
  one.down(400, 500);
  two.down(600, 500);
  three.down(500, 700);
  two.move(900, 500);
  one.up(400, 500);
  two.up(900, 500);
  three.up(500, 700);
  assert.deepEqual([told(), pinches], [[], []]);
  one.down(100, 100);
  one.up(100, 100);
  assert.equal(told().length, 2);
});

test("after a reset nothing of a touch goes on", (context) => {
  const { touch, one, told, wait } = rig(context);
  one.down(100, 100);
  one.move(200, 100);
  told();
  touch.reset();
  wait(1000);
  one.up(200, 100);
  assert.deepEqual(told(), []);
});
