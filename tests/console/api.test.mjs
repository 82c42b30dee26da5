import assert from "node:assert/strict";
import { test } from "node:test";
import { Api, isSignedOut } from "../../technician_console/src/api.js";

const answer = (status, body) => new Response(status === 204 ? null : JSON.stringify(body), { status });
const SIGNED_OUT = { code: "not_signed_in", detail: "" };

/** A broker that knows whether it was given fresh cookies. */
function broker({ renewable }) {
  const calls = [];
  let signedIn = false;
  const respond = (url) => {
    if (url === "/api/v1/auth/refresh") {
      signedIn = renewable;
      return renewable ? answer(200, {}) : answer(401, SIGNED_OUT);
    }
    return signedIn ? answer(200, { url }) : answer(401, SIGNED_OUT);
  };
  const api = new Api(async (url) => {
    calls.push(url);
    return respond(url);
  });
  return { api, calls };
}

test("an expired sign-in is renewed once for all that wait, and they go on", async () => {
  const { api, calls } = broker({ renewable: true });
  await Promise.all([api.sessions({}), api.session("ses_1")]);
  assert.equal(calls.filter((url) => url.endsWith("refresh")).length, 1);
});

test("a sign-in that cannot be renewed is told", async () => {
  const { api } = broker({ renewable: false });
  await assert.rejects(api.me(), (problem) => isSignedOut(problem));
});

test("a wrong password is not a lapsed sign-in", async () => {
  const calls = [];
  const api = new Api(async (url) => {
    calls.push(url);
    return answer(401, { code: "sign_in_failed", detail: "" });
  });
  await assert.rejects(api.signIn("a@b", "x"), (problem) => problem.code === "sign_in_failed" && !isSignedOut(problem));
  assert.equal(calls.length, 1);
});

test("no answer is told as offline, and an answer that is no problem document as internal", async () => {
  const offline = new Api(async () => {
    throw new TypeError("network");
  });
  await assert.rejects(offline.me(), { code: "offline" });
  const broken = new Api(async () => new Response("<html>", { status: 502 }));
  await assert.rejects(broken.me(), { code: "internal", status: 502 });
});

test("only filters that are set are sent", async () => {
  const calls = [];
  const api = new Api(async (url) => {
    calls.push(url);
    return answer(200, {});
  });
  await api.sessions({ ticket: "INC 1", state: null, technician: "" });
  assert.deepEqual(calls, ["/api/v1/sessions?ticket=INC+1"]);
});
