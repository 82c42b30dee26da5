"""A real coturn, run with the file that admins copy, with a client that asks for single things."""

import asyncio
import shlex
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from aioice import stun, turn

from broker.protocol.signaling import IceServer
from broker.service.ice_servers import IceSettings
from tests.rig.namespaces import small_internet
from tests.rig.processes import check_alive, output_of, running

CONFIG: Final = Path(__file__).parents[2] / "docs/turnserver.conf"
SECRET: Final = "a secret of this run"
NAME: Final = "turn.example.org"

ADDRESS: Final = "11.0.0.1"
"""As good as public: in no special range, and in a namespace nobody else's."""
ADDRESS6: Final = "2a00::1"
_NETWORK: Final = (f"{ADDRESS}/24", f"{ADDRESS6}/64")
_START_TIMEOUT_S: Final = 10.0
_ANSWER_TIMEOUT_S: Final = 5.0

_FAMILY: Final = (0x0017, "REQUESTED-ADDRESS-FAMILY", stun.pack_unsigned, stun.unpack_unsigned)
"""RFC 8656, section 18.6; aioice does not know it."""
_IPV6: Final = 0x02000000
stun.ATTRIBUTES_BY_TYPE[_FAMILY[0]] = stun.ATTRIBUTES_BY_NAME[_FAMILY[1]] = _FAMILY


@dataclass(frozen=True, slots=True)
class Coturn:
    """Where it listens, and what verifies its certificate."""

    certificate: Path
    udp: str = f"turn:{ADDRESS}:3478?transport=udp"
    tcp: str = f"turn:{ADDRESS}:3478?transport=tcp"
    tls: str = f"turns:{ADDRESS}:443?transport=tcp"

    async def key_hash(self) -> str:
        """SHA-256 of its key in base64: what Chromium is told to trust."""
        pipe = "openssl x509 -pubkey -noout -in {} | openssl pkey -pubin -outform der"
        hashed = " | openssl dgst -sha256 -binary | base64"
        shell = ["sh", "-c", pipe.format(shlex.quote(str(self.certificate))) + hashed]
        return (await output_of(shell, {})).strip()

    def settings(self, *urls: str, **others: Any) -> IceSettings:
        """What an admin of the broker sets to have it used."""
        return IceSettings(turn_urls=urls or (self.udp,), turn_secret=SECRET, **others)


def options(text: str) -> list[tuple[str, str]]:
    """Read a configuration of coturn: (name, value or nothing), in the order of the file."""
    lines = [line.strip() for line in text.splitlines()]
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#")]
    return [(name, value) for name, _, value in pairs]


def configuration(changes: Mapping[str, str], left_out: tuple[str, ...] = ()) -> str:
    """Give the admins' file with other values for what it has already. KeyError when it has not."""
    found = options(CONFIG.read_text())
    for name in (*changes, *left_out):
        if name not in dict(found):
            raise KeyError(f"{CONFIG.name} says nothing of {name}")
    kept = [(name, changes.get(name, value)) for name, value in found if name not in left_out]
    return "\n".join(f"{name}={value}" if value else name for name, value in kept) + "\n"


@asynccontextmanager
async def running_coturn(
    folder: Path, left_out: tuple[str, ...] = (), added: str = "", **changes: str
) -> AsyncIterator[Coturn]:
    """Run coturn in a network of its own, with these values changed or lines added. Needs root."""
    async with small_internet(folder, *_NETWORK):
        certificate, key = await make_certificate(folder)
        own = {
            "static-auth-secret": SECRET,
            "cert": str(certificate),
            "pkey": str(key),
            **{name.replace("_", "-"): value for name, value in changes.items()},
        }
        config, log = folder / "turnserver.conf", folder / "coturn.log"
        # Only where it writes is another; a database of users is not used either way.
        text = configuration(own, left_out=("syslog", *left_out))
        config.write_text(f"{text}{added}log-file=stdout\nuserdb={folder / 'turn.db'}\n")
        command = ["turnserver", "-c", config, f"--pidfile={folder / 'turnserver.pid'}"]
        async with running(command, log) as process:
            async with asyncio.timeout(_START_TIMEOUT_S):
                while not (_listens(3478) and _listens(443)):
                    await check_alive(process, log)
                    await asyncio.sleep(0.05)
            yield Coturn(certificate)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((ADDRESS, port)) == 0


async def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Write a fresh certificate and its key, in the place of those before."""
    certificate, key = folder / "cert.pem", folder / "key.pem"
    names = f"subjectAltName=DNS:{NAME},IP:{ADDRESS}"
    new = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    files = ["-nodes", "-keyout", key, "-out", certificate]
    await output_of([*new, *files, "-days", "2", "-subj", f"/CN={NAME}", "-addext", names], {})
    return certificate, key


# ---- asking


class Refused(Exception):
    """coturn said no; `code` is the STUN error code (RFC 8656, section 19)."""

    def __init__(self, code: int) -> None:
        super().__init__(f"refused with {code}")
        self.code = code


class _Hearing(turn.TurnClientUdpProtocol):
    """Keeps what comes in."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.heard: asyncio.Queue[stun.Message] = asyncio.Queue()

    def datagram_received(self, data: bytes | str, addr: tuple[str, int]) -> None:
        super().datagram_received(data, addr)
        assert isinstance(data, bytes)
        self.heard.put_nowait(stun.parse_message(data))


@dataclass(slots=True)
class Allocation:
    """What a client holds at the TURN server, and from where: only that socket may use it."""

    protocol: _Hearing
    transport: asyncio.DatagramTransport
    next_channel: int = 0x4000

    async def ask_for(self, peer: str, port: int = 9) -> None:
        """Ask for a permission and for a channel to a peer. Raises Refused when both are refused.

        AssertionError when only one of them is.
        """
        answers = [
            await self._code(stun.Method.CREATE_PERMISSION, peer, port),
            await self._code(
                stun.Method.CHANNEL_BIND, peer, port, **{"CHANNEL-NUMBER": self.next_channel}
            ),
        ]
        self.next_channel += 1
        assert answers[0] == answers[1]
        if answers[0] is not None:
            raise Refused(answers[0])

    async def become(self, server: IceServer) -> None:
        """Go on with the credentials of somebody else. Raises Refused."""
        name, realm = str(server.username), str(self.protocol.realm)
        request = stun.Message(stun.Method.REFRESH, stun.Class.REQUEST)
        request.attributes |= {"USERNAME": name, "REALM": realm, "NONCE": self.protocol.nonce}
        request.add_message_integrity(turn.make_integrity_key(name, realm, str(server.credential)))
        # Not by a transaction of aioice: a refusal that is not signed with this key is none to it.
        self.transport.sendto(bytes(request))
        async with asyncio.timeout(_ANSWER_TIMEOUT_S):
            while (answer := await self.protocol.heard.get()).transaction_id != (
                request.transaction_id
            ):
                pass
        if answer.error_code is not None:
            raise Refused(answer.error_code)

    async def _code(self, method: stun.Method, peer: str, port: int, **more: Any) -> int | None:
        request = stun.Message(method, stun.Class.REQUEST, attributes=dict(more))
        request.attributes["XOR-PEER-ADDRESS"] = (peer, port)
        try:
            await self.protocol.request_with_retry(request)
        except stun.TransactionFailed as failed:
            return int(failed.response.error_code or 0)
        return None


@asynccontextmanager
async def allocating(server: IceServer, *, ipv6: bool = False) -> AsyncIterator[Allocation]:
    """Hold an allocation with these credentials. Raises Refused."""
    loop = asyncio.get_running_loop()
    address = (ADDRESS, 3478)
    transport, protocol = await loop.create_datagram_endpoint(
        lambda: _Hearing(address, server.username, server.credential, 600, 500),
        remote_addr=address,
    )
    try:
        request = stun.Message(stun.Method.ALLOCATE, stun.Class.REQUEST)
        request.attributes["REQUESTED-TRANSPORT"] = turn.UDP_TRANSPORT
        if ipv6:
            request.attributes["REQUESTED-ADDRESS-FAMILY"] = _IPV6
        await protocol.request_with_retry(request)
        yield Allocation(protocol, transport)
    except stun.TransactionFailed as failed:
        raise Refused(int(failed.response.error_code or 0)) from failed
    finally:
        transport.close()
