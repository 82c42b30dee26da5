import assert from "node:assert/strict";
import { test } from "node:test";
import { PALETTE, chord } from "../../technician_console/src/input/palette.js";
import { textMessages } from "../../technician_console/src/input/text.js";
import { TypingChoice } from "../../technician_console/src/typing_choice.js";
import { memoryStorage } from "./builders.mjs";

const typed = (text) => textMessages(text).map((message) => message.text);

test("text goes as it is, whole characters together", () => {
  assert.deepEqual(textMessages("né 😀"), [{ type: "input.text", text: "né 😀" }]);
  assert.deepEqual(typed(""), []);
});

test("long text goes in messages of a thousand characters", () => {
  assert.deepEqual(typed("😀".repeat(2001)).map((text) => [...text].length), [1000, 1000, 1]);
});

test("control characters and halves of characters are not sent", () => {
  assert.deepEqual(typed("a\0\x1b\x7f\x85b\tc\nd\ud83d"), ["ab\tc\nd"]);
  assert.deepEqual(typed("\ude00"), []);
});

test("a chord goes down in order and comes up the other way round", () => {
  const told = chord(PALETTE.ctrl_alt_del).map(({ key, down }) => [key, down]);
  assert.deepEqual(told, [
    ["Control", true],
    ["Alt", true],
    ["Delete", true],
    ["Delete", false],
    ["Alt", false],
    ["Control", false],
  ]);
});

test("the choice between text and keys is remembered, and is text until one is made", () => {
  const storage = memoryStorage();
  const choice = new TypingChoice(storage);
  assert.equal(choice.recall(), "text");
  choice.remember("keys");
  assert.equal(new TypingChoice(storage).recall(), "keys");
});
