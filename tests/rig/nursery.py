"""Broker and client as real processes that need not import everything anew each time.

Importing either is two seconds of a processor, several hundred times in a run of the tests. So a
process that has imported both, and has done nothing else, forks for each that is wanted; what runs
in the fork is the program from its `__main__` on, with its own arguments, environment and output.
Passwords cost nothing in it, as in `tests.builders`.
"""

import asyncio
import atexit
import ctypes
import gc
import json
import os
import runpy
import selectors
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Final

from tests.builders import quick_hasher

PROGRAMS: Final = frozenset({"broker", "client"})
_IMPORTED: Final = ("broker.cli", "broker.compose", "client.cli", "client.compose")
_PR_SET_PDEATHSIG: Final = 1
_MAX_REQUEST_BYTES: Final = 1 << 18
_STATUS_BYTES: Final = 4


class Child:
    """What the rig uses of `asyncio.subprocess.Process`."""

    def __init__(self, pid: int, ending: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._ending = ending
        self._over = asyncio.Event()
        asyncio.get_running_loop().add_reader(ending, self._ended)

    async def wait(self) -> int:
        """Wait for its end and give its exit code, negative for a signal."""
        await self._over.wait()
        assert self.returncode is not None
        return self.returncode

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    def send_signal(self, number: int) -> None:
        """Send a signal. A child that has ended gets none."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def _ended(self) -> None:
        status = os.read(self._ending, _STATUS_BYTES)
        asyncio.get_running_loop().remove_reader(self._ending)
        os.close(self._ending)
        self.returncode = int.from_bytes(status, "big", signed=True)
        self._over.set()


class Nursery:
    """The process that forks: started when the first child is wanted, ended with its parent.

    Only the tests open it. What a benchmark measures is a program that was started as people do.
    """

    def __init__(self) -> None:
        self.is_open = False
        self._network = _network()
        self._line: socket.socket | None = None

    def may(self, module: str) -> bool:
        """Whether it can be had here: what is forked is in the network that this began in."""
        return self.is_open and module in PROGRAMS and _network() == self._network

    def start(
        self, module: str, arguments: Sequence[str], env: Mapping[str, str], stdin: int, output: int
    ) -> Child:
        """Run `python -m module` with these; both ends are open files of the caller's."""
        if self._line is None:
            self._line = _begin()
        ending, told = os.pipe()
        request = json.dumps([module, list(arguments), dict(env)]).encode()
        socket.send_fds(self._line, [request], [stdin, output, told])
        os.close(told)
        pid = self._line.recv(64)
        if not pid:
            raise RuntimeError("the process that forks has ended")
        return Child(int(pid), ending)


def _network() -> str:
    """Give the network namespace that this process is in."""
    return str(Path("/proc/self/ns/net").readlink())


NURSERY: Final = Nursery()


def _begin() -> socket.socket:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        end = theirs.fileno()
        process = subprocess.Popen([sys.executable, "-m", __name__, str(end)], pass_fds=[end])
    atexit.register(process.wait)
    atexit.register(ours.close)
    return ours


# ---- what runs in the process that forks, and in its forks


class Forking:
    """Takes requests, and tells of each child's end on the pipe that came with its request."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._told: dict[int, int] = {}
        self._woken, wake = socket.socketpair()
        for end in (self._woken, wake):
            end.setblocking(False)
        self._wake = wake

    def serve(self) -> str | None:
        """Fork at each request. Returns the module to run in each child, and None at the end."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake.fileno())
        with selectors.DefaultSelector() as selector:
            selector.register(self._line, selectors.EVENT_READ)
            selector.register(self._woken, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.fileobj is self._woken:
                        self._woken.recv(4096)
                        self._bury()
                        continue
                    request, fds, _, _ = socket.recv_fds(self._line, _MAX_REQUEST_BYTES, 3)
                    if not request:
                        return None
                    if module := self._fork(request, *fds):
                        return module

    def _fork(self, request: bytes, stdin: int, output: int, told: int) -> str | None:
        pid = os.fork()
        if pid:
            self._told[pid] = told
            os.close(stdin)
            os.close(output)
            self._line.send(str(pid).encode())
            return None
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for end in (self._line, self._woken, self._wake):
            end.close()
        for fd in (told, *self._told.values()):
            os.close(fd)
        return _become(request, stdin, output)

    def _bury(self) -> None:
        while self._told:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            told = self._told.pop(pid)
            code = os.waitstatus_to_exitcode(status)
            os.write(told, code.to_bytes(_STATUS_BYTES, "big", signed=True))
            os.close(told)


def _become(request: bytes, stdin: int, output: int) -> str:
    """Make this fork what was asked for; gives the module to run."""
    module, arguments, env = json.loads(request)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    os.setsid()
    for fd, place in ((stdin, 0), (output, 1), (output, 2)):
        os.dup2(fd, place)
    os.close(stdin)
    os.close(output)
    os.environ.clear()
    os.environ.update(env)
    sys.argv[1:] = arguments
    return str(module)


def _main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in _IMPORTED:
        import_module(name)
    import_module("broker.identity.passwords").PasswordHasher = quick_hasher
    gc.freeze()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    module = Forking(socket.socket(fileno=int(sys.argv[1]))).serve()
    if module is not None:
        runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _main()
