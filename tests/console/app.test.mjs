import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiProblem } from "../../technician_console/src/api.js";
import { App } from "../../technician_console/src/app.js";
import { initialState, reduce } from "../../technician_console/src/session.js";
import { sessionView } from "./builders.mjs";

const SESSION = sessionView({}).session_id;
const ACCOUNT = { account_id: "usr_1" };

/** An app that shows a session, and whether that was told that its picture is watched. */
async function inSession() {
  const watched = [];
  const broker = { signedIn: true };
  const live = { sessionId: SESSION, state: initialState(), dispatch() {}, start() {}, stop() {}, hurry() {}, files: { opened() {} }, look: { watch: (now) => watched.push(now) } };
  const rig = { watched, broker };
  const me = async () => {
    if (!broker.signedIn) throw new ApiProblem("not_permitted", 401, "");
    return ACCOUNT;
  };
  rig.app = new App({
    api: { me, awaitsSetUp: async () => Promise.reject(new ApiProblem("not_found", 404, "")), socketTicket: async () => me().then(() => "ticket"), sessions: async () => ({ sessions: [], next_cursor: null }), session: async () => sessionView({}), signIn: async () => ACCOUNT },
    codes: { recall: () => null },
    openSession: (_id, prepare) => {
      rig.prepare = prepare;
      return live;
    },
    go() {},
    onChange() {},
    speak: async () => {},
  });
  await rig.app.navigate(`#/sessions/${SESSION}`);
  return rig;
}

test("a picture is watched while its page is seen", async () => {
  const { app, watched } = await inSession();
  assert.deepEqual(watched, [true]);
  app.hide(true);
  app.hide(false);
  assert.deepEqual(watched.slice(1), [false, true]);
});

test("a setup link that is used is told so before its form is filled in", async () => {
  const { app } = await inSession();
  await app.navigate(`#/setup/${"s".repeat(43)}`);
  assert.equal(app.state.setUp, true);
});

test("a page that was opened in the background watches nothing", async () => {
  const { app, watched } = await inSession();
  await app.navigate("#/");
  app.hide(true);
  await app.navigate(`#/sessions/${SESSION}`);
  assert.equal(watched.at(-1), false);
});

test("a sign-in that takes the place of the picture means that nobody watches, until it is done", async () => {
  const { app, watched, broker, prepare } = await inSession();
  broker.signedIn = false;
  await assert.rejects(prepare());
  assert.equal(watched.at(-1), false);
  await app.act({ type: "sign-in", email: "", password: "" });
  assert.equal(watched.at(-1), true);
});

test("coming in from the session's own page attaches there, where nothing is attached yet", async () => {
  const done = [];
  const view = sessionView({ state: "connected", technician_id: "usr_2", guests: [{ account_id: "usr_1", name: "Ben", stage: "offered", purpose: "guest", by: "Ada" }] });
  const live = {
    ...{ sessionId: SESSION, state: initialState(), start: () => done.push("start"), stop() {}, look: { watch() {} }, files: { opened() {} } },
    dispatch: (message) => (live.state = reduce(live.state, message)),
  };
  const app = new App({
    api: { me: async () => ACCOUNT, session: async () => view, enter: async () => ({ ...view, guests: [{ ...view.guests[0], stage: "asking" }] }) },
    codes: { recall: () => null, forget() {} },
    openSession: () => live,
    go: () => done.push("go"),
    onChange() {},
    speak: async () => {},
  });
  await app.navigate(`#/sessions/${SESSION}`);
  assert.deepEqual(done, [], "whoever is only invited has nothing to attach to");
  await app.act({ type: "team.enter", sessionId: SESSION, purpose: "guest" });
  assert.deepEqual(done, ["start"]);
  live.state = { ...live.state, link: "open" };
  await app.act({ type: "team.enter", sessionId: SESSION, purpose: "guest" });
  assert.deepEqual(done, ["start"], "a line that stands is left alone");
});
