import assert from "node:assert/strict";
import { test } from "node:test";
import { installedCommand, sortOffers, systemOf, wheelCommands } from "../../static/join/commands.js";
import { checkDigit, codeInLink, digitsOf, faultOf, group, spoken } from "../../technician_console/src/join_code.js";
import { routeOf, sessionHash } from "../../technician_console/src/router.js";
import { ticketFault } from "../../technician_console/src/ticket.js";

const PAYLOAD = "48210937552";
const CODE = PAYLOAD + checkDigit(PAYLOAD);

test("a right code has no fault, with spaces and hyphens too", () => {
  assert.equal(faultOf(CODE), null);
  assert.equal(faultOf(`${group(CODE)}`), null);
  assert.equal(faultOf(CODE.replace(/(....)/g, "$1-").slice(0, -1)), null);
});

test("the check digit is the one the broker gives", () => {
  assert.equal(checkDigit("572"), "4"); // Damm's own example
});

test("every single wrong digit and every swap of neighbours is caught", () => {
  for (let place = 0; place < 12; place += 1) {
    for (const digit of "0123456789") {
      if (digit === CODE[place]) continue;
      assert.equal(faultOf(CODE.slice(0, place) + digit + CODE.slice(place + 1)), "typing_error");
    }
    const swapped = CODE.slice(0, place) + CODE[place + 1] + CODE[place] + CODE.slice(place + 2);
    if (place < 11 && CODE[place] !== CODE[place + 1]) assert.equal(faultOf(swapped), "typing_error");
  }
});

test("each way of being wrong has its own word", () => {
  assert.equal(faultOf(" "), "empty");
  assert.equal(faultOf("4821x"), "not_digits");
  assert.equal(faultOf("4821"), "too_short");
  assert.equal(faultOf(`${CODE}0`), "too_long");
});

test("what is typed is kept as digits and shown in fours", () => {
  assert.equal(digitsOf("48-21 09a37 5520 99"), "482109375520");
  assert.equal(group("4821093"), "4821 093");
});

test("a code is spelled in three groups for the phone", () => {
  const words = "zero one two three four five six seven eight nine".split(" ");
  assert.deepEqual(spoken("482109375520", (digit) => words[Number(digit)]), [
    "four eight two one",
    "zero nine three seven",
    "five five two zero",
  ]);
});

test("a hash is a view", () => {
  const id = `ses_${"a".repeat(32)}`;
  assert.deepEqual(routeOf(""), { view: "sessions" });
  assert.deepEqual(routeOf("#/"), { view: "sessions" });
  assert.deepEqual(routeOf(sessionHash(id)), { view: "session", sessionId: id });
  assert.deepEqual(routeOf(`#/setup/${"t".repeat(43)}`), { view: "setup", token: "t".repeat(43) });
  assert.deepEqual(routeOf("#/sessions/nonsense"), { view: "unknown" });
});

test("a ticket's faults are those the broker would find", () => {
  for (const good of ["INC-20417", "#12", "a b/c:d.e_f", "x".repeat(64)]) assert.equal(ticketFault(good), null);
  assert.equal(ticketFault(""), "empty");
  assert.equal(ticketFault("x".repeat(65)), "too_long");
  assert.equal(ticketFault("-1"), "start");
  assert.equal(ticketFault("<b>"), "characters");
  assert.equal(ticketFault("été"), "characters");
});

test("the system is read from the browser", () => {
  assert.equal(systemOf("Mozilla/5.0 (Windows NT 10.0; Win64; x64)"), "windows");
  assert.equal(systemOf("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"), "macos");
  assert.equal(systemOf("Mozilla/5.0 (X11; Linux x86_64)"), "linux");
});

test("the commands name this broker and this code", () => {
  const wheel = { platform: "any", file_name: "handrail-1-py3-none-any.whl", url: "/downloads/handrail-1-py3-none-any.whl", size_bytes: 1 };
  const { pipx, uvx } = wheelCommands(wheel, CODE, "https://help.example", "linux");
  const rest = `'handrail[client] @ https://help.example/downloads/handrail-1-py3-none-any.whl' handrail-client ${CODE} --broker https://help.example`;
  assert.equal(pipx, `pipx run --spec ${rest}`);
  assert.equal(uvx, `uvx --from ${rest}`);
  assert.equal(installedCommand(CODE, "https://help.example"), `handrail-client ${CODE} --broker https://help.example`);
});

test("the program for this system comes first", () => {
  const offer = (platform, file_name) => ({ platform, file_name, url: `/downloads/${file_name}`, size_bytes: 1 });
  const offers = [offer("linux", "h"), offer("windows", "h.exe"), offer("any", "h.whl")];
  const sorted = sortOffers(offers, "windows");
  assert.equal(sorted.program.file_name, "h.exe");
  assert.deepEqual(sorted.others.map(({ platform }) => platform), ["linux"]);
  assert.equal(sorted.wheel.file_name, "h.whl");
  assert.equal(sortOffers(offers, "macos").program, null);
});

test("a link's code is taken with spaces and hyphens, and a faulty one is told from none", () => {
  const [a, b, c] = group(CODE).split(" ");
  for (const path of [`/j/${CODE}`, `/j/${a}%20${b}%20${c}`, `/j/${a}-${b}-${c}`]) {
    assert.deepEqual(codeInLink(path), { digits: CODE, valid: true }, path);
  }
  assert.deepEqual(codeInLink("/j/4821"), { digits: "4821", valid: false });
  for (const path of ["/j/abc", "/j/%", "/j/4821%2x"]) {
    assert.deepEqual(codeInLink(path), { digits: "", valid: false }, path);
  }
  for (const path of ["/", "/j/", "/other"]) assert.equal(codeInLink(path), null);
});
