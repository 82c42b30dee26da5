"""This machine's screen, pointer and keyboard. The only importers of mss and pynput.

Each of `x11`, `wayland`, `windows`, `macos` and `headless` has `open_platform()`; `client.compose`
picks one and imports only that, since pynput resolves its backend at import.
"""
