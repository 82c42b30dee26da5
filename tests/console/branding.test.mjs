// Branding: the console's arithmetic of colours is the broker's, and the desk keeps what was refused.
import assert from "node:assert/strict";
import { test } from "node:test";
import { brandLogo, brandName, languages, NO_BRAND, useBrand, welcome } from "../../technician_console/src/brand.js";
import { BrandingDesk, NO_BRANDING } from "../../technician_console/src/branding_desk.js";
import { contrastOf, darkened, readable } from "../../technician_console/src/colours.js";
import { pickLanguage } from "../../technician_console/src/i18n.js";

test("a pale colour is refused, and the nearest that can be read is told", () => {
  for (const colour of ["#ffff00", "#ff6600", "#777777", "#ffffff", "#00ffff"]) {
    assert.equal(readable(colour), false, colour);
    assert.equal(readable(darkened(colour)), true, colour);
  }
  for (const colour of ["#0b6470", "#000000", "#7a1fa2", "#0000ff"]) assert.equal(darkened(colour), colour);
  assert.equal(contrastOf("#000000") > 15, true);
});

test("the pages wear what was set, and are Handrail's before", () => {
  assert.deepEqual([brandName(), brandLogo(), languages(), welcome("en")], ["Handrail", "/static/icons/handrail.svg", ["en", "fr"], ""]);
  useBrand({ ...NO_BRAND, name: "Example Help", logo: "abc", languages: ["fr"], welcome: { en: "Hello", fr: "" } });
  assert.deepEqual([brandName(), brandLogo(), languages(), welcome("en")], ["Example Help", "/branding/logo.png?v=abc", ["fr"], "Hello"]);
  assert.equal(pickLanguage(["en-GB"], "en", languages()), "fr");
  useBrand(NO_BRAND);
});

test("what was saved is worn at once, with the version that was read", async () => {
  let state = { ...NO_BRANDING, brand: { ...NO_BRAND, version: 4 } };
  const [sent, worn] = [[], []];
  const api = { changeBranding: async (wanted) => (sent.push(wanted), { ...NO_BRAND, name: "Ours", version: 5 }) };
  const show = (change) => (state = { ...state, ...change });
  const desk = new BrandingDesk({ api, wear: (brand) => worn.push(brand.name), state: () => state, show, told: (problem) => problem.code });
  await desk.act({ type: "branding.save", wanted: { name: "Ours" } });
  assert.deepEqual([sent, worn, state.saved, state.brand.version], [[{ name: "Ours", version: 4 }], ["Ours"], true, 5]);
});
