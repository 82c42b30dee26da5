"""The wire between broker, support client and console.

Pure data: frozen pydantic models and the vocabulary they share. This is the only part of `broker`
that `client` may import, and the source from which the console's `protocol.js`, the OpenAPI
document and `docs/protocol.md` are generated.
"""
