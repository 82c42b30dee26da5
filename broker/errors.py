"""Every error Handrail's broker raises on purpose, split by whose fault it is.

    HandrailError
    ├── PeerFault             the other side sent something wrong
    │   ├── ProtocolViolation     a message that is malformed, too large, or out of turn
    │   ├── IllegalTransition     an event that the session's state does not allow
    │   ├── InvalidRequest        a request whose body, query or path does not fit
    │   ├── CodeMalformed         a join code with a typing error
    │   ├── CodeRejected          a join code that is wrong, used or expired: never said which
    │   ├── ProofNeeded           a join code in a flood of wrong ones, without the work first
    │   ├── ResumeRejected        a resume token that fits no live session
    │   ├── SignInFailed          wrong email or password: never said which
    │   ├── NotSignedIn           no valid sign-in
    │   ├── NotPermitted          signed in, but not allowed
    │   ├── NotFound              no such thing, or not yours: never said which
    │   ├── Conflict              what was asked for collides with what is
    │   ├── Dismissed             a console that may not show the session any more
    │   └── TooManyRequests       slow down
    └── OurFault              the broker cannot do what it should
        ├── Misconfigured         the configuration or the data directory cannot be used
        ├── AuditUnavailable      the audit log cannot be written, so nothing may happen
        ├── DeliveryFailed        a receiver that an admin has set took nothing
        └── ShuttingDown          the broker is about to stop

The message of an error is the text its reader sees: it says what is wrong and what to do.
Only `broker.web.error_mapping` turns these into HTTP statuses and websocket closes.
"""

from typing import ClassVar

from broker.protocol.proof import ProofChallenge
from broker.protocol.vocabulary import ErrorCode


class HandrailError(Exception):
    """Base of all; `code` is what programs read, `detail` what people read."""

    code: ClassVar[ErrorCode] = ErrorCode.INTERNAL
    default_detail: ClassVar[str] = "Something went wrong in the broker."

    def __init__(self, detail: str | None = None) -> None:
        self.detail = detail or self.default_detail
        super().__init__(self.detail)


class PeerFault(HandrailError):
    """The other side sent something wrong."""


class ProtocolViolation(PeerFault):
    """This message does not follow the protocol."""

    code = ErrorCode.INVALID_MESSAGE
    default_detail = "This message does not follow the protocol."


class MessageTooLarge(ProtocolViolation):
    """This message is larger than 64 KiB."""

    code = ErrorCode.MESSAGE_TOO_LARGE
    default_detail = "This message is too large."


class UnsupportedVersion(ProtocolViolation):
    """The two programs are too far apart in age."""

    code = ErrorCode.PROTOCOL_VERSION
    default_detail = "This program is too old or too new for the broker: please update it."


class IllegalTransition(PeerFault):
    """The session's state does not allow this now."""

    code = ErrorCode.WRONG_STATE
    default_detail = "The session's state does not allow this now."


class SessionOver(IllegalTransition):
    """The session has ended."""

    code = ErrorCode.SESSION_ENDED
    default_detail = "This session has ended."


class PeerAbsent(PeerFault):
    """The other side is not attached to the broker now."""

    code = ErrorCode.PEER_ABSENT
    default_detail = "The other side is not connected to the broker at the moment."


class InvalidRequest(PeerFault):
    """The request's body, query or path does not fit."""

    code = ErrorCode.INVALID_REQUEST
    default_detail = "This request is not valid."


class CodeMalformed(PeerFault):
    """The join code has a typing error."""

    code = ErrorCode.CODE_MALFORMED
    default_detail = "This code has a typing error: please check each digit."


class CodeRejected(PeerFault):
    """The join code is wrong, used or expired; which of these is never told."""

    code = ErrorCode.CODE_REJECTED
    default_detail = "This code is not valid any more. Please ask your technician for a new one."


class ProofNeeded(PeerFault):
    """Many wrong codes come in: whoever brings one solves `challenge` first."""

    code = ErrorCode.PROOF_NEEDED
    default_detail = "Many wrong codes are being tried: a short computation is asked for first."

    def __init__(self, challenge: ProofChallenge) -> None:
        self.challenge = challenge
        super().__init__()


class ResumeRejected(PeerFault):
    """The resume token fits no live session."""

    code = ErrorCode.RESUME_REJECTED
    default_detail = "This session cannot be resumed. Please ask your technician for a new code."


class SignInFailed(PeerFault):
    """Wrong email or password; which of the two is never told."""

    code = ErrorCode.SIGN_IN_FAILED
    default_detail = "Email or password is wrong, or the account is disabled."


class NotSignedIn(PeerFault):
    """No valid sign-in."""

    code = ErrorCode.NOT_SIGNED_IN
    default_detail = "Please sign in."


class NotPermitted(PeerFault):
    """Signed in or not, this is not allowed."""

    code = ErrorCode.NOT_PERMITTED
    default_detail = "This is not allowed."


class NotFound(PeerFault):
    """No such thing, or not yours; which of the two is never told."""

    code = ErrorCode.NOT_FOUND
    default_detail = "There is nothing here."


class Conflict(PeerFault):
    """What was asked for collides with what is."""

    code = ErrorCode.CONFLICT
    default_detail = "Someone else changed this at the same time: please try again."


class Dismissed(PeerFault):
    """This console may not show the session any more: handed over, put back, or sent away."""

    code = ErrorCode.DISMISSED
    default_detail = "You are not in this session any more."


class ConsoleReplaced(PeerFault):
    """Another tab or browser took this session's console over."""

    code = ErrorCode.REPLACED
    default_detail = "This session was opened in another window."


class TooManyRequests(PeerFault):
    """Slow down; `retry_after_s` says for how long."""

    code = ErrorCode.TOO_MANY_REQUESTS

    def __init__(self, retry_after_s: int) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(f"Too many attempts. Please wait {retry_after_s} seconds and try again.")


class TooManyMessages(PeerFault):
    """A socket sends faster than anything honest does."""

    code = ErrorCode.TOO_MANY_REQUESTS
    default_detail = "Too many messages in too little time."


class OurFault(HandrailError):
    """The broker cannot do what it should."""


class Misconfigured(OurFault):
    """The configuration or the data directory cannot be used; the detail says what to change."""


class AuditUnavailable(OurFault):
    """The audit log cannot be written: no audit, no session."""

    code = ErrorCode.AUDIT_UNAVAILABLE
    default_detail = "The audit log cannot be written, so nothing was done. Please tell an admin."

    def __init__(self, detail: str | None = None, advice: str | None = None) -> None:
        super().__init__(detail)
        self.advice = advice
        """What an admin should do about it, where that is known."""


class RecordRefused(AuditUnavailable):
    """The database can be written, and refuses this one change: trying again is of no use."""


class DeliveryFailed(OurFault):
    """A receiver that an admin has set took nothing; `too_large`: because it was too much."""

    default_detail = "The receiver took nothing."

    def __init__(self, detail: str | None = None, *, too_large: bool = False) -> None:
        super().__init__(detail)
        self.too_large = too_large


class ShuttingDown(OurFault):
    """The broker is about to stop; clients come back by themselves."""

    code = ErrorCode.SHUTTING_DOWN
    default_detail = "The broker is restarting. This window reconnects by itself."
