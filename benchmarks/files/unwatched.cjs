// Loaded into Playwright's driver (NODE_OPTIONS): has it leave the browser's network alone. It would have every frame
// of every websocket copied to it, in base64 and JSON, by the page's main thread and the browser: a fault of the
// instrument that costs more than a file's own way.
"use strict";
const { stringify } = JSON;
JSON.stringify = (value, ...rest) => stringify(value?.method === "Network.enable" ? { ...value, method: "Network.disable", params: {} } : value, ...rest);
