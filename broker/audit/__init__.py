"""The audit log's own rules: what a record holds and how records are chained. Pure."""
