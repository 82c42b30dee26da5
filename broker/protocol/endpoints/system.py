"""The state of the system, for admins."""

from broker.protocol.endpoints.endpoint import ADMINS, Access, Endpoint
from broker.protocol.system import SystemState
from broker.protocol.vocabulary import Scope

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "system_state",
        "GET",
        "/api/v1/system",
        "How the broker and what it needs are, with what to do about it, and the limits in force",
        Access.SIGNED_IN,
        200,
        SystemState,
        roles=ADMINS,
        scope=Scope.SYSTEM_READ,
    ),
    Endpoint(
        "read_metrics",
        "GET",
        "/metrics",
        "Figures of the machine's side for Prometheus; nothing about people",
        Access.SIGNED_IN,
        200,
        None,
        media_types=("text/plain",),
        roles=ADMINS,
        scope=Scope.SYSTEM_READ,
    ),
)
