"""Canned replies: whoever may sign in may use them, and mend them too.

A reply helps only if the person who sees that it is wrong can put it right at once, so there is no
right of its own to edit; who changed what is on the audit log, and a change never overwrites one
that its author has not seen.
"""

from dataclasses import dataclass

from broker.audit.event import AuditEvent, DetailValue
from broker.chat_ports import Reply, ReplyStore
from broker.ports import Account, Clock, Secrets
from broker.protocol.replies import MAX_REPLIES, ChangeReply, ReplyList, ReplyView, SaveReply
from broker.service.registry import actor_of


@dataclass(frozen=True, slots=True)
class Replies:
    """The canned replies of this broker."""

    store: ReplyStore
    secrets: Secrets
    clock: Clock

    async def all(self) -> ReplyList:
        """Give every reply, by title."""
        return ReplyList(replies=tuple(map(_view, await self.store.all())))

    async def create(self, account: Account, new: SaveReply, address: str | None) -> ReplyView:
        """Add a reply. Conflict when there are too many."""
        reply_id = self.secrets.new_id("rpl")
        reply = self._written(account, reply_id, new.title, new.text, 1)
        event = self._event("reply.created", account, address, reply.title)
        await self.store.create(reply, MAX_REPLIES, event)
        return _view(reply)

    async def change(
        self, account: Account, reply_id: str, change: ChangeReply, address: str | None
    ) -> ReplyView:
        """Change a reply. NotFound; Conflict when somebody else did meanwhile."""
        reply = self._written(account, reply_id, change.title, change.text, change.version + 1)
        event = self._event("reply.changed", account, address, reply.title)
        await self.store.change(reply, event)
        return _view(reply)

    async def delete(self, account: Account, reply_id: str, address: str | None) -> None:
        """Take a reply away."""
        titles = {reply.reply_id: reply.title for reply in await self.store.all()}
        if reply_id in titles:
            event = self._event("reply.deleted", account, address, titles[reply_id])
            await self.store.delete(reply_id, event)

    def _written(
        self, account: Account, reply_id: str, title: str, text: str, version: int
    ) -> Reply:
        return Reply(reply_id, title, text, version, account.name, self.clock.now())

    def _event(self, action: str, account: Account, address: str | None, title: str) -> AuditEvent:
        details: dict[str, DetailValue] = {"reply_title": title}
        return AuditEvent(self.clock.now(), action, actor_of(account, address), details=details)


def _view(reply: Reply) -> ReplyView:
    return ReplyView(
        reply_id=reply.reply_id,
        title=reply.title,
        text=reply.text,
        version=reply.version,
        changed_by=reply.changed_by,
    )
