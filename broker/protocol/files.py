"""Messages of the data channel `files`: files and folders on their way, in either direction.

Both directions take the same path. The sender offers a *transfer*: some files and folders. Once
the receiver has accepted it, the files follow one by one: `begin`, `ready` with the offset from
which the receiver needs it, chunks, `end` with the hash of the whole file, and `done`. A transfer
that is offered again with its id goes on where it was; so does a file with the same `key`, even in
another session. Chunks are binary, on this channel or over the relay:

    chunk   stream 32 | offset 64 | bytes        unsigned, big-endian

The receiver tells with `got` what is safe on its disk. What it did not acknowledge may have to be
sent again after a reconnect, and nothing else.

For a large file the sender asks the broker for a relay (`broker.protocol.relay`) and tells the
receiver its secret. It changes roads only when nothing is under way, so chunks keep their order,
and `end` waits for what went over the relay. When the relay is lost with something under way, the
sender asks with `again` from where to go on over this channel.
"""

import struct
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field, StringConstraints, TypeAdapter

from broker.protocol.clipboard import ByteCount, TransferId
from broker.protocol.relay import RelayId, RelayRefusal, RelaySecret
from broker.protocol.vocabulary import (
    MAX_CHANNEL_MESSAGE_BYTES,
    ShortText,
    WireModel,
    fit_name,
)

MAX_SEGMENT_LENGTH: Final = 255
"""Most characters of one part of a path; the receiver cuts it to what its disk takes."""
MAX_DEPTH: Final = 32
MAX_ITEMS: Final = 20
"""So many of the things in a transfer are named in its offer; the others are counted."""
MAX_ITEM_LENGTH: Final = 100
"""Longer names are cut in the middle for an offer, and only there."""
MAX_REPORTS: Final = 40
"""Files that one `files.reported` tells of: with those under way they fit a message, however they
are called."""
MAX_FILES: Final = 100_000
"""Files and folders of one transfer."""

_CHUNK_HEAD: Final = struct.Struct(">IQ")
CHUNK_HEAD_BYTES: Final = _CHUNK_HEAD.size
CHUNK_BYTES: Final = MAX_CHANNEL_MESSAGE_BYTES - CHUNK_HEAD_BYTES
"""Of a file, in one message of the data channel."""
RELAY_CHUNK_BYTES: Final = 256 * 1024 - CHUNK_HEAD_BYTES
"""Of a file, in one message of the relay."""
RELAY_FROM_BYTES: Final = 8 * 1024 * 1024
"""For a smaller file a relay is not worth its asking."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
PathSegment = Annotated[str, StringConstraints(min_length=1, max_length=MAX_SEGMENT_LENGTH)]
FilePath = Annotated[tuple[PathSegment, ...], Field(min_length=1, max_length=MAX_DEPTH)]
"""A place below where the transfer goes, with the sender's names. Hostile until made safe."""
FileName = Annotated[ShortText, BeforeValidator(fit_name)]
"""For people to read: cut, and mended where it is odd."""
StreamNumber = Annotated[int, Field(ge=1, le=2**32 - 1)]
"""Names one file on its way; the sender counts them from 1 on each connection."""


class FileDirection(StrEnum):
    """Which way files go."""

    SEND = "send"
    """From the technician to the end user's computer."""
    RECEIVE = "receive"
    """From the end user's computer to the technician."""


class FileProblem(StrEnum):
    """Why a file or a whole transfer does not come across."""

    NOT_GRANTED = "not_granted"
    PAUSED = "paused"
    DECLINED = "declined"
    """The person at the other end said no."""
    TIMED_OUT = "timed_out"
    """Nobody answered the offer."""
    CANCELLED = "cancelled"
    TOO_LARGE = "too_large"
    """More than the policy, or than was offered."""
    OVER_LIMIT = "over_limit"
    """A file is larger than an admin lets through."""
    TOO_MANY = "too_many"
    """More files, or transfers at a time, than are taken."""
    DISK_FULL = "disk_full"
    NOT_WRITABLE = "not_writable"
    """The receiver may not write where it should go."""
    NOT_READABLE = "not_readable"
    """The sender cannot read it, or it is no longer there."""
    CHANGED = "changed"
    """It was changed while it was sent."""
    DAMAGED = "damaged"
    """What came is not what was sent."""
    UNAVAILABLE = "unavailable"
    """This side cannot keep files."""


class FileResult(StrEnum):
    """What became of one file."""

    DONE = "done"
    """It is whole, and under its name."""
    CANCELLED = "cancelled"
    FAILED = "failed"
    CUT = "cut"
    """It was under way when the session ended, as far as the broker knows."""


class FileRoad(StrEnum):
    """Which way the bytes of a file go."""

    DIRECT = "direct"
    """Straight from one computer to the other, over the data channel."""
    RELAY = "relay"
    """Through the broker, encrypted end to end."""


class FilePolicy(WireModel):
    """What an admin lets files do; both sides are told before anything is offered."""

    max_file_bytes: ByteCount | None = None
    """Of one file; none: any size."""
    max_files: Annotated[int, Field(ge=1, le=MAX_FILES)] = MAX_FILES
    """Files and folders of one transfer."""
    relay: bool = False
    """Whether the broker relays large files."""

    def takes(self, size: int) -> bool:
        """Whether a file of so many bytes may go."""
        return self.max_file_bytes is None or size <= self.max_file_bytes


class FileItem(WireModel):
    """One of the things in a transfer, as it is shown to whoever is to accept it."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=MAX_ITEM_LENGTH)]
    folder: bool = False
    files: Annotated[int, Field(ge=0, le=MAX_FILES)] = 1
    """In it, if it is a folder."""
    size_bytes: ByteCount


class FileOffer(WireModel):
    """The sender has these things; answered by `file.answer`.."""

    type: Literal["file.offer"] = "file.offer"
    transfer: TransferId
    items: Annotated[tuple[FileItem, ...], Field(min_length=1, max_length=MAX_ITEMS)]
    files: Annotated[int, Field(ge=0, le=MAX_FILES)]
    folders: Annotated[int, Field(ge=0, le=MAX_FILES)]
    size_bytes: ByteCount
    """Of all files. More is not taken."""


class FileAnswer(WireModel):
    """The receiver takes the transfer, or says why not."""

    type: Literal["file.answer"] = "file.answer"
    transfer: TransferId
    problem: FileProblem | None = None


class FileFolder(WireModel):
    """A folder of the transfer, even if it is empty."""

    type: Literal["file.folder"] = "file.folder"
    transfer: TransferId
    path: FilePath


class FileBegin(WireModel):
    """The next file."""

    type: Literal["file.begin"] = "file.begin"
    transfer: TransferId
    stream: StreamNumber
    path: FilePath
    size_bytes: ByteCount
    key: Sha256
    """The same for the same file as long as it is not changed; of nothing else is this asked."""


class FileReady(WireModel):
    """The receiver has this much of it already."""

    type: Literal["file.ready"] = "file.ready"
    stream: StreamNumber
    offset: ByteCount


class FileGot(WireModel):
    """So much of it is on the receiver's disk; the sender may go on."""

    type: Literal["file.got"] = "file.got"
    stream: StreamNumber
    bytes: ByteCount


class FileEnd(WireModel):
    """All of it was sent."""

    type: Literal["file.end"] = "file.end"
    stream: StreamNumber
    sha256: Sha256
    """Of the whole file."""


class FileDone(WireModel):
    """It is whole and under its name, which may differ from the sender's."""

    type: Literal["file.done"] = "file.done"
    stream: StreamNumber
    name: FileName


class FileFailed(WireModel):
    """The receiver cannot take this file; the others may come."""

    type: Literal["file.failed"] = "file.failed"
    stream: StreamNumber
    problem: FileProblem


class FileDropped(WireModel):
    """The sender cannot go on with this file; the others may come."""

    type: Literal["file.dropped"] = "file.dropped"
    stream: StreamNumber
    problem: FileProblem


class FileRelay(WireModel):
    """The sender has a relay for large files: the receiver comes there with its own ticket."""

    type: Literal["file.relay"] = "file.relay"
    relay_id: RelayId
    secret: RelaySecret


class FileRelayOver(WireModel):
    """Either side has let go of the relay, or could not come there."""

    type: Literal["file.relay_over"] = "file.relay_over"
    relay_id: RelayId
    reason: RelayRefusal | None = None


class FileAgain(WireModel):
    """What was under way on the relay is lost: the receiver says where to go on (`file.ready`)."""

    type: Literal["file.again"] = "file.again"
    stream: StreamNumber


class FileOver(WireModel):
    """The sender has nothing more of this transfer."""

    type: Literal["file.over"] = "file.over"
    transfer: TransferId


class FilePause(WireModel):
    """Either side holds the transfer, or lets it go on."""

    type: Literal["file.pause"] = "file.pause"
    transfer: TransferId
    paused: bool


class FileCancel(WireModel):
    """Either side gives the transfer up. What is whole stays."""

    type: Literal["file.cancel"] = "file.cancel"
    transfer: TransferId
    problem: FileProblem = FileProblem.CANCELLED


class FileReport(WireModel):
    """What became of a file: for the audit log, and never what is in it."""

    direction: FileDirection
    name: FileName
    size_bytes: ByteCount
    result: FileResult
    problem: FileProblem | None = None
    sha256: Sha256 | None = None
    """Of the whole file, once it is known."""
    road: FileRoad | None = None
    """`relay` if any of it went there."""


class FileUnderWay(WireModel):
    """A file that goes on, or waits for a connection to go on."""

    direction: FileDirection
    name: FileName
    size_bytes: ByteCount


class FilesReported(WireModel):
    """The support client tells the broker what became of files, and which are under way now.

    Those the broker records as cut if the session ends before it hears anything else of them.
    """

    type: Literal["files.reported"] = "files.reported"
    files: Annotated[tuple[FileReport, ...], Field(max_length=MAX_REPORTS)] = ()
    under_way: Annotated[tuple[FileUnderWay, ...], Field(max_length=len(FileDirection))] = ()
    """All of them: one each way at most."""


class FileAsk(WireModel):
    """The technician asks the end user for files; the answer is an offer, or why there is none."""

    type: Literal["file.ask"] = "file.ask"
    id: TransferId
    reason: ShortText
    """Shown to the end user."""


class FileAskAnswer(WireModel):
    """The end user did not choose anything, or cannot be asked now."""

    type: Literal["file.ask_answer"] = "file.ask_answer"
    id: TransferId
    problem: FileProblem


_Both = (
    FileOffer
    | FileAnswer
    | FileFolder
    | FileBegin
    | FileReady
    | FileGot
    | FileEnd
    | FileDone
    | FileFailed
    | FileDropped
    | FileRelay
    | FileRelayOver
    | FileAgain
    | FileOver
    | FilePause
    | FileCancel
)
ConsoleFileMessage = Annotated[_Both | FileAsk, Field(discriminator="type")]
ClientFileMessage = Annotated[_Both | FileAskAnswer, Field(discriminator="type")]

CONSOLE_FILES: TypeAdapter[ConsoleFileMessage] = TypeAdapter(ConsoleFileMessage)
CLIENT_FILES: TypeAdapter[ClientFileMessage] = TypeAdapter(ClientFileMessage)


def pack_chunk(stream: int, offset: int, data: bytes | memoryview) -> bytes:
    """Write a chunk."""
    return b"".join((_CHUNK_HEAD.pack(stream, offset), data))


def unpack_chunk(message: bytes) -> tuple[int, int, memoryview]:
    """Read a chunk: its stream, its offset, its bytes. ValueError when it is none."""
    if len(message) <= CHUNK_HEAD_BYTES:
        raise ValueError("a chunk holds at least one byte")
    stream, offset = _CHUNK_HEAD.unpack_from(message)
    return stream, offset, memoryview(message)[CHUNK_HEAD_BYTES:]
