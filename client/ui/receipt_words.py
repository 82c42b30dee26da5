"""What the end user's receipt says, step by step, in plain words."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from broker.protocol.receipts import ReceiptStep, SessionReceipt, StepValue
from broker.protocol.vocabulary import ActorKind, Capability, EndReason
from client.situation import Request, Situation, State
from client.translation import tr
from client.ui import file_words, words
from client.ui.deed_words import deeds

Details = Mapping[str, StepValue]


def moment(at: datetime) -> str:
    """Write a time as it was at this computer, with its zone."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M:%S %Z")


def rights(values: StepValue) -> str:
    """List rights; one that this program does not know is named as the log names it."""
    known = [value for value in _texts(values) if value in set(Capability)]
    other = [value for value in _texts(values) if value not in known]
    named = [deeds(map(Capability, known))] if known else []
    return ", ".join([*named, *other])


def technicians(receipt: SessionReceipt) -> str:
    """Name everybody who took part on the other side, in the order in which they came."""
    names = [step.name for step in receipt.steps if step.by is ActorKind.TECHNICIAN]
    names += [str(step.details["target_name"]) for step in receipt.steps if _brought(step)]
    return ", ".join(dict.fromkeys(name for name in names if name))


def granted(receipt: SessionReceipt) -> str:
    """List what was ever allowed."""
    found: list[str] = []
    for step in receipt.steps:
        if step.action == "session.consent_given":
            found += _texts(step.details.get("capabilities"))
        elif step.details.get("rights_change") == "given":
            found.append(str(step.details.get("capability")))
    return rights(tuple(dict.fromkeys(found))) or tr("nothing")


def end(receipt: SessionReceipt, request: Request | None) -> str:
    """Say why the session is over."""
    reason = next((step.details.get("end_reason") for step in receipt.steps[::-1]), None)
    if reason not in set(EndReason):
        return str(reason or "")
    return words.ended(Situation(State.OVER, request=request, end_reason=EndReason(str(reason))))


def step(one: ReceiptStep) -> str:
    """Say what happened; what this program does not know is named as the log names it."""
    said = _STEPS.get(one.action)
    return one.action if said is None else said(one)


def file_line(details: Details) -> tuple[str, str, str, str, str]:
    """Give a file as a row: which way, name, size, what became of it, SHA-256."""
    here = details.get("direction") == "send"
    return (
        tr("to this computer") if here else tr("from this computer"),
        str(details.get("file_name", "")),
        file_words.size(_count(details, "bytes")),
        _result(details),
        str(details.get("sha256") or ""),
    )


def _result(details: Details) -> str:
    result = details.get("file_result")
    known = {
        "done": tr("whole"),
        "cut": tr("cut off"),
        "cancelled": tr("cancelled"),
        "failed": tr("failed"),
    }
    return known.get(str(result), str(result))


def _who(one: ReceiptStep) -> str:
    return one.name or {
        ActorKind.END_USER: tr("You"),
        ActorKind.BROKER: tr("The support service"),
    }.get(one.by, tr("The technician"))


def _created(one: ReceiptStep) -> str:
    return tr("{name} asked for a session, to {deeds}.").format(
        name=_who(one), deeds=rights(one.details.get("capabilities"))
    )


def _joined(one: ReceiptStep) -> str:
    return tr("You entered the code on {machine}.").format(
        machine=one.details.get("machine") or "?"
    )


def _consented(one: ReceiptStep) -> str:
    return tr("You allowed: {deeds}.").format(deeds=rights(one.details.get("capabilities")))


def _rights_changed(one: ReceiptStep) -> str:
    text = {
        "given": tr("You allowed as well: {deeds}."),
        "taken": tr("You took back: {deeds}."),
        "refused": tr("You refused: {deeds}."),
        "expired": tr("Ended by itself: {deeds}."),
    }.get(str(one.details.get("rights_change")), tr("Changed: {deeds}."))
    said = text.format(deeds=rights((str(one.details.get("capability")),)))
    reason = one.details.get("reason")
    if not isinstance(reason, str) or not reason:
        return said
    return f"{said} {tr('The technician wrote: “{text}”').format(text=reason)}"


def _paused(one: ReceiptStep) -> str:
    return tr("You paused.") if one.details.get("paused") else tr("You resumed.")


def _clipboard(one: ReceiptStep) -> str:
    here = one.details.get("direction") == "send"
    text = (
        tr("Text copied to this computer: {count} characters.")
        if here
        else tr("Text copied from this computer: {count} characters.")
    )
    return text.format(count=_count(one.details, "characters"))


def _file(one: ReceiptStep) -> str:
    way, name, size, result, _ = file_line(one.details)
    return tr("File {way}: {name} ({size}), {result}.").format(
        way=way, name=name, size=size, result=result
    )


def _chat(one: ReceiptStep) -> str:
    return tr("Chat: {theirs} messages of the technician, {yours} of yours.").format(
        theirs=_count(one.details, "technician_lines"), yours=_count(one.details, "end_user_lines")
    )


def _with_target(text: Callable[[], str]) -> Callable[[ReceiptStep], str]:
    return lambda one: text().format(name=one.details.get("target_name") or _who(one))


_STEPS: Final[dict[str, Callable[[ReceiptStep], str]]] = {
    "session.created": _created,
    "session.joined": _joined,
    "session.consent_given": _consented,
    "session.consent_declined": lambda _: tr("You declined."),
    "session.rights_changed": _rights_changed,
    "session.rights_renewed": lambda _: tr("You were asked whether the rights go on."),
    "session.connected": lambda _: tr("The connection stood."),
    "session.connection_lost": lambda _: tr("The connection was lost."),
    "session.pause_changed": _paused,
    "session.clipboard_used": _clipboard,
    "session.file": _file,
    "session.guest_joined": _with_target(lambda: tr("{name} came in to look.")),
    "session.guest_left": _with_target(lambda: tr("{name} left.")),
    "session.handed_over": _with_target(lambda: tr("{name} took over.")),
    "session.taken": _with_target(lambda: tr("{name} took over.")),
    "session.put_back": lambda _: tr("The session waited for another technician."),
    "session.control_passed": _with_target(lambda: tr("{name} had mouse and keyboard.")),
    "session.chat_used": _chat,
    "session.ended": lambda _: tr("The session ended."),
}


def _brought(one: ReceiptStep) -> bool:
    comings = ("session.guest_joined", "session.handed_over", "session.taken")
    return one.action in comings and bool(one.details.get("target_name"))


def _texts(values: StepValue) -> tuple[str, ...]:
    return values if isinstance(values, tuple) else ()


def _count(details: Details, name: str) -> int:
    value = details.get(name)
    return value if isinstance(value, int) else 0
