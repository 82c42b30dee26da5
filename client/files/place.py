"""Whether a folder can take what is offered, before the end user says yes. It blocks, shortly."""

import os
import shutil
from pathlib import Path

from broker.protocol.files import FileProblem
from client.files.incoming import SPARE_BYTES


def hindrance(folder: Path, size: int) -> FileProblem | None:
    """Say why so many bytes cannot go there; folders that are missing would be made."""
    there = next((one for one in (folder, *folder.parents) if one.exists()), None)
    if there is None or not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        return FileProblem.NOT_WRITABLE
    try:
        free = shutil.disk_usage(there).free
    except OSError:
        return FileProblem.NOT_WRITABLE
    return FileProblem.DISK_FULL if free < size + SPARE_BYTES else None
