import assert from "node:assert/strict";
import { before, test } from "node:test";
import { KeyboardInput } from "../../technician_console/src/input/keyboard.js";

before(() => {
  globalThis.document = Object.assign(new EventTarget(), { hidden: false });
  globalThis.window = new EventTarget();
});

/** A field that the test edits as a browser would, and what came of it. */
function rig(typing = "text", onMac = false) {
  const told = [];
  let escaped = 0;
  const field = Object.assign(new EventTarget(), { value: "", readOnly: false });
  const keyboard = new KeyboardInput((message) => told.push(message), () => (escaped += 1), onMac);
  keyboard.attach(field);
  keyboard.choose(typing);
  told.length = 0;
  const fire = (type, more = {}) => {
    const event = new Event(type, { cancelable: true });
    field.dispatchEvent(Object.assign(event, { isComposing: false, ...more }));
    return event;
  };
  const key = (type, name, code, more = {}) =>
    fire(type, { key: name, code, ctrlKey: false, altKey: false, shiftKey: false, metaKey: false, getModifierState: () => false, ...more });
  const insert = (text, more = {}) => {
    field.value += text;
    fire("input", more);
  };
  return { told, field, keyboard, fire, key, insert, escaped: () => escaped };
}

const text = (value) => ({ type: "input.text", text: value });

test("a character is told once, by what it becomes in the field", () => {
  const { told, field, key, insert } = rig();
  assert.equal(key("keydown", "e", "KeyE").defaultPrevented, false);
  insert("é"); // a dead key came before
  key("keyup", "e", "KeyE");
  assert.deepEqual(told, [text("é")]);
  assert.equal(field.value, "");
});

test("a composition is told once, at its end, whichever event tells it", () => {
  for (const after of [true, false]) {
    const { told, fire, insert } = rig();
    insert("に", { isComposing: true });
    insert("ほ", { isComposing: true });
    assert.deepEqual(told, []);
    fire("compositionend");
    if (after) fire("input");
    assert.deepEqual(told, [text("にほ")]);
  }
});

test("a shortcut and a named key are keys, and the browser does nothing with them", () => {
  const { told, key } = rig();
  assert.equal(key("keydown", "a", "KeyQ", { ctrlKey: true }).defaultPrevented, true);
  assert.equal(key("keydown", "Tab", "Tab").defaultPrevented, true);
  key("keyup", "Tab", "Tab");
  assert.deepEqual(
    told.map((message) => [message.key, message.code, message.down]),
    [["a", "KeyQ", true], ["Tab", "Tab", true], ["Tab", "Tab", false]],
  );
});

test("what an on-screen keyboard deletes or breaks is a key", () => {
  const { told, fire } = rig();
  fire("beforeinput", { inputType: "deleteContentBackward" });
  fire("beforeinput", { inputType: "insertParagraph" });
  assert.deepEqual(told.map(({ key, down }) => [key, down]), [["Backspace", true], ["Backspace", false], ["Enter", true], ["Enter", false]]);
});

test("what is pasted or dropped into the field is not typed", () => {
  const { told, fire } = rig();
  assert.equal(fire("beforeinput", { inputType: "insertFromPaste" }).defaultPrevented, true);
  assert.deepEqual(told, []);
});

test("when keys are sent the field composes nothing and every key goes by its place", () => {
  const { told, field, key } = rig("keys");
  assert.equal(field.readOnly, true);
  assert.equal(key("keydown", "a", "KeyQ").defaultPrevented, true);
  assert.deepEqual(told, [{ type: "input.key", key: "a", code: "KeyQ", down: true, by: "code" }]);
});

test("another way of typing lets go of what is held", () => {
  const { told, keyboard } = rig();
  keyboard.choose("keys");
  assert.deepEqual(told, [{ type: "input.release" }]);
});

test("the escape chord gives the keyboard back and is not sent", () => {
  const { told, key, escaped } = rig();
  key("keydown", "Q", "KeyQ", { ctrlKey: true, altKey: true, shiftKey: true });
  assert.equal(escaped(), 1);
  assert.deepEqual(told, [{ type: "input.release" }]);
});

test("Option of macOS is held only when keys are sent", () => {
  const alone = rig("text", true);
  alone.key("keydown", "Alt", "AltLeft", { altKey: true });
  assert.deepEqual(alone.told, []);
  const keys = rig("keys", true);
  keys.key("keydown", "Alt", "AltLeft", { altKey: true });
  assert.equal(keys.told.length, 1);
});

test("the field is left alone once it is detached", () => {
  const { told, keyboard, insert } = rig();
  keyboard.detach();
  told.length = 0;
  insert("a");
  assert.deepEqual(told, []);
});
