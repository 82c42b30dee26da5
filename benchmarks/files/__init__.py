"""`make bench-files`: files both ways beside others. How to run and read it: `benchmarks`."""
