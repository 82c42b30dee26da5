"""A broker and two homes on a small internet: the technician's and the end user's.

Each home has one line to the middle, where the broker is and by which the two reach one another.
Both lines can be cut, slowed and made to lose packets, and a home can get another address. Needs
root and `/dev/net/tun`.
"""

import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.rig.namespaces import entered, ip, namespace, path_of
from tests.rig.processes import output_of
from tests.rig.secure import SecureBroker, tls_settings, write_certificate
from tests.rig.shaper import CLEAR, End, Shaper, shaped
from tests.rig.stack import Login, furnish

BROKER: Final = "10.77.0.1"
_DEVICE: Final = "net0"
_PORT: Final = 8443


@dataclass(slots=True)
class Home:
    """Where one of the two lives."""

    pid: int
    line: Shaper
    network: str
    """The first three numbers of its addresses."""
    number: int = 2

    @property
    def inside(self) -> list[str | Path]:
        """The command that runs a command there."""
        return ["nsenter", f"--net={path_of(self.pid)}"]

    async def move(self) -> None:
        """Get another address, and lose the one before: another network, or another cable."""
        await ip("address", "flush", "dev", _DEVICE, inside=self.pid)
        self.number = 2 + (self.number - 1) % 199
        await ip("address", "add", self._address, "dev", _DEVICE, inside=self.pid)
        await ip("route", "replace", "default", "dev", _DEVICE, inside=self.pid)

    @property
    def _address(self) -> str:
        return f"{self.network}.{self.number}/24"


@dataclass(slots=True)
class Homes:
    """The broker, and who is at its ends."""

    broker: SecureBroker
    technician: Home
    end_user: Home

    @property
    def client_env(self) -> dict[str, str]:
        """What a support client needs to trust this broker."""
        own = ssl.get_default_verify_paths().openssl_cafile_env
        return {own: str(self.broker.folder / "cert.pem")}


@asynccontextmanager
async def two_homes(folder: Path, login: Login) -> AsyncIterator[Homes]:
    """Run a broker that knows this technician; inside the block this thread is where it is."""
    async with AsyncExitStack() as stack:
        middle = await stack.enter_async_context(namespace(folder))
        await ip("link", "set", "lo", "up", inside=middle)
        forward = ["sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"]
        await output_of(["nsenter", f"--net={path_of(middle)}", *forward], {})
        homes = [
            await stack.enter_async_context(_home(folder, middle, network, device))
            for network, device in (("10.77.0", "technician"), ("10.78.0", "enduser"))
        ]
        stack.enter_context(entered(middle))
        write_certificate(folder, BROKER, address=BROKER)
        await furnish(login, folder)
        settings = {**tls_settings(folder), "HANDRAIL_PUBLIC_URL": f"https://{BROKER}:{_PORT}"}
        broker = SecureBroker(folder, _PORT, settings, host=BROKER)
        await broker.start()
        stack.push_async_callback(broker.stop)
        yield Homes(broker, *homes)


@asynccontextmanager
async def _home(folder: Path, middle: int, network: str, device: str) -> AsyncIterator[Home]:
    async with namespace(folder) as pid:
        await ip("link", "set", "lo", "up", inside=pid)
        here = End(middle, f"{network}.1/24", device)
        there = End(pid, f"{network}.2/24", _DEVICE)
        async with shaped(here, there, CLEAR, folder) as line:
            await ip("route", "add", "default", "dev", _DEVICE, inside=pid)
            yield Home(pid, line, network)
