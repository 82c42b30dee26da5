"""`make bench-screen`: our screen engine beside others. How to run and read it: `benchmarks`."""
