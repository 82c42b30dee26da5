"""Which event is heard in which state of the support client's side of a session. Pure."""

from types import MappingProxyType
from typing import Final

from client import events as on
from client.situation import State

_LIVE: Final = (State.READY, State.LINKING, State.LINKED)
_OPEN: Final = (State.ASKING, *_LIVE)

_RIGHTS: Final = (
    on.RightGiven,
    on.RightTaken,
    on.RightAsked,
    on.AskAnswered,
    on.TimePassed,
    on.RenewalAnswered,
    on.HeldBack,
)
_COMPANY: Final = (
    on.GuestOffered,
    on.StrangerOffered,
    on.UntrustedOffered,
    on.GuestPeerNews,
    on.ParticipantsTold,
    on.EntryAnswered,
    on.GuestRemoved,
    on.ControlAsked,
)
_REPORT: Final = (on.ReportWritten, on.ReportTried, on.ReportSettled)
_TRUST: Final = (on.TrustCommitted, on.TrustRevealed)
CHANGES_OF_CHARGE: Final = (on.PutBack, on.HandOverAllowed, on.HandOverVoid)
"""Whoever was in charge sees nothing any more."""

TRANSITIONS: Final = MappingProxyType(
    {
        (State.ENTERING, on.CodeEntered): State.JOINING,
        (State.ENTERING, on.CodeMistyped): State.ENTERING,
        (State.JOINING, on.ProofUnderWay): State.JOINING,
        (State.JOINING, on.Joined): State.ASKING,
        (State.JOINING, on.JoinedWithGrant): State.ASKING,
        (State.JOINING, on.Refused): State.ENTERING,
        (State.JOINING, on.BrokerUnreachable): State.ENTERING,
        (State.JOINING, on.StopChosen): State.ENTERING,
        (State.ASKING, on.ConsentAnswered): State.READY,
        (State.ASKING, on.ConsentTooEarly): State.ASKING,
        (State.ASKING, on.GrantDue): State.READY,
        (State.ASKING, on.ConsentRefused): State.OVER,
        (State.READY, on.OfferReceived): State.LINKING,
        (State.LINKING, on.OfferReceived): State.LINKING,
        (State.LINKED, on.OfferReceived): State.LINKING,
        (State.LINKING, on.PeerStood): State.LINKED,
        (State.LINKING, on.PeerBroke): State.READY,
        (State.LINKING, on.RemotePeerFailed): State.READY,
        (State.LINKING, on.PeerFellSilent): State.READY,
        (State.LINKED, on.PeerFellSilent): State.READY,
        (State.LINKED, on.PeerBroke): State.READY,
        (State.LINKED, on.PeerGrewQuiet): State.LINKED,
        (State.LINKED, on.RemotePeerFailed): State.READY,
        (State.LINKING, on.CandidateReceived): State.LINKING,
        (State.LINKED, on.CandidateReceived): State.LINKED,
        (State.LINKED, on.RelayAnswered): State.LINKED,
        **{(state, on.PauseChosen): state for state in _LIVE},
        **{(state, kind): state for state in _LIVE for kind in (*_RIGHTS, *_COMPANY)},
        **{(state, kind): State.READY for state in _LIVE for kind in CHANGES_OF_CHARGE},
        **{(state, kind): state for state in _OPEN for kind in _TRUST},
        **{(state, on.TrustBroken): State.OVER for state in _OPEN},
        **{(state, on.StopChosen): State.OVER for state in _LIVE},
        **{(state, on.RightsLapsed): State.OVER for state in _LIVE},
        **{(state, on.EndedByBroker): State.OVER for state in _OPEN},
        **{(state, on.ShutOut): State.OVER for state in _OPEN},
        **{(state, on.ResumeRefused): state for state in _OPEN},
        **{
            (state, kind): state
            for state in (State.READY, State.LINKING)
            for kind in (on.RecoveryFailed, on.TryAgainChosen)
        },
        **{(state, on.SignalingBroken): state for state in _OPEN},
        **{(state, on.Resumed): state for state in _OPEN},
        **{(state, on.TechnicianPresenceChanged): state for state in _OPEN},
        **{(state, on.AuditTold): state for state in _OPEN},
        **{(state, kind): state for state in _OPEN for kind in (on.WaysTried, on.ConnectionTold)},
        **{(state, on.DistrustChosen): State.OVER for state in _OPEN},
        **{(State.OVER, kind): State.OVER for kind in _REPORT},
        (State.OVER, on.RestartChosen): State.ENTERING,
    }
)
"""(state, event) → the state that follows, unless the event's own guard refuses it."""
