"""Child processes that never outlive their parent, with their output in a file."""

import asyncio
import ctypes
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from tests.rig.nursery import NURSERY, Child

Process = asyncio.subprocess.Process | Child

PR_SET_PDEATHSIG = 1
STOP_TIMEOUT_S = 8.0


class ProcessFailed(RuntimeError):
    """A child ended when it should not have; the message holds the end of its output."""


@asynccontextmanager
async def running(
    command: Sequence[str | Path],
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> AsyncIterator[Process]:
    """Run a command in the background; at the end stop it, and whatever it started."""
    process = await start(command, log, env, cwd)
    try:
        yield process
    finally:
        await stop(process)


async def start(
    command: Sequence[str | Path],
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Process:
    """Start a command in a process group of its own; its output goes to `log`."""
    whole_env = {**os.environ, **(env or {})}
    program = _program(command) if cwd is None else None
    if program is not None:
        with Path(os.devnull).open("rb") as nothing, log.open("ab") as output:
            files = nothing.fileno(), output.fileno()
            return NURSERY.start(program, list(map(str, command[3:])), whole_env, *files)
    with log.open("ab") as output:
        return await asyncio.create_subprocess_exec(
            *map(str, command),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=whole_env,
            cwd=cwd,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )


async def stop(process: Process) -> None:
    """Ask a process to end, and kill its group when it does not."""
    if process.returncode is None:
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_TIMEOUT_S)
        except TimeoutError:
            process.kill()
            await process.wait()
    kill_group(process)


def kill_group(process: Process) -> None:
    """Kill what is left of a process's group."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


async def check_alive(process: Process, log: Path) -> None:
    """Raise ProcessFailed with the end of the log when the process has ended."""
    if process.returncode is not None:
        tail = log.read_text(errors="replace")[-3000:]
        raise ProcessFailed(f"{log.stem} ended with {process.returncode}:\n{tail}")


async def output_of(command: Sequence[str | Path], env: Mapping[str, str], stdin: str = "") -> str:
    """Run a command to its end and give what it printed. ProcessFailed when it fails."""
    whole_env, program = {**os.environ, **env}, _program(command)
    if program is not None:
        return await _output_of_program(program, list(map(str, command[3:])), whole_env, stdin)
    process = await asyncio.create_subprocess_exec(
        *map(str, command),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=whole_env,
    )
    printed, _ = await process.communicate(stdin.encode())
    if process.returncode:
        raise ProcessFailed(f"{command[0]} failed:\n{printed.decode(errors='replace')}")
    return printed.decode()


async def _output_of_program(
    program: str, arguments: Sequence[str], env: Mapping[str, str], stdin: str
) -> str:
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as output:
        given.write(stdin.encode())
        given.seek(0)
        child = NURSERY.start(program, arguments, env, given.fileno(), output.fileno())
        code = await child.wait()
        output.seek(0)
        printed = output.read().decode(errors="replace")
    if code:
        raise ProcessFailed(f"{program} failed:\n{printed}")
    return printed


def _program(command: Sequence[str | Path]) -> str | None:
    """Give which of our programs this command runs, when it runs one in the usual way."""
    if tuple(command[:2]) != (sys.executable, "-m") or not NURSERY.may(str(command[2])):
        return None
    return str(command[2])


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
