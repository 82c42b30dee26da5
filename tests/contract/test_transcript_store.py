"""What every TranscriptStore promises."""

import pytest

from broker.chat_ports import Kept, TranscriptStore
from broker.errors import Conflict, NotFound
from broker.ports import AuditLog, SessionStore
from broker.protocol.transcripts import TranscriptLine
from broker.storage.database import Database
from broker.storage.transcripts import SqlTranscriptStore
from tests.builders import NOW, a_session, an_event, its_creation, session_id

HERS = session_id(1)


@pytest.fixture
async def transcripts(database: Database, sessions: SessionStore) -> TranscriptStore:
    for number in (1, 2):
        session = a_session(number)
        await sessions.create(session, its_creation(session))
    return SqlTranscriptStore(database)


def lines(count: int) -> tuple[TranscriptLine, ...]:
    return tuple(
        TranscriptLine(sequence=number, author="end_user", text=f"Zoë 💻\n{number}", sent_at=NOW)
        for number in range(1, count + 1)
    )


async def test_a_transcript_is_read_back_as_it_was_part_by_part(
    transcripts: TranscriptStore,
) -> None:
    await transcripts.keep(HERS, NOW, lines(5), an_event())
    assert await transcripts.kept(HERS) == Kept(NOW, 5)
    assert await transcripts.lines(HERS, 0, 2) == lines(5)[:2]
    assert await transcripts.lines(HERS, 2, 9) == lines(5)[2:]
    assert await transcripts.kept(session_id(2)) is None
    assert await transcripts.lines(session_id(2), 0, 9) == ()


async def test_a_line_keeps_the_name_of_the_technician_who_said_it(
    transcripts: TranscriptStore,
) -> None:
    [line] = lines(1)
    hers = line.model_copy(update={"author": "technician", "author_name": "Zoë Exemple"})
    await transcripts.keep(HERS, NOW, (hers,), an_event())
    assert await transcripts.lines(HERS, 0, 9) == (hers,)


async def test_a_long_transcript_is_kept(transcripts: TranscriptStore) -> None:
    await transcripts.keep(HERS, NOW, lines(10_000), an_event())
    assert await transcripts.lines(HERS, 9_998, 9) == lines(10_000)[-2:]


async def test_a_transcript_is_kept_once_and_whole(
    transcripts: TranscriptStore, audit_log: AuditLog
) -> None:
    await transcripts.keep(HERS, NOW, lines(2), an_event("session.transcript_kept"))
    with pytest.raises(Conflict):
        await transcripts.keep(HERS, NOW, lines(3), an_event("session.transcript_kept"))
    assert await transcripts.kept(HERS) == Kept(NOW, 2)
    actions = [sealed.event.action async for sealed in audit_log.everything()]
    assert actions.count("session.transcript_kept") == 1


async def test_a_deleted_transcript_is_gone(transcripts: TranscriptStore) -> None:
    await transcripts.keep(HERS, NOW, lines(2), an_event())
    await transcripts.delete(HERS, an_event())
    assert await transcripts.kept(HERS) is None
    assert await transcripts.lines(HERS, 0, 9) == ()
    with pytest.raises(NotFound):
        await transcripts.delete(HERS, an_event())
