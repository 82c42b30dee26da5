// The page of the system's state: its words for all that the broker may see, and its desk.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { hasText, useLanguage } from "../../technician_console/src/i18n.js";
import { SystemSeen, SystemSubject } from "../../technician_console/src/protocol.js";
import { routeOf } from "../../technician_console/src/router.js";
import { NO_SYSTEM, SystemDesk } from "../../technician_console/src/system_desk.js";

const words = JSON.parse(readFileSync(new URL("../../static/locales/en.json", import.meta.url), "utf8"));
useLanguage("en", words);

test("whatever may be seen has words, and what is not in order says what to do", () => {
  const fine = /_(ok|none|current|unseen)$|^version$/;
  for (const seen of Object.values(SystemSeen)) {
    assert.ok(hasText(`system.seen.${seen}`) || hasText(`system.seen.${seen}.other`), seen);
    assert.equal(hasText(`system.do.${seen}`), !fine.test(seen), seen);
  }
  for (const subject of Object.values(SystemSubject)) assert.ok(hasText(`system.subject.${subject}`), subject);
});

test("every limit that the broker tells has words", () => {
  const told = readFileSync(new URL("../../broker/compose_system.py", import.meta.url), "utf8");
  const limits = readFileSync(new URL("../../broker/session/limits.py", import.meta.url), "utf8");
  const names = [...told.matchAll(/"([a-z_]+_(?:bytes|days|once|files|min))"/g)].map(([, name]) => name);
  names.push("max_files", ...[...limits.matchAll(/^ {4}(\w+_s): int/gm)].map(([, name]) => `limits_${name}`));
  assert.ok(names.length > 15);
  for (const name of names) assert.ok(hasText(`system.limit.${name}`), name);
});

test("what was seen stays while the broker is asked again", async () => {
  let state = { ...NO_SYSTEM, state: { severity: "ok" } };
  const api = { system: () => Promise.reject(Object.assign(new Error(), { code: "offline" })) };
  const show = (change) => (state = { ...state, ...change });
  await new SystemDesk({ api, state: () => state, show, told: (problem) => problem.code }).open();
  assert.deepEqual(state, { state: { severity: "ok" }, busy: false, problem: "offline" });
  assert.deepEqual(routeOf("#/system"), { view: "system" });
});
