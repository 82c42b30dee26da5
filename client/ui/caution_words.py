"""What the end user reads of who asks: what was checked, what was not, and what to mind."""

from broker.protocol.verified import NEW_ACCOUNT_DAYS, KnownAccount
from client.distrust import ReportStage
from client.situation import Request
from client.translation import tr


def is_new(account: KnownAccount | None) -> bool:
    """Whether it has existed for so short a time that it has to be said."""
    return account is not None and account.days < NEW_ACCOUNT_DAYS


def known_since(account: KnownAccount | None) -> str:
    """Say since when an account exists."""
    if account is None:
        return tr("not known")
    if not is_new(account):
        return tr("since {month} {year}").format(month=_month(account), year=account.since.year)
    if account.days == 0:
        return tr("new: today")
    if account.days == 1:
        return tr("new: since yesterday")
    return tr("new: {days} days ago").format(days=account.days)


def unchecked(ticket_id: str) -> str:
    """Say what nobody vouches for."""
    return tr("Ticket {ticket}: nobody has checked it, or who is on the phone with you.").format(
        ticket=ticket_id
    )


def warning() -> str:
    """Say what to mind, in words for somebody who is worried."""
    return tr(
        "You did not ask for this help? Decline. No bank calls you for this, and neither does "
        "Microsoft. Never tell anybody a password, a code from your bank "
        "or card details. You can stop at any time."
    )


def _month(account: KnownAccount) -> str:
    names = (
        tr("January"),
        tr("February"),
        tr("March"),
        tr("April"),
        tr("May"),
        tr("June"),
        tr("July"),
        tr("August"),
        tr("September"),
        tr("October"),
        tr("November"),
        tr("December"),
    )
    return names[account.since.month - 1]


def meaning() -> str:
    """Say what "I don't trust this" does."""
    return tr("Ends everything at once and tells the administrators")


def outcome(stage: ReportStage) -> str:
    """Say whether those who have to know do."""
    return {
        ReportStage.SENDING: tr("The administrators are being told…"),
        ReportStage.TOLD: tr(
            "The administrators have been told. The technician only learns that you ended it."
        ),
        ReportStage.NOTED: tr("Thank you. Your sentence was added."),
        ReportStage.FAILED: tr("The administrators could not be told yet."),
    }[stage]


def advice(request: Request | None) -> tuple[str, ...]:
    """Say what to do now, a line for each thing."""
    organisation = (request.technician.organisation if request else "") or tr("the organisation")
    contact = request.support_contact if request else ""
    given = tr("The server gives: {contact}").format(contact=contact)
    return (
        tr("Hang up, if somebody is on the phone with you."),
        tr(
            "Did you tell or type a password? Change it. A bank or card detail? Call your bank now."
        ),
        tr(
            "Call {organisation} on a number that you know already, "
            "not on one that you were given today."
        ).format(organisation=organisation),
        *((given,) if contact else ()),
    )
