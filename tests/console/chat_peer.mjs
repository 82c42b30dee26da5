// The console's chat without a page, for tests in other languages: one JSON object a line, in and out.
// In: {road}, {hear, on}, {say}, {reload}, {dump}. Out: {send, on}, {dump}; {outbox} after each line in.
import { createInterface } from "node:readline";
import { initialState, reduce } from "../../technician_console/src/session.js";
import { TechnicianChat } from "../../technician_console/src/technician_chat.js";
import { memoryStorage } from "./builders.mjs";

const storage = memoryStorage();
const tell = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
let road = null;
let state;
let chat;

function load() {
  chat?.stop();
  chat = new TechnicianChat({
    sessionId: "ses_1",
    storage,
    state: () => state,
    road: () => road,
    send: (on, message) => tell({ send: message, on }),
    dispatch(input) {
      const before = state.chat.outbox;
      state = reduce(state, input);
      if (state.chat.outbox !== before) chat.keep(state.chat.outbox);
    },
    now: () => performance.now(),
  });
  state = initialState(chat.recall());
}

const ACTS = {
  road(message) {
    road = message.road;
    chat.reopen();
  },
  hear: ({ hear, on }) => chat.hear(on, hear),
  say: ({ say }) => chat.say(say),
  reload() {
    load();
    chat.look();
  },
  dump: () => tell({ dump: { lines: state.chat.lines, received: state.chat.received } }),
};

load();
for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  for (const act of Object.keys(ACTS)) if (act in message) ACTS[act](message);
  tell({ outbox: state.chat.outbox.length, received: state.chat.received });
}
process.exit(0);
