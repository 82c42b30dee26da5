import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import "./builders.mjs";
import { commitmentOf, hexOf, isOnlyFingerprint, secretOf, stringOf } from "../../technician_console/src/trust/calculation.js";

const vectors = JSON.parse(readFileSync(new URL("../vectors/trust.json", import.meta.url), "utf8"));
const { session_id: sessionId, console: own, client } = vectors;

/** X25519 private keys are read with the head that PKCS 8 gives them (RFC 8410). */
const privateKey = (hex) =>
  crypto.subtle.importKey("pkcs8", Buffer.from(`302e020100300506032b656e04220420${hex}`, "hex"), "X25519", false, ["deriveBits"]);

test("the commitment is as both sides know it", async () => {
  assert.equal(await commitmentOf(sessionId, own.part), vectors.commitment);
});

for (const vector of vectors.strings) {
  test(`string and secret are as both sides know them, with words of ${vector.language}`, async () => {
    const string = await stringOf(sessionId, own.part, client.part, vector.language);
    assert.equal(hexOf(string.transcript), vector.transcript);
    assert.deepEqual([string.digits, string.words], [vector.digits, vector.words]);
    const secret = await secretOf(await privateKey(own.private_key), client.part.key, string.transcript);
    assert.equal(hexOf(secret), vector.secret);
  });
}

test("no secret is shared with a point of low order", async () => {
  const key = await privateKey(own.private_key);
  await assert.rejects(secretOf(key, "00".repeat(32), new Uint8Array(32)));
});

for (const { about, sdp, fits } of vectors.descriptions) {
  test(`a description fits or not: ${about}`, () => {
    assert.equal(isOnlyFingerprint(sdp, vectors.fingerprint), fits);
  });
}
