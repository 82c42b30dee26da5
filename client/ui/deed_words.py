"""What technicians may do here, as the end user reads it in the middle of a sentence."""

from collections.abc import Iterable

from broker.protocol.vocabulary import Capability
from client.consent import in_order
from client.translation import tr


def _deed(capability: Capability) -> str:
    return {
        Capability.VIEW: tr("see this screen"),
        Capability.CONTROL: tr("use the mouse and keyboard"),
        Capability.CLIPBOARD_SEND: tr("fill your clipboard"),
        Capability.CLIPBOARD_RECEIVE: tr("read your clipboard"),
        Capability.FILES_SEND: tr("send files"),
        Capability.FILES_RECEIVE: tr("get files you choose"),
        Capability.DIAGNOSTICS: tr("read technical details"),
    }[capability]


def deeds(capabilities: Iterable[Capability]) -> str:
    """List some rights, at least one, in the middle of a sentence."""
    *first, last = [_deed(capability) for capability in in_order(capabilities)]
    if not first:
        return last
    return tr("{first} and {last}").format(first=", ".join(first), last=last)
