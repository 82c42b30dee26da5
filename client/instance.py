"""One support client a person and display: a second one could be answered by remote input.

A file is locked for as long as the process lives; the system lets go of it, however that ends.
"""

import os
import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from client.errors import AlreadyRunning, PlatformUnavailable


def hold(folder: Path, desktop: str) -> IO[bytes]:
    """Keep others from starting until the result is closed.

    Raises AlreadyRunning, and PlatformUnavailable when the folder cannot be written.
    """
    name = re.sub(r"[^A-Za-z0-9.-]", "_", desktop)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = (folder / f"handrail-client-{name}.lock").open("ab")
    except OSError as error:
        raise PlatformUnavailable(f"This folder cannot be written: {folder}") from error
    try:
        _lock(file)
    except OSError as error:
        file.close()
        raise AlreadyRunning("Handrail is already running.") from error
    return file


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def user_folder(environ: Mapping[str, str]) -> Path:
    """The folder of the person who is signed in: at run time, else for good."""
    runtime = Path(environ.get("XDG_RUNTIME_DIR", ""))
    if runtime.is_absolute() and runtime.is_dir():
        return runtime
    if sys.platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or tempfile.gettempdir()) / "handrail"
    return Path.home() / ".cache" / "handrail"


def desktop_name(environ: Mapping[str, str]) -> str:
    """Name the desktop: the X display without its screen, or the session on Windows."""
    display = environ.get("DISPLAY", "")
    host, colon, number = display.rpartition(":")
    if not colon:
        return environ.get("SESSIONNAME", "") or "desktop"
    local = host in ("", "unix", "localhost")
    return f"{os.uname().nodename if local else host}:{number.partition('.')[0]}"
