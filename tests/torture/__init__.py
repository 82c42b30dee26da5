"""The audit log under `kill -9`: `make torture-audit`; on a small scale in the contract tests."""
