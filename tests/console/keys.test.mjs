import assert from "node:assert/strict";
import { test } from "node:test";
import { HeldKeys, isEscapeChord, wayOf } from "../../technician_console/src/input/keys.js";

const stroke = (key, code, more = {}) => ({ key, code, ctrlKey: false, altKey: false, shiftKey: false, metaKey: false, timeStamp: 0, ...more });
const message = (key, code, down) => ({ type: "input.key", key, code, down });

test("a key goes down and up by its key and code", () => {
  const held = new HeldKeys();
  assert.deepEqual(held.down(stroke("a", "KeyA")), [message("a", "KeyA", true)]);
  assert.deepEqual(held.up(stroke("a", "KeyA")), [message("a", "KeyA", false)]);
  assert.equal(held.size, 0);
});

test("a repeating key goes down again", () => {
  const held = new HeldKeys();
  held.down(stroke("a", "KeyA"));
  assert.deepEqual(held.down(stroke("a", "KeyA")), [message("a", "KeyA", true)]);
});

test("a key goes up by the name it went down with, though Shift was let go first", () => {
  const held = new HeldKeys();
  held.down(stroke("B", "KeyB"));
  assert.deepEqual(held.up(stroke("b", "KeyB")), [message("B", "KeyB", false)]);
});

test("a key that never went down here does not go up", () => {
  assert.deepEqual(new HeldKeys().up(stroke("a", "KeyA")), []);
});

test("keys without a name are not sent", () => {
  for (const key of ["Dead", "Process", "Unidentified", "", "x".repeat(33)]) {
    assert.deepEqual(new HeldKeys().down(stroke(key, "KeyA")), []);
  }
});

test("the Control that Windows makes up for AltGr is lifted again", () => {
  const held = new HeldKeys();
  held.down(stroke("Control", "ControlLeft", { timeStamp: 1000 }));
  assert.deepEqual(held.down(stroke("AltGraph", "AltRight", { timeStamp: 1001 })), [
    message("Control", "ControlLeft", false),
    message("AltGraph", "AltRight", true),
  ]);
});

test("a Control that was really pressed before AltGr stays down", () => {
  const held = new HeldKeys();
  held.down(stroke("Control", "ControlLeft", { timeStamp: 1000 }));
  assert.equal(held.down(stroke("AltGraph", "AltRight", { timeStamp: 2000 })).length, 1);
});

test("Ctrl+Alt+Shift+Q gives the keyboard back, on any layout", () => {
  const chord = { ctrlKey: true, altKey: true, shiftKey: true };
  assert.equal(isEscapeChord(stroke("Q", "KeyQ", chord)), true);
  assert.equal(isEscapeChord(stroke("q", "KeyA", chord)), true);
  assert.equal(isEscapeChord(stroke("Q", "KeyQ", { ...chord, altKey: false })), false);
});

const alone = (key, code, more) => wayOf(stroke(key, code, more), "text", false);

test("what gives a character goes as text, with Shift and AltGr too", () => {
  for (const key of ["a", "é", "😀", " ", "Dead", "Process", "Compose"]) assert.equal(alone(key, "KeyA"), "text");
  assert.equal(alone("A", "KeyA", { shiftKey: true }), "text");
  assert.equal(alone("@", "KeyQ", { altGraph: true }), "text");
});

test("AltGr of Windows, which says Control and Alt too, is no shortcut", () => {
  assert.equal(alone("@", "KeyQ", { ctrlKey: true, altKey: true, altGraph: true }), "text");
  assert.equal(alone("q", "KeyQ", { ctrlKey: true, altGraph: true }), "key");
});

test("shortcuts and named keys go as keys", () => {
  for (const held of ["ctrlKey", "altKey", "metaKey"]) assert.equal(alone("a", "KeyQ", { [held]: true }), "key");
  for (const key of ["Enter", "Tab", "Backspace", "F5", "Shift", "ArrowLeft"]) assert.equal(alone(key, key), "key");
});

test("a shortcut with a key that has no name goes by its place", () => {
  assert.equal(alone("Dead", "BracketLeft", { ctrlKey: true }), "code");
});

test("Option of macOS chooses characters", () => {
  assert.equal(wayOf(stroke("ƒ", "KeyF", { altKey: true }), "text", true), "text");
  assert.equal(wayOf(stroke("c", "KeyC", { metaKey: true }), "text", true), "key");
});

test("when keys are sent, every key goes by its place and comes up by it", () => {
  assert.equal(wayOf(stroke("a", "KeyQ"), "keys", false), "code");
  assert.equal(wayOf(stroke("Dead", "Quote"), "keys", false), "code");
  assert.equal(wayOf(stroke("a", ""), "keys", false), "key");
  const held = new HeldKeys();
  assert.deepEqual(held.down(stroke("Dead", "Quote"), "code"), [{ ...message("Dead", "Quote", true), by: "code" }]);
  assert.deepEqual(held.up(stroke("Dead", "Quote")), [{ ...message("Dead", "Quote", false), by: "code" }]);
});
