import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiProblem } from "../../technician_console/src/api.js";
import { fieldsOf, fieldValues, filled, pieces, search, unknownFieldsOf } from "../../technician_console/src/replies.js";
import { NO_REPLIES, RepliesDesk } from "../../technician_console/src/replies_desk.js";
import { initialState } from "../../technician_console/src/session.js";
import { sessionView } from "./builders.mjs";

const reply = (number, title, text = "", version = 1) => ({ reply_id: `rpl_${number}`, title, text, version, changed_by: "Tess" });

test("every field whose value is known is filled in", () => {
  const values = { end_user: " Ines ", ticket: "ZD-1", technician: "Tess", organisation: "Example", computer: "pc" };
  const text = "{end_user}/{ticket}/{technician}/{organisation}/{computer}";
  assert.equal(filled(text, values), "Ines/ZD-1/Tess/Example/pc");
});

test("the technician of a reply is whoever sends it, a guest too", () => {
  const guest = { account_id: "usr_2", name: "Ben", stage: "admitted", purpose: "guest" };
  const session = sessionView({ state: "connected", technician_name: "Ada", guests: [guest] });
  const by = (accountId) => fieldValues({ ...initialState(), accountId, session }, session, "").technician;
  assert.deepEqual([by(session.technician_id), by("usr_2")], ["Ada", "Ben"]);
});

test("a field that nobody knows stays as it is written, and is told apart from what is no field", () => {
  assert.deepEqual(pieces("Hi {end_user}, {enduser} {ticket}!", { end_user: " ", ticket: "T-1" }), [
    { text: "Hi ", kind: "text" },
    { text: "{end_user}", kind: "missing" },
    { text: ", ", kind: "text" },
    { text: "{enduser}", kind: "unknown" },
    { text: " ", kind: "text" },
    { text: "T-1", kind: "filled" },
    { text: "!", kind: "text" },
  ]);
});

test("a value that looks like a field is not filled in again", () => {
  assert.equal(filled("{end_user}", { end_user: "{ticket}", ticket: "T-1" }), "{ticket}");
});

test("fields are known from what is none, and from code", () => {
  const text = "{ticket} {ticket} {Ticket} { x } {} {1} {end_user}";
  assert.deepEqual(fieldsOf(text), ["{ticket}", "{end_user}"]);
  assert.deepEqual(unknownFieldsOf(text), ["{Ticket}"]);
});

test("a reply is found by every word of the search, whatever case and accents, by its name first", () => {
  const replies = [reply(1, "Bye", "See you at the café"), reply(2, "Café closed"), reply(3, "Hello")];
  assert.deepEqual(search(replies, "CAFE").map(({ title }) => title), ["Café closed", "Bye"]);
  assert.deepEqual(search(replies, "see cafe").map(({ title }) => title), ["Bye"]);
  assert.equal(search(replies, "  ").length, 3);
});

/** A desk whose broker does what the test says. */
function desk(api) {
  const rig = { state: NO_REPLIES };
  rig.desk = new RepliesDesk({
    api: { replies: async () => ({ replies: [] }), ...api },
    state: () => rig.state,
    show: (change) => (rig.state = { ...rig.state, ...change }),
    told: (problem) => problem.code,
  });
  return rig;
}

test("where there is no reply yet, the form for the first one opens at once", async () => {
  const rig = desk({});
  await rig.desk.open();
  assert.deepEqual(rig.state.draft, { reply: null, title: "", text: "" });
});

test("what is saved is there", async () => {
  const kept = [];
  const rig = desk({
    replies: async () => ({ replies: kept }),
    createReply: async ({ title, text }) => kept.push(reply(1, title, text)),
  });
  await rig.desk.open();
  await rig.desk.save({ title: "Hi", text: "Hello" });
  assert.deepEqual(rig.state.items, [reply(1, "Hi", "Hello")]);
  assert.equal(rig.state.draft, null);
});

test("a reply that somebody else changed meanwhile is replaced only when it is saved again", async () => {
  const theirs = reply(1, "Hi", "theirs", 2);
  const sent = [];
  const rig = desk({
    replies: async () => ({ replies: [theirs] }),
    changeReply: async (id, change) => {
      sent.push([id, change.version]);
      if (change.version !== 2) throw new ApiProblem("conflict", 409, "");
    },
  });
  rig.desk.draft(reply(1, "Hi", "old", 1));
  await rig.desk.save({ title: "Hi", text: "mine" });
  assert.equal(rig.state.problem, "conflict");
  assert.deepEqual(rig.state.draft, { reply: theirs, title: "Hi", text: "mine" });
  await rig.desk.save({ title: "Hi", text: "mine" });
  assert.deepEqual(sent, [["rpl_1", 1], ["rpl_1", 2]]);
  assert.equal(rig.state.draft, null);
});

test("a reply that is gone meanwhile can be saved as a new one", async () => {
  const rig = desk({
    changeReply: async () => {
      throw new ApiProblem("not_found", 404, "");
    },
  });
  rig.desk.draft(reply(1, "Hi", "old"));
  await rig.desk.save({ title: "Hi", text: "mine" });
  assert.deepEqual(rig.state.draft, { reply: null, title: "Hi", text: "mine" });
});

test("a broker that does not answer is told of, and what was written stays", async () => {
  const rig = desk({
    createReply: async () => {
      throw new ApiProblem("offline", 0, "");
    },
    replies: async () => {
      throw new ApiProblem("offline", 0, "");
    },
  });
  rig.desk.draft(null);
  await rig.desk.save({ title: "Hi", text: "mine" });
  assert.deepEqual([rig.state.problem, rig.state.draft.text, rig.state.busy], ["offline", "mine", false]);
});
