"""What every ReplyStore promises."""

from dataclasses import replace

import pytest

from broker.chat_ports import Reply, ReplyStore
from broker.errors import Conflict, NotFound
from broker.ports import AuditLog
from broker.storage.database import Database
from broker.storage.replies import SqlReplyStore
from tests.builders import NOW, an_event


@pytest.fixture
def replies(database: Database) -> ReplyStore:
    return SqlReplyStore(database)


def a_reply(number: int = 1, title: str = "Hello", text: str = "Hello {end_user} 💻\n") -> Reply:
    return Reply(f"rpl_{number:032x}", title, text, 1, "Tess", NOW)


async def actions(audit_log: AuditLog) -> list[str]:
    return [sealed.event.action async for sealed in audit_log.everything()]


async def test_replies_are_listed_by_title(replies: ReplyStore) -> None:
    for number, title in enumerate(("b", "C", "a"), 1):
        await replies.create(a_reply(number, title), 9, an_event())
    assert [reply.title for reply in await replies.all()] == ["a", "b", "C"]
    assert (await replies.all())[1] == a_reply(1, "b")


async def test_no_more_replies_are_kept_than_may_be(
    replies: ReplyStore, audit_log: AuditLog
) -> None:
    await replies.create(a_reply(1), 1, an_event("reply.created"))
    with pytest.raises(Conflict, match="1 canned"):
        await replies.create(a_reply(2), 1, an_event("reply.created"))
    assert await actions(audit_log) == ["reply.created"]


async def test_a_change_never_overwrites_one_that_its_author_has_not_seen(
    replies: ReplyStore, audit_log: AuditLog
) -> None:
    await replies.create(a_reply(), 9, an_event("reply.created"))
    second = replace(a_reply(text="second"), version=2)
    await replies.change(second, an_event("reply.changed"))
    with pytest.raises(Conflict):
        await replies.change(replace(second, text="third"), an_event("reply.changed"))
    assert await replies.all() == (second,)
    assert await actions(audit_log) == ["reply.created", "reply.changed"]


@pytest.mark.parametrize("reply_id", ["rpl_" + "9" * 32, "rpl_\x00", ""])
async def test_an_unknown_reply_cannot_be_changed(replies: ReplyStore, reply_id: str) -> None:
    with pytest.raises(NotFound):
        await replies.change(replace(a_reply(), reply_id=reply_id), an_event())


async def test_a_reply_is_taken_away_once(replies: ReplyStore, audit_log: AuditLog) -> None:
    await replies.create(a_reply(), 9, an_event("reply.created"))
    for _ in range(2):
        await replies.delete(a_reply().reply_id, an_event("reply.deleted"))
    assert await replies.all() == ()
    assert await actions(audit_log) == ["reply.created", "reply.deleted"]
