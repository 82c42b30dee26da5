"""What the end user reads: every state, right, problem and end of a session in plain words."""

import time
from datetime import datetime, timedelta
from typing import Final

from broker.protocol.clipboard import ClipboardDirection
from broker.protocol.connection import Way
from broker.protocol.vocabulary import Capability, ConsentSource, EndReason, ErrorCode
from client import way_words
from client.chat import ChatView
from client.clipboard import ClipboardUse
from client.consent import Consent, with_needs
from client.hot_key import Combination
from client.keeping import KeepOffer, KeepStage
from client.plain_text import many_lines
from client.relayed_chat import goes_through_broker
from client.rights import Ask
from client.support_session import Problem, Situation, State, Trouble
from client.translation import tr
from client.ui import company_words
from client.ui.deed_words import deeds


def capability_title(capability: Capability) -> str:
    """Name a right as the consent window asks for it."""
    return {
        Capability.VIEW: tr("See this screen"),
        Capability.CONTROL: tr("Use the mouse and keyboard"),
        Capability.CLIPBOARD_SEND: tr("Put their copied text into your clipboard"),
        Capability.CLIPBOARD_RECEIVE: tr("Read the text you copied"),
        Capability.FILES_SEND: tr("Send files to this computer"),
        Capability.FILES_RECEIVE: tr("Get files you choose from this computer"),
        Capability.DIAGNOSTICS: tr("Read technical details of this computer"),
    }[capability]


def capability_detail(capability: Capability) -> str:
    """Say in a sentence what a right means."""
    return {
        Capability.VIEW: tr("Everything that is visible on it, as it happens."),
        Capability.CONTROL: tr("As if they were sitting here. You can still use them too."),
        Capability.CLIPBOARD_SEND: tr("You see each time how much. Nothing of yours is read."),
        Capability.CLIPBOARD_RECEIVE: tr(
            "Only what you copy, passwords too. You see each time how much."
        ),
        Capability.FILES_SEND: tr("Each file is offered to you first."),
        Capability.FILES_RECEIVE: tr("Only files that you pick yourself."),
        Capability.DIAGNOSTICS: tr("Such as the system's version and free space."),
    }[capability]


def rights(situation: Situation) -> str:
    """Say what the technician may do now."""
    if situation.consent.paused:
        return tr("Paused: your screen is hidden and nothing can be done here")
    company = situation.company
    granted = situation.consent.granted
    if not company_words.is_anybody_here(situation):
        return tr("Nobody sees this screen now")
    if company.in_charge is not None:
        granted = company.share(situation.consent, company.in_charge.account_id).granted
    if not granted:
        return tr("Can do nothing here now")
    return tr("Can {deeds}").format(deeds=deeds(granted))


def asks(name: str, ask: Ask, consent: Consent) -> str:
    """Say what would be allowed: what is asked for, and what that needs and is not granted."""
    more = with_needs(ask.capability) - consent.granted or {ask.capability}
    return tr("{name} asks to {deeds}").format(name=name, deeds=deeds(more))


def quoted(reason: str) -> str:
    """Show what the technician wrote as theirs."""
    return tr("“{text}”").format(text=many_lines(reason))


def duration(minutes: int) -> str:
    """Say how long something is; whole hours as such."""
    hours, rest = divmod(minutes, 60)
    if not rest:
        return tr("1 hour") if hours == 1 else tr("{count} hours").format(count=hours)
    return tr("1 minute") if minutes == 1 else tr("{count} minutes").format(count=minutes)


def ends(capability: Capability, consent: Consent) -> str:
    """Say when a right ends by itself; empty when it does not."""
    ends_at = consent.ends_at(capability)
    if ends_at is None:
        return ""
    at = datetime.now().astimezone() + timedelta(seconds=ends_at - time.monotonic())
    return tr("until {time}").format(time=at.strftime("%H:%M"))


def ending(situation: Situation) -> str:
    """Say that the session, or which rights, are about to end; empty when nothing is."""
    if situation.unrecorded:
        return tr(
            "The support service cannot write down what happens here. "
            "The session ends within a minute, unless it can again."
        )
    soon = situation.consent.granted.intersection(situation.ending)
    return tr("Ends in less than a minute: {deeds}").format(deeds=deeds(soon)) if soon else ""


def held_back(situation: Situation) -> str:
    """Say that remote input waits for the end user's own; empty when it does not."""
    if not situation.held_back:
        return ""
    controller = situation.company.controller
    return tr("You are using the computer: {name} waits.").format(
        name=controller.name if controller else ""
    )


def hot_key(combination: Combination) -> str:
    """Say what the end user's own key combination does."""
    keys = str(combination).replace("Shift", tr("Shift"))
    return tr("{keys} pauses at once; pressed again, or held, it ends the session.").format(
        keys=keys
    )


def copied(use: ClipboardUse, *, named: bool = False) -> str:
    """Say that a text went from one clipboard to the other: which way, how much, and by whom."""
    one = use.characters == 1
    amount = tr("1 character") if one else tr("{count} characters").format(count=use.characters)
    text = _COPIED_BY if named and use.by else _COPIED
    return text[use.direction]().format(amount=amount, name=use.by)


_COPIED: Final = {
    ClipboardDirection.SEND: lambda: tr("Copied to your computer: {amount}"),
    ClipboardDirection.RECEIVE: lambda: tr("Copied from your computer: {amount}"),
}
_COPIED_BY: Final = {
    ClipboardDirection.SEND: lambda: tr("{name} copied to your computer: {amount}"),
    ClipboardDirection.RECEIVE: lambda: tr("{name} copied from your computer: {amount}"),
}


def source(situation: Situation) -> str:
    """Say so when nobody was asked."""
    if situation.consent.source is ConsentSource.COMMAND_LINE:
        return tr("Granted from the command line")
    return ""


def since(time: str, way: Way | None) -> str:
    """Say since when somebody is connected, and which way."""
    text = {
        None: tr("since {time}"),
        Way.DIRECT: tr("since {time}, directly"),
        Way.BROKER: tr("since {time}, by the server"),
    }.get(way, tr("since {time}, by a relay"))
    return text.format(time=time)


def is_link_lost(situation: Situation) -> bool:
    """Whether there was a connection and there is none now."""
    gone = not situation.broker_attached or situation.link_trouble
    return gone and situation.state is not State.LINKED


def link(situation: Situation) -> str:
    """Say how the connection is; empty when it simply works."""
    if situation.unrecovered:
        return _unrecovered(situation)
    if not situation.broker_attached and situation.trouble is ErrorCode.TOO_MANY_REQUESTS:
        return tr("The support service is busy, trying again…")
    if situation.state is State.LINKED:
        return "" if situation.broker_attached else tr("Reconnecting to the support service…")
    if situation.broker_attached and not situation.technician_present:
        return tr("The technician is away") if company_words.is_anybody_here(situation) else ""
    lost = is_link_lost(situation)
    under_way = tr("Connection lost, reconnecting…") if lost else tr("Connecting…")
    return way_words.trouble(situation) or under_way


def _unrecovered(situation: Situation) -> str:
    if not situation.broker_attached:
        return tr(
            "No connection for a minute. Look at the network of this computer, then try again. "
            "The session may be over; Stop ends it here."
        )
    if not situation.technician_present:
        return tr("The technician has been away for a minute. You can wait, or end with Stop.")
    return tr("The connection did not come back within a minute. Try again, or end with Stop.")


def may_try_again(situation: Situation) -> bool:
    """Whether trying again would be of use."""
    away = situation.broker_attached and not situation.technician_present
    return situation.unrecovered and not away


def proof(percent: int) -> str:
    """Say what the computer computes before its code is looked at, and how far it is."""
    return tr(
        "Many wrong codes are being tried somewhere, so this computer does a short computation "
        "first: {percent} %. It takes a few seconds."
    ).format(percent=percent)


def chat_mark(sequence: int, view: ChatView, situation: Situation) -> str:
    """Say where one of the end user's own lines is."""
    if sequence <= view.shown:
        return tr("on their screen")
    if sequence <= view.received:
        return tr("sent")
    if situation.state is State.LINKED or goes_through_broker(situation):
        return tr("sending…")
    return tr("not delivered yet")


def chat_note(view: ChatView, situation: Situation) -> str:
    """Say what is to be known before something is said; empty when it simply works."""
    name = situation.request.technician.name if situation.request else ""
    if view.is_full:
        text = tr("This chat is full: nothing more can be written. Please talk to {name}.")
    elif situation.state is State.LINKED:
        text = ""
    elif goes_through_broker(situation):
        text = tr(
            "There is no direct connection now: messages go through the support service’s "
            "server, which passes them on and does not keep them."
        )
    elif not company_words.is_anybody_here(situation):
        text = tr("No technician is here now. What you write is kept for the next one.")
    elif situation.broker_attached:
        text = tr("{name} is away. What you write is delivered when they are back.")
    else:
        text = tr("No connection now. What you write is delivered when it is back.")
    return text.format(name=name)


def keep_heading(offer: KeepOffer) -> str:
    """Ask whether the chat may be kept with the ticket, or say how that went."""
    return {
        KeepStage.ASKED: tr("May this chat be kept with ticket {ticket}?"),
        KeepStage.SENDING: tr("The chat is being sent…"),
        KeepStage.KEPT: tr("The chat is kept with ticket {ticket}."),
        KeepStage.FAILED: tr("The chat could not be sent"),
    }[offer.stage].format(ticket=offer.ticket_id)


def keep_text(offer: KeepOffer) -> str:
    """Say what it means, and what happens without an answer."""
    amount = tr("1 message") if offer.lines == 1 else tr("{count} messages")
    return {
        KeepStage.ASKED: tr(
            "{name} and others of {organisation} could read it there later: {amount}. "
            "Without your yes it is kept nowhere, and is gone when you close this window."
        ),
        KeepStage.SENDING: tr("Please leave this window open for a moment."),
        KeepStage.KEPT: tr("To have it deleted there, ask {organisation}."),
        KeepStage.FAILED: tr("It is still only on this computer. You can try it again."),
    }[offer.stage].format(
        name=offer.technician,
        organisation=offer.organisation or tr("the support service"),
        amount=amount.format(count=offer.lines),
    )


def chat_button(unread: int, most: int) -> str:
    """Name the button that opens the chat, with how many lines were not read."""
    if not unread:
        return tr("C&hat")
    count = str(unread) if unread <= most else f"{most}+"
    return tr("C&hat ({count})").format(count=count)


def trouble(problem: Trouble) -> str:
    """Say what went wrong and what to do about it."""
    return _TROUBLES.get(problem, _other_trouble)()


def _other_trouble() -> str:
    return tr("Something went wrong. Please try again, or ask your technician for a new code.")


_TROUBLES: Final = {
    ErrorCode.CODE_MALFORMED: lambda: tr(
        "This is not a valid code. It has 12 digits; please check each one."
    ),
    ErrorCode.CODE_REJECTED: lambda: tr(
        "This code does not work: it is wrong, has expired or was used already. "
        "Ask your technician for a new one."
    ),
    ErrorCode.PROOF_NEEDED: lambda: tr(
        "Many wrong codes are being tried somewhere, and the check took too long. Please try again."
    ),
    ErrorCode.TOO_MANY_REQUESTS: lambda: tr(
        "Too many attempts. Please wait a few minutes, then try again."
    ),
    ErrorCode.PROTOCOL_VERSION: lambda: tr(
        "This program is too old or too new for the support service. "
        "Please download it again from your technician's link."
    ),
    ErrorCode.SHUTTING_DOWN: lambda: tr(
        "The support service is restarting. Please try again in a moment."
    ),
    ErrorCode.AUDIT_UNAVAILABLE: lambda: tr(
        "The support service cannot start sessions right now. Please try again later."
    ),
    ErrorCode.SESSION_ENDED: lambda: tr("This session is over already."),
    ErrorCode.RESUME_REJECTED: lambda: tr(
        "The connection was lost for too long, so the session was ended."
    ),
    ErrorCode.REPLACED: lambda: tr(
        "This session was taken over by another window of this program."
    ),
    Problem.BROKER_UNREACHABLE: lambda: tr(
        "The support service cannot be reached. "
        "Please check your internet connection and try again."
    ),
}


def explained(situation: Situation) -> tuple[str, ...]:
    """Quote why an admin ended the session; nothing when they did not say."""
    if situation.explanation is None:
        return ()
    return (tr("Their reason: {reason}").format(reason=quoted(situation.explanation)),)


def ended(situation: Situation) -> str:
    """Say why the session is over."""
    if situation.end_reason is None:
        return trouble(situation.trouble) if situation.trouble else _other_trouble()
    if situation.mistrusted and situation.whose:
        return _mistrusted(situation.end_reason, situation.whose)
    name = situation.request.technician.name if situation.request else ""
    return {
        EndReason.TECHNICIAN_ENDED: tr("{name} ended the session."),
        EndReason.ADMIN_ENDED: tr("An administrator of the support service ended the session."),
        EndReason.END_USER_STOPPED: tr("You ended the session."),
        EndReason.JOIN_PAGE_STOPPED: tr("The session was ended on the join page."),
        EndReason.CONSENT_DECLINED: tr("You declined. {name} saw and did nothing."),
        EndReason.CONSENT_TIMEOUT: tr(
            "There was no answer, so the request was declined. {name} saw and did nothing."
        ),
        EndReason.CODE_EXPIRED: tr("The code expired before the session began."),
        EndReason.END_USER_LOST: tr("The connection was lost for too long."),
        EndReason.TECHNICIAN_LOST: tr("{name} was away for too long."),
        EndReason.RIGHTS_LAPSED: tr(
            "There was no answer to the question whether {name} may go on, so the session ended."
        ),
        EndReason.SESSION_TIME_LIMIT: tr("The session reached its time limit."),
        EndReason.AUDIT_UNAVAILABLE: tr(
            "The support service could not write down any more what happens, "
            "and nothing happens without that."
        ),
        EndReason.SCREENS_DIFFER: tr(
            "The two screens did not show the same digits, so somebody may have listened in. "
            "Do not join again before you have spoken to your support service another way."
        ),
        EndReason.CONNECTION_ALTERED: tr(
            "The connection was changed on its way, so Handrail ended the session. "
            "Do not join again before you have spoken to your support service another way."
        ),
    }[situation.end_reason].format(name=name)


def _mistrusted(reason: EndReason, name: str) -> str:
    """Say whose connection it was: there may be several technicians."""
    if reason is EndReason.SCREENS_DIFFER:
        said = tr(
            "The digits of {name}’s page and of this computer differed, so somebody may have "
            "listened in. Do not join again before you have spoken to your support service "
            "another way."
        )
    else:
        said = tr(
            "The connection to {name}’s page was changed on its way, so Handrail ended the "
            "session. Do not join again before you have spoken to your support service another "
            "way."
        )
    return said.format(name=name)
