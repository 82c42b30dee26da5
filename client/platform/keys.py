"""Which pynput key stands for which named key of W3C UI Events (KeyboardEvent key Values)."""

from typing import Final

SILENT_KEYS: Final = frozenset(
    {"Dead", "Process", "Unidentified", "Compose", "AltGraph", "Fn", "FnLock"}
)
"""Keys that say nothing by themselves: the character they lead to arrives composed."""

PYNPUT_NAMES: Final = {
    "Alt": "alt_l",
    "ArrowDown": "down",
    "ArrowLeft": "left",
    "ArrowRight": "right",
    "ArrowUp": "up",
    "AudioVolumeDown": "media_volume_down",
    "AudioVolumeMute": "media_volume_mute",
    "AudioVolumeUp": "media_volume_up",
    "Backspace": "backspace",
    "CapsLock": "caps_lock",
    "ContextMenu": "menu",
    "Control": "ctrl_l",
    "Delete": "delete",
    "End": "end",
    "Enter": "enter",
    "Escape": "esc",
    "Home": "home",
    "Insert": "insert",
    "MediaPlayPause": "media_play_pause",
    "MediaTrackNext": "media_next",
    "MediaTrackPrevious": "media_previous",
    "Meta": "cmd_l",
    "NumLock": "num_lock",
    "PageDown": "page_down",
    "PageUp": "page_up",
    "Pause": "pause",
    "PrintScreen": "print_screen",
    "ScrollLock": "scroll_lock",
    "Shift": "shift_l",
    "Tab": "tab",
    " ": "space",
    **{f"F{n}": f"f{n}" for n in range(1, 21)},
}
"""`key` → name of the member of `pynput.keyboard.Key`."""

_RIGHT_HAND: Final = {
    "AltRight": "alt_r",
    "ControlRight": "ctrl_r",
    "MetaRight": "cmd_r",
    "ShiftRight": "shift_r",
}


def pynput_name(key: str, code: str) -> str | None:
    """Name the pynput key for a named key; `code` tells left from right. None: not a named key."""
    name = PYNPUT_NAMES.get(key)
    right = _RIGHT_HAND.get(code)
    if name and right and right[:-1] == name[:-1]:
        return right
    return name
