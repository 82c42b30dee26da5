"""How well keys and moves arrive: `make bench-input` (see `benchmarks.__doc__`)."""
