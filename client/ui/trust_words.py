"""What the windows say of the string on both screens."""

from client.support_session import Situation
from client.translation import tr
from client.trust.exchanges import Agreed


def string(agreed: Agreed) -> str:
    """The four digits, and the words."""
    return f"{agreed.string.digits} · {' '.join(agreed.string.words)}"


def what_to_do(agreed: Agreed | None, name: str) -> str:
    """One sentence that tells people what the digits are for."""
    if agreed is None:
        return tr("Four digits appear here as soon as {name}’s page is open.").format(name=name)
    return longest(name) if agreed.is_new else _sentence(name)


def longest(name: str) -> str:
    """Give the longest of what may be said."""
    return f"{tr('They are new.')} {_sentence(name)}"


def _sentence(name: str) -> str:
    return tr(
        "Read these four digits, or the two words, to {name} by voice, not in the chat or the "
        "picture. If {name}’s screen shows others, somebody may be listening in: end the session."
    ).format(name=name)


def on_the_bar(situation: Situation) -> str:
    """What both screens show, with the names where there are several technicians."""
    company, trust = situation.company, situation.trust
    if not company.guests:
        one = next((one for one in trust if company.is_in_charge(one.account_id)), None)
        return tr("On both screens: {string}").format(string=string(one)) if one else ""
    named = ((company.member(one.account_id), one) for one in trust)
    texts = [f"{member.name} {string(one)}" for member, one in named if member]
    return tr("On both screens: {string}").format(string=", ".join(texts)) if texts else ""
