"""The way into a session: a code is entered, checked, and taken or refused. Pure."""

from collections.abc import Callable
from typing import Any

from broker.protocol import join_code
from broker.protocol.vocabulary import ErrorCode
from client import effects as do
from client import events as on
from client.situation import Problem


class Joining:
    """`change` replaces fields of the situation."""

    def __init__(self, change: Callable[..., None]) -> None:
        self._update = change
        self.handlers: dict[type[Any], Callable[[Any], list[do.Effect]]] = {
            on.CodeEntered: self._code_entered,
            on.CodeMistyped: self._code_mistyped,
            on.ProofUnderWay: self._proving,
            on.Refused: self._join_refused,
            on.BrokerUnreachable: self._unreachable,
        }

    def _code_entered(self, event: on.CodeEntered) -> list[do.Effect]:
        self._update(trouble=None, proof_percent=None)
        return [do.OpenSignaling(join_code.parse(event.text))]

    def _code_mistyped(self, _: on.CodeMistyped) -> list[do.Effect]:
        self._update(trouble=ErrorCode.CODE_MALFORMED)
        return []

    def _proving(self, event: on.ProofUnderWay) -> list[do.Effect]:
        self._update(proof_percent=event.percent)
        return []

    def _join_refused(self, event: on.Refused) -> list[do.Effect]:
        self._update(trouble=event.code)
        return [do.CloseSignaling()]

    def _unreachable(self, _: on.BrokerUnreachable) -> list[do.Effect]:
        self._update(trouble=Problem.BROKER_UNREACHABLE)
        return [do.CloseSignaling()]
