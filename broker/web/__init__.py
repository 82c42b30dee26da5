"""HTTP and websockets: the only place that imports aiohttp. Every route is in `protocol.rest`."""
