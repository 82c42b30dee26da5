import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import {
  formatClock,
  formatTime,
  hasText,
  pickLanguage,
  readersVariant,
  t,
  useLanguage,
} from "../../technician_console/src/i18n.js";
import * as protocol from "../../technician_console/src/protocol.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const catalogue = (language) => JSON.parse(readFileSync(`${root}/static/locales/${language}.json`, "utf8"));
const en = catalogue("en");
const fr = catalogue("fr");
const base = (key) => key.replace(/\.(one|other)$/, "");

/** A quoted text that has the form of a key. */
const KEY = /(?<=")[a-z_]+(\.[a-z_0-9]+)+(?=")/g;

/** Every source file of the pages, as one text. */
function sources() {
  const folders = [`${root}/technician_console/src`, `${root}/static/join`];
  return folders
    .flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => `${folder}/${name}`))
    .filter((path) => path.endsWith(".js") && !path.endsWith("protocol.js"))
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
}

test("both catalogues have the same keys and the same places to fill", () => {
  assert.deepEqual(Object.keys(fr), Object.keys(en));
  const places = (text) => (text.match(/\{\w+\}/g) ?? []).sort();
  for (const key of Object.keys(en)) assert.deepEqual(places(fr[key]), places(en[key]), key);
});

test("every key that the pages use exists, and every key is used", () => {
  const text = sources();
  const asked = [...text.matchAll(/\bt\(([^()`]*"[^()`]*)/g)].flatMap(([, call]) => call.match(KEY) ?? []);
  const mentioned = new Set(text.match(KEY));
  const families = [...text.matchAll(/`([a-z_]+(?:\.[a-z_]+)*\.)\$\{/g)].map(([, prefix]) => prefix);
  const known = new Set(Object.keys(en).map(base));
  assert.deepEqual(asked.filter((key) => !known.has(key)), []);
  const used = (key) => mentioned.has(key) || families.some((prefix) => key.startsWith(prefix));
  assert.deepEqual([...known].filter((key) => !used(key)), []);
});

/** Why input was refused: a type of the generated protocol, not a value. */
function refusals() {
  const source = readFileSync(`${root}/technician_console/src/protocol.js`, "utf8");
  const [, reasons = ""] = source.match(/\{"input\.refused"\} type\n[^\n]*\{\(([^)]*)\)\} reason/) ?? [];
  return JSON.parse(`[${reasons.replaceAll("|", ",")}]`);
}

test("every word of the protocol that is shown has words", () => {
  const shown = {
    ended: protocol.EndReason,
    state: protocol.SessionState,
    capability: protocol.Capability,
    rights: protocol.ConsentSource,
    peer_failure: protocol.PeerFailure,
    actor: protocol.ActorKind,
    screen_problem: protocol.ScreenProblem,
    screen_condition: protocol.ScreenCondition,
    rights_news: protocol.AskOutcome,
    rights_change: protocol.RightsChange,
    refused: refusals(),
    direction: protocol.FileDirection,
    file_problem: protocol.FileProblem,
    file_fault: protocol.FileProblem,
    file_result: protocol.FileResult,
    file_road: protocol.FileRoad,
    no_relay: protocol.RelayRefusal,
  };
  for (const [family, words] of Object.entries(shown)) {
    assert.ok(Object.values(words).length > 0, family);
    for (const word of Object.values(words)) assert.ok(en[`${family}.${word}`], `${family}.${word}`);
  }
});

test("French puts no ordinary space before a colon, a question or an exclamation mark", () => {
  for (const [key, text] of Object.entries(fr)) assert.doesNotMatch(text, / [:;!?]/, key);
});

test("values are filled in and plurals follow the language", () => {
  useLanguage("en", { greeting: "Hello {name}", "left.one": "{count} day", "left.other": "{count} days" });
  assert.equal(t("greeting", { name: "Ada" }), "Hello Ada");
  assert.equal(t("left", { count: 1 }), "1 day");
  assert.equal(t("left", { count: 0 }), "0 days");
  useLanguage("fr", { "left.one": "{count} jour", "left.other": "{count} jours" });
  assert.equal(t("left", { count: 0 }), "0 jour");
});

test("a missing key shows itself", () => {
  useLanguage("en", {});
  assert.equal(t("no.such.key"), "no.such.key");
  assert.equal(hasText("no.such.key"), false);
});

test("the language is the one chosen before, else the browser's, else English", () => {
  assert.equal(pickLanguage(["fr-FR", "en"], null), "fr");
  assert.equal(pickLanguage(["fr-FR"], "en"), "en");
  assert.equal(pickLanguage(["de-DE", "fr"], null), "fr");
  assert.equal(pickLanguage(["de-DE"], null), "en");
  assert.equal(pickLanguage(["de-DE"], "nonsense"), "en");
});

test("times and numbers follow the browser's variant of the language, else its region", () => {
  assert.equal(readersVariant("en", ["en-GB", "en-US"]), "en-GB");
  assert.equal(readersVariant("en", ["fr-FR", "en-US"]), "en-US");
  assert.equal(readersVariant("en", ["en", "fr-FR"]), "en-FR");
  assert.equal(readersVariant("fr", ["en-GB"]), "fr-GB");
  assert.equal(readersVariant("en", ["en"]), "en");
  assert.equal(readersVariant("en", []), "en");
});

test("a time of day has 24 hours where the reader's region has", () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  const shown = (languages) => {
    Object.defineProperty(globalThis, "navigator", { value: { languages }, configurable: true });
    useLanguage("en", {});
    return formatTime("2026-11-23T16:05:00");
  };
  try {
    assert.equal(shown(["en-GB"]), "16:05");
    assert.match(shown(["en-US"]), /^4:05\sPM$/);
  } finally {
    delete globalThis.navigator;
    if (before) Object.defineProperty(globalThis, "navigator", before);
    useLanguage("en", {});
  }
});

test("spans of time read like a clock", () => {
  assert.equal(formatClock(599_900), "9:59");
  assert.equal(formatClock(3_661_000), "01:01:01".replace(/^0/, ""));
  assert.equal(formatClock(-5), "0:00");
});
