"""The Handrail broker: pairs technicians with end users and keeps the audit log."""

__version__ = "0.1.0"
