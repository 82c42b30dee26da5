"""The windows (Qt, main thread). They show a `Situation` and report what the end user chose."""
