"""What a support client tells of what passed between the two sides, as far as it can be true."""

from typing import Final

from broker.audit.event import Actor
from broker.audit.summary import rights_ever
from broker.errors import ProtocolViolation
from broker.ports import AuditLog
from broker.protocol.chat import ChatCounted
from broker.protocol.clipboard import ClipboardDirection
from broker.protocol.files import FileReport, FileResult, FilesReported, FileUnderWay
from broker.protocol.signaling import ClipboardUsed
from broker.protocol.vocabulary import Capability
from broker.service.notes import EVERYTHING
from broker.service.owner import SessionOwner
from broker.session import events as ev
from broker.session.lifecycle import next_state

_RIGHTS: Final = {
    ClipboardDirection.SEND: Capability.CLIPBOARD_SEND,
    ClipboardDirection.RECEIVE: Capability.CLIPBOARD_RECEIVE,
}


async def reported(
    audit_log: AuditLog,
    owner: SessionOwner,
    actor: Actor,
    message: ClipboardUsed | FilesReported | ChatCounted,
) -> None:
    """Note what passed. ProtocolViolation when it cannot have passed."""
    match message:
        case ClipboardUsed():
            await _check_granted(audit_log, owner, _RIGHTS[message.direction])
            size = (message.transfers, message.characters, message.bytes)
            await owner.submit(ev.ClipboardUsed(actor, message.direction, *size))
        case FilesReported(files=files, under_way=under_way):
            cut = tuple(ev.FilePassed(actor, _cut(one)) for one in under_way)
            for event in cut:  # what could not be recorded at the end would keep it from ending
                next_state(owner.session.state, event)
            owner.files_cut = cut
            for file in files:
                await owner.submit(ev.FilePassed(actor, file))
        case ChatCounted():
            owner.chat_used = ev.ChatUsed(actor, message.technician, message.end_user)


async def _check_granted(audit_log: AuditLog, owner: SessionOwner, right: Capability) -> None:
    """A sum may come after the right is gone again, and then the log knows of it."""
    session = owner.session
    if right in session.granted:
        return
    sealed = await audit_log.of_session(session.session_id, 0, EVERYTHING)
    if right not in rights_ever(one.event for one in sealed):
        raise ProtocolViolation(f"{right.value} was never granted.")


def _cut(file: FileUnderWay) -> FileReport:
    return FileReport(
        direction=file.direction,
        name=file.name,
        size_bytes=file.size_bytes,
        result=FileResult.CUT,
    )
