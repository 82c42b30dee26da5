"""What the end user reads of several technicians: who looks, who has control, who would come in."""

from broker.protocol.participants import EntryPurpose
from broker.protocol.vocabulary import Capability
from client.company import HANDS, Company, EntryQuestion, Member
from client.support_session import Situation
from client.translation import tr
from client.ui.deed_words import deeds


def is_anybody_here(situation: Situation) -> bool:
    """Whether somebody is in charge: nobody is while the session waits for another technician."""
    return situation.company.in_charge is not None


def who(situation: Situation) -> str:
    """Name whoever is in charge, and for whom they work."""
    if situation.request is None:
        return ""
    person = situation.request.technician
    name = person.name if is_anybody_here(situation) else ""
    return " · ".join(text for text in (name, person.organisation) if text)


def here(situation: Situation) -> str:
    """Say who looks beside the technician in charge, and who has control; empty for nobody."""
    company = situation.company
    if not is_anybody_here(situation):
        return tr("No technician is here now. Waiting for another one…")
    if not company.guests:
        return ""
    names = _listed([guest.name for guest in company.guests])
    look = tr("Also looking: {names}").format(names=names)
    controller = company.controller
    hands = hands_of(controller, situation)
    if controller is None or controller == company.in_charge or not hands:
        return look
    can = tr("{name} can {deeds}").format(name=controller.name, deeds=deeds(hands))
    return f"{look} · {can}"


def hands_of(member: Member | None, situation: Situation) -> frozenset[Capability]:
    """Give what somebody may do by having control: with the clipboard as far as that is on."""
    account_id = member.account_id if member else ""
    return HANDS & situation.company.share(situation.consent, account_id).granted


def names(situation: Situation) -> str:
    """Name everybody who is here; while nobody is in charge, whoever was."""
    here = [one.name for one in situation.company.members]
    known = [situation.request.technician.name] if situation.request else ["–"]
    return _listed(here or known)


def _listed(names: list[str]) -> str:
    *first, last = names
    return tr("{first} and {last}").format(first=", ".join(first), last=last) if first else last


def part(member: Member, situation: Situation) -> str:
    """Say what somebody is here, and what they can do beside looking."""
    is_first = member == situation.company.in_charge
    hands = hands_of(member, situation)
    if not hands:
        return tr("In charge") if is_first else tr("Looks")
    text = tr("In charge, can {deeds}") if is_first else tr("Looks, can {deeds}")
    return text.format(deeds=deeds(hands))


def heading(question: EntryQuestion) -> str:
    """Say who would come in, and as what."""
    name, by = question.ask.participant.name, question.ask.by
    match question.ask.purpose:
        case EntryPurpose.HAND_OVER if by:
            return tr("{name} would take over from {by}").format(name=name, by=by)
        case EntryPurpose.HAND_OVER | EntryPurpose.QUEUE | EntryPurpose.TAKE_OVER:
            return tr("{name} would help you from here on").format(name=name)
        case _:
            return tr("{name} would like to look too").format(name=name)


def meaning(question: EntryQuestion, company: Company) -> str:
    """Say what that means for the end user."""
    if question.takes_over and company.in_charge is not None:
        text = tr("They get what you allow now, and the chat. {name} sees nothing any more.")
        return text.format(name=company.in_charge.name)
    if question.takes_over:
        return tr("They get what you allow now, and the chat.")
    return tr("They see this screen and the chat. They use nothing unless they are given control.")


def refusal(question: EntryQuestion, company: Company) -> str:
    """Say what happens when it is declined."""
    if question.takes_over and company.in_charge is not None:
        return tr("If you decline, {name} stays.").format(name=company.in_charge.name)
    if question.takes_over:
        return tr("If you decline, the session waits for another technician.")
    return tr("If you decline, nothing changes.")


def brought_by(question: EntryQuestion) -> str:
    """Say how they come to be here."""
    match question.ask.purpose:
        case EntryPurpose.LEAD | EntryPurpose.TAKE_OVER:
            return tr("They lead the team")
        case EntryPurpose.QUEUE:
            return tr("They took it over from the waiting list")
        case _:
            return question.ask.by or "–"
