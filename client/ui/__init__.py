"""The windows (Qt, main thread). They show a `Situation` and report what the end user chose."""

from client.ui.upstream import keep_constants

keep_constants()
