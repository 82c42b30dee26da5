"""A PostgreSQL server of our own: Debian's binaries, a socket in a temporary directory."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

NEWEST_FIRST = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
DURABLE = "-c max_connections=60 -c shared_buffers=1GB -c max_wal_size=4GB"
FAST = "-c fsync=off -c full_page_writes=off -c max_connections=60 -c shared_buffers=16MB"


class PostgreSQL:
    """A running server."""

    def __init__(self, programs: Path, home: Path) -> None:
        self._programs = programs
        self._home = home
        self.home = str(home)
        self._numbers = count(1)

    def new_database(self, like: str = "template1") -> str:
        """Make a copy of a database, an empty one unless another is named, and give its URL."""
        name = f"handrail_{next(self._numbers)}"
        self.run("createdb", "-h", str(self._home), "-U", "postgres", "-T", like, name)
        return f"postgresql://postgres@/{name}?host={self._home}"

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs as the user it accepts."""
        command = [str(self._programs / program), *arguments]
        if os.getuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(command, check=True, cwd=self._home, stdout=subprocess.DEVNULL)


def installed() -> bool:
    """Tell whether there is a PostgreSQL to start."""
    return bool(NEWEST_FIRST)


@contextmanager
def running(*, durable: bool = False) -> Iterator[PostgreSQL]:
    """Start a server, and leave nothing behind. `durable` is as slow as one in earnest."""
    home = Path(tempfile.mkdtemp(prefix="handrail-pg-"))
    if os.getuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(home, owner.pw_uid, owner.pw_gid)
    data, server = str(home / "data"), PostgreSQL(NEWEST_FIRST[0], home)
    try:
        server.run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N")
        options = f"-k {home} -c listen_addresses='' {DURABLE if durable else FAST}"
        log = str(home / "log")
        server.run("pg_ctl", "-D", data, "-w", "-s", "-l", log, "-o", options, "start")
        try:
            yield server
        finally:
            server.run("pg_ctl", "-D", data, "-w", "-s", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home)
