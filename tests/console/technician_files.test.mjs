import assert from "node:assert/strict";
import { test } from "node:test";
import { packChunk } from "../../technician_console/src/files/chunk.js";
import { initialState, reduce } from "../../technician_console/src/session.js";
import { TechnicianFiles } from "../../technician_console/src/technician_files.js";
import { memoryStorage, sessionView } from "./builders.mjs";
import { chosen, nodeHash, noise, paperFile, PaperRoad, PaperStaging, settled, sha256 } from "./files.mjs";
import { timers } from "./timers.mjs";

const BOTH = ["view", "files.send", "files.receive"];
const KEY = "a".repeat(64);

/** A technician's page, and a support client by hand. */
function desk(context, { granted = BOTH, storage = memoryStorage(), staging = new PaperStaging(), session = {} } = {}) {
  timers.use(context);
  let state = reduce(initialState(), { type: "session.loaded", session: sessionView({ state: "connected", granted, ...session }) });
  const change = (input) => void (state = reduce(state, input));
  change({ type: "peer.phase", phase: "connected" });
  const sent = [];
  const saved = [];
  const picked = { folder: null };
  const files = new TechnicianFiles({
    sessionId: "ses_1",
    storage,
    state: () => state,
    send: (message) => sent.push(message) > 0,
    want: () => false,
    show: (files) => change({ type: "files.changed", change: files }),
    hands: () => false,
    now: () => Date.now(),
    parts: {
      staging,
      hashes: { begin: nodeHash, stop() {} },
      canSeal: false,
      openRelay: () => Promise.reject(new Error("there is no relay")),
      saving: { picksFolders: true, download: (blob, name) => saved.push([name, blob.size]), pickFolder: async () => picked.folder },
    },
  });
  const rights = (now = granted, paused = false) => {
    change({ type: "rights.state", granted: now, paused });
    files.rightsChanged();
  };
  const open = () => {
    files.open(new PaperRoad());
    rights();
  };
  return { files, sent, saved, picked, storage, staging, rights, open, change, shown: () => state.files };
}

/** A whole file of the end user. */
async function receive({ files }, path, bytes, transfer = "t-1", key = KEY) {
  const items = [{ name: path[0], folder: path.length > 1, files: 1, size_bytes: bytes.length }];
  const folders = path.length - 1;
  files.hear({ type: "file.offer", transfer, items, files: 1, folders, size_bytes: bytes.length });
  await settled();
  for (let depth = 1; depth < path.length; depth += 1) files.hear({ type: "file.folder", transfer, path: path.slice(0, depth) });
  files.hear({ type: "file.begin", transfer, stream: 1, path, size_bytes: bytes.length, key });
  await settled();
  if (bytes.length > 0) files.hearChunk(packChunk(1, 0, bytes));
  files.hear({ type: "file.end", stream: 1, sha256: sha256(bytes) });
  await settled();
  files.hear({ type: "file.over", transfer });
}

test("nothing is offered before the end user's side told the rights", (context) => {
  const { files, sent, rights } = desk(context);
  files.open(new PaperRoad());
  files.send(chosen(paperFile("a", noise(10))));
  assert.deepEqual(sent, []);
  rights();
  assert.equal(sent[0].type, "file.offer");
});

test("a drop without the right is answered with what to do, and nothing is queued", (context) => {
  const { files, sent, shown, open } = desk(context, { granted: ["view"] });
  open();
  files.send(chosen(paperFile("a", noise(10))));
  assert.deepEqual([sent, shown().problem, shown().transfers], [[], "not_granted", []]);
  files.closeProblem();
  assert.equal(shown().problem, null);
});

test("the list is newest first, is told a few times a second, and news at once", async (context) => {
  const { files, sent, shown, open } = desk(context);
  open();
  files.send(chosen(paperFile("a", noise(10))));
  files.send(chosen(paperFile("b", noise(10))));
  assert.deepEqual(shown().transfers, []);
  timers.tick(250);
  assert.deepEqual(shown().transfers.map(({ items, state }) => [items[0].name, state]), [["b", "waiting"], ["a", "offered"]]);
  files.hear({ type: "file.answer", transfer: sent[0].transfer, problem: "declined" });
  assert.deepEqual([shown().news.kind, shown().news.problem, shown().news.name], ["failed", "declined", "a"]);
});

test("what did not come across can be sent again", async (context) => {
  const { files, sent, shown, open } = desk(context);
  open();
  files.send(chosen(paperFile("a", noise(10))));
  files.hear({ type: "file.answer", transfer: sent[0].transfer, problem: "timed_out" });
  const [{ id, again }] = shown().transfers;
  assert.equal(again, true);
  files.sendAgain(id);
  assert.equal(sent.at(-1).type, "file.offer");
  assert.notEqual(sent.at(-1).transfer, id);
  timers.tick(250);
  assert.equal(shown().transfers.length, 1);
});

test("a transfer that a reload has cut is told, and goes on when the same files are chosen", async (context) => {
  const before = desk(context);
  before.open();
  const files = () => chosen(paperFile("logs/a", noise(10)), paperFile("logs/b", noise(20)));
  before.files.send(files());
  timers.tick(3000);
  const id = before.sent[0].transfer;
  assert.doesNotMatch(before.storage.getItem("handrail.files.ses_1"), /chosen|lastModified/);
  const after = desk(context, { storage: before.storage });
  await after.files.opened();
  assert.deepEqual(after.shown().lost.map(({ items, size }) => [items[0].name, size]), [["logs", 30]]);
  after.open();
  after.files.send(chosen(paperFile("other", noise(5))));
  timers.tick(250);
  assert.equal(after.shown().lost.length, 1);
  after.files.cancel(after.shown().transfers[0].id);
  after.files.send(files());
  timers.tick(250);
  assert.equal(after.sent.at(-1).transfer, id);
  assert.equal(after.shown().lost.length, 0);
});

test("a received file is saved by its name, and then is told as saved", async (context) => {
  const page = desk(context);
  page.open();
  await receive(page, ["a.log"], noise(100));
  assert.equal(page.shown().transfers[0].unsaved, 1);
  await page.files.save("t-1", 0);
  assert.deepEqual(page.saved, [["a.log", 100]]);
  assert.equal(page.shown().transfers[0].unsaved, 0);
});

test("received files are still there after a reload, until they are discarded", async (context) => {
  const page = desk(context);
  page.open();
  await receive(page, ["a.log"], noise(100));
  timers.tick(3000);
  const again = desk(context, { storage: page.storage, staging: page.staging });
  await again.files.opened();
  assert.deepEqual(again.shown().transfers.map(({ state, unsaved }) => [state, unsaved]), [["done", 1]]);
  await again.files.save("t-1", 0);
  assert.deepEqual(again.saved, [["a.log", 100]]);
  again.files.discard("t-1");
  await settled();
  assert.equal(page.staging.disk.size, 0);
  assert.deepEqual(again.shown().transfers, []);
});

test("what was staged and not saved is cleared away after a day, and when the session is over", async (context) => {
  const page = desk(context);
  await page.files.opened();
  const day = 24 * 60 * 60 * 1000;
  assert.deepEqual(page.staging.swept, [[null, Date.now() - day]]);
  const over = desk(context, { session: { state: "ended" }, storage: page.storage });
  await over.files.opened();
  assert.deepEqual(over.staging.swept, [["ses_1", Date.now() - day]]);
  assert.equal(page.storage.getItem("handrail.files.ses_1"), null);
});

test("a staged file that is gone is told, and nothing is saved", async (context) => {
  const page = desk(context);
  page.open();
  await receive(page, ["a.log"], noise(100));
  page.staging.disk.clear();
  await page.files.save("t-1", 0);
  assert.deepEqual([page.saved, page.shown().problem], [[], "unavailable"]);
});

test("asking for files ends with an offer, with an answer, or with the connection", (context) => {
  const { files, sent, shown, open } = desk(context);
  open();
  files.ask("the log of the printer");
  assert.deepEqual([sent[0].type, sent[0].reason, shown().asking], ["file.ask", "the log of the printer", true]);
  files.hear({ type: "file.ask_answer", id: "another", problem: "declined" });
  assert.equal(shown().asking, true);
  files.hear({ type: "file.ask_answer", id: sent[0].id, problem: "declined" });
  assert.deepEqual([shown().asking, shown().problem], [false, "declined"]);
  files.ask("again");
  assert.equal(shown().problem, null);
  files.reset();
  assert.equal(shown().asking, false);
  files.ask("again");
  files.hear({ type: "file.offer", transfer: "t-1", items: [{ name: "a", size_bytes: 1 }], files: 1, folders: 0, size_bytes: 1 });
  assert.equal(shown().asking, false);
});

test("a session that ends gives up what is open and keeps what is whole to be saved", async (context) => {
  const page = desk(context);
  page.open();
  await receive(page, ["a.log"], noise(100));
  page.files.send(chosen(paperFile("b", noise(10))));
  page.files.reset();
  page.files.ended();
  assert.deepEqual(page.shown().transfers.map(({ state }) => state), ["cancelled", "done"]);
  assert.equal(page.storage.getItem("handrail.files.ses_1"), null);
  await page.files.save("t-1", 0);
  assert.equal(page.saved.length, 1);
});

/** A folder on a disk, as the File System API has it. */
function paperFolder(taken = {}) {
  const files = new Map(Object.entries(taken));
  const notFound = () => new DOMException("none", "NotFoundError");
  return {
    files,
    async getFileHandle(name, { create = false } = {}) {
      const there = files.get(name);
      if (there?.getFileHandle) throw new DOMException("a folder", "TypeMismatchError");
      if (there === undefined && !create) throw notFound();
      files.set(name, there ?? "");
      return {
        createWritable: async () => {
          let text = "";
          return new WritableStream({ write: (bytes) => void (text += Buffer.from(bytes).toString()), close: () => void files.set(name, text) });
        },
      };
    },
    async getDirectoryHandle(name, { create = false } = {}) {
      if (!files.has(name) && !create) throw notFound();
      if (!files.has(name)) files.set(name, paperFolder());
      return files.get(name);
    },
  };
}

test("all of a transfer is saved with its folders, and nothing is written over", async (context) => {
  const page = desk(context);
  page.open();
  await receive(page, ["logs", "a.log"], Buffer.from("new"));
  page.picked.folder = paperFolder({ logs: "a file of that name" });
  await page.files.saveAll("t-1");
  const { files } = page.picked.folder;
  assert.deepEqual([...files.keys()], ["logs", "logs (2)"]);
  assert.equal(files.get("logs (2)").files.get("a.log"), "new");
  assert.deepEqual([page.shown().saving, page.shown().problem, page.shown().transfers[0].unsaved], [null, null, 0]);
  await page.files.saveAll("t-1");
  assert.ok(files.has("logs (3)"));
});

test("a technician who picks no folder saves nothing", async (context) => {
  const page = desk(context);
  page.open();
  await receive(page, ["a.log"], noise(10));
  await page.files.saveAll("t-1");
  assert.equal(page.shown().transfers[0].unsaved, 1);
});

test("what is more than an admin lets through is told before it is offered", (context) => {
  const { files, sent, open, shown, change } = desk(context);
  const policy = { max_file_bytes: 100, max_files: 2, relay: false };
  change({ type: "session.snapshot", session: sessionView({ state: "connected", granted: BOTH }), ice_servers: [], files: policy });
  open();
  files.send(chosen(paperFile("large", new Uint8Array(101))));
  assert.equal(shown().problem, "over_limit");
  files.send(chosen(...["a", "b", "c"].map((name) => paperFile(name, new Uint8Array(1)))));
  assert.equal(shown().problem, "too_many");
  assert.deepEqual(sent.filter(({ type }) => type === "file.offer"), []);
  files.send(chosen(paperFile("fits", new Uint8Array(100))));
  assert.equal(sent.at(-1).type, "file.offer");
});
