"""What goes wrong with files, in the protocol's words."""

import errno
from typing import Final

from broker.protocol.files import FileProblem

_OF_ERROR: Final = {
    errno.ENOSPC: FileProblem.DISK_FULL,
    errno.EDQUOT: FileProblem.DISK_FULL,
    errno.EFBIG: FileProblem.DISK_FULL,
}


class FileTrouble(Exception):
    """A file cannot come across; `problem` says why."""

    def __init__(self, problem: FileProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def writing_problem(error: OSError) -> FileProblem:
    """Say why something could not be written."""
    return _OF_ERROR.get(error.errno or 0, FileProblem.NOT_WRITABLE)
