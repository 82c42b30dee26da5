// Groups' policies as fields and words, and the desk of the admin's pages.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { AdminDesk, NO_ADMIN } from "../../technician_console/src/admin_desk.js";
import { ApiProblem } from "../../technician_console/src/api.js";
import { useLanguage } from "../../technician_console/src/i18n.js";
import { ALLOWABLE, fieldsOf, policyLines, policyOf } from "../../technician_console/src/policy.js";
import { oversees, readsAll, takesPart } from "../../technician_console/src/roles.js";
import { routeOf } from "../../technician_console/src/router.js";

const OPEN = { capabilities: null, consent_s: null, session_s: null, max_file_bytes: null, max_files: null, relay: true, transcript: true };
const STRICT = { capabilities: ["view"], consent_s: 30, session_s: 5400, max_file_bytes: 1_500_000, max_files: 1, relay: false, transcript: false };

const speak = (language) =>
  useLanguage(language, JSON.parse(readFileSync(new URL(`../../static/locales/${language}.json`, import.meta.url), "utf8")));

test("a policy goes through its form unchanged", () => {
  for (const policy of [OPEN, STRICT, { ...OPEN, capabilities: [] }]) assert.deepEqual(policyOf(fieldsOf(policy)), policy);
});

test("a new group limits nothing, and everything ticked says nothing of rights", () => {
  assert.deepEqual(policyOf(fieldsOf(undefined)), OPEN);
  assert.equal(policyOf({ ...fieldsOf(OPEN), capabilities: [...ALLOWABLE].reverse() }).capabilities, null);
});

test("numbers are taken as they were typed, in the unit of their field", () => {
  const fields = { ...fieldsOf(OPEN), consentS: " 20 ", sessionMin: "90", fileMb: "1.5", files: "" };
  assert.deepEqual(policyOf(fields), { ...OPEN, consent_s: 20, session_s: 5400, max_file_bytes: 1_500_000 });
});

test("a policy says in words what it limits, and that it limits nothing", () => {
  speak("en");
  assert.deepEqual(policyLines(OPEN), ["Limits nothing: the broker’s settings hold"]);
  assert.deepEqual(policyLines(STRICT), [
    "May ask only for: See the screen",
    "The end user has 30 seconds to decide",
    "Sessions of 90 minutes at most",
    "Files of 1.5 MB at most",
    "1 file a transfer",
    "Nothing goes through the broker",
    "The chat is not kept",
  ]);
  assert.match(policyLines({ ...OPEN, capabilities: [] })[0], /No rights at all/);
});

test("roles say what a page offers to whom", () => {
  assert.deepEqual(["technician", "lead", "auditor", "admin"].filter((role) => takesPart({ role })), ["technician", "lead", "admin"]);
  assert.deepEqual(["technician", "lead", "auditor", "admin"].filter((role) => readsAll({ role })), ["auditor", "admin"]);
  assert.deepEqual(["technician", "lead", "auditor", "admin"].filter((role) => oversees({ role })), ["lead", "auditor", "admin"]);
});

test("the admin's pages and an invitation have addresses", () => {
  for (const view of ["accounts", "groups", "tokens"]) assert.deepEqual(routeOf(`#/${view}`), { view });
  const token = `${"a".repeat(32)}.1700000000.${"B".repeat(43)}`;
  assert.deepEqual(routeOf(`#/welcome/${token}`), { view: "welcome", token });
  assert.deepEqual(routeOf("#/welcome/x"), { view: "unknown" });
});

/** A desk whose broker answers as it is told. */
function desk(answers = {}) {
  const asked = [];
  const rig = { state: NO_ADMIN, asked };
  const usual = { accounts: { accounts: [] }, groups: { groups: [] }, tokens: { tokens: [], scopes: ["audit.read"] } };
  const api = new Proxy({}, {
    get: (_, name) => async (...given) => {
      asked.push([name, ...given]);
      const answer = { ...usual, ...answers }[name];
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  rig.desk = new AdminDesk({
    api,
    state: () => rig.state,
    show: (change) => (rig.state = { ...rig.state, ...change }),
    told: (problem) => problem.code,
  });
  return rig;
}

test("each page asks for what it shows", async () => {
  const rig = desk();
  await rig.desk.open("tokens");
  assert.deepEqual(rig.asked, [["tokens"]]);
  assert.deepEqual(rig.state.scopes, ["audit.read"]);
  await rig.desk.open("groups");
  assert.deepEqual(rig.asked.slice(1), [["accounts"], ["groups"]]);
  assert.equal(rig.state.loaded, true);
});

test("what is made is shown this once, and gone when its dialog is left", async () => {
  const made = { token: "hrt_1", view: { name: "Tickets", expires_at: "2026-12-01T00:00:00Z" } };
  const rig = desk({ makeToken: made });
  await rig.desk.open("tokens");
  rig.desk.act({ type: "admin.draft", id: null });
  await rig.desk.act({ type: "admin.token.make", token: {} });
  assert.deepEqual(rig.state.secret, { kind: "token", text: "hrt_1", name: "Tickets", until: "2026-12-01T00:00:00Z" });
  assert.equal(rig.state.draft, null);
  rig.desk.act({ type: "admin.leave" });
  assert.equal(rig.state.secret, null);
});

test("a form that was refused stays open with what is wrong", async () => {
  const rig = desk({ createGroup: new ApiProblem("conflict", 409, "") });
  await rig.desk.open("groups");
  rig.desk.act({ type: "admin.draft", id: null });
  await rig.desk.act({ type: "admin.group.save", id: null, group: {} });
  assert.deepEqual(rig.state.draft, { id: null });
  assert.equal(rig.state.problem, "conflict");
  assert.equal(rig.state.busy, false);
});

test("a change of a group goes to that group", async () => {
  const rig = desk({ changeGroup: {}, addMember: {} });
  await rig.desk.open("groups");
  await rig.desk.act({ type: "admin.group.save", id: "grp_1", group: { version: 2 } });
  await rig.desk.act({ type: "admin.member.add", id: "grp_1", accountId: "usr_1" });
  assert.deepEqual(rig.asked.filter(([name]) => name.endsWith("Group") || name.endsWith("Member")), [
    ["changeGroup", "grp_1", { version: 2 }],
    ["addMember", "grp_1", "usr_1"],
  ]);
});
