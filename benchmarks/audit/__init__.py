"""How fast the audit log is written, searched, verified and exported, by its size."""
