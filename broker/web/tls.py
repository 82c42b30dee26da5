"""The broker's own certificate: read from two files, and read again when they change.

New connections get the new certificate; those that stand keep theirs. Files that do not fit
together leave the one in use as it is: whoever renews a certificate writes one after the other.
"""

import asyncio
import ssl
from pathlib import Path
from typing import Final

import structlog

from broker.errors import Misconfigured

log = structlog.get_logger(__name__)

LOOK_EVERY_S: Final = 10.0
"""How often the files are looked at."""

_State = tuple[tuple[int, int, int] | None, ...]


class Certificate:
    """A certificate and its key. Misconfigured when they cannot be used at the start."""

    def __init__(self, certificate: Path, key: Path) -> None:
        self._files = (certificate, key)
        self._seen = self._state()
        self.context = _fresh(*self._files)
        """What sockets are opened with: reading the files again changes it in place."""

    def reload(self) -> bool:
        """Read the files again; False, and a line in the log, when they cannot be used."""
        self._seen = self._state()
        try:
            _fresh(*self._files)  # on trial: half a change must not reach the one in use
            self.context.load_cert_chain(*self._files)
        except (Misconfigured, OSError) as error:
            log.warning("tls.not_reloaded", problem=str(error), advice="The old one is kept.")
            return False
        log.info("tls.reloaded", certificate=str(self._files[0]))
        return True

    async def follow(self, every_s: float = LOOK_EVERY_S) -> None:
        """Reload whenever a file has changed, until cancelled."""
        while True:
            await asyncio.sleep(every_s)
            if self._state() != self._seen:
                self.reload()

    def _state(self) -> _State:
        return tuple(map(_state_of, self._files))


def _state_of(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _fresh(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key)
    except OSError as error:  # ssl.SSLError is one too
        files = f"{certificate} and {key}"
        raise Misconfigured(f"{files} cannot be used for TLS: {error.strerror}.") from error
    return context
