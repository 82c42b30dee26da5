"""A whole Handrail on one machine: X display, broker, accounts, support client.

Used by the demo, the end-to-end tests and the benchmarks. Everything it starts ends with it.
"""
