// npm's PeerServer with its defaults, but for the limits that would be measured instead of it.
const { PeerServer } = require(process.argv[2]);
PeerServer({ port: Number(process.argv[3]), host: "127.0.0.1", concurrent_limit: 50000, alive_timeout: 3600000 });
