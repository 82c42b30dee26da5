"""HTTP and websockets: the only place that imports aiohttp. Routes are in `protocol.endpoints`."""
