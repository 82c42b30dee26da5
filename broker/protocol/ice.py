"""The STUN and TURN servers, for whoever tries their connection outside of a session."""

from broker.protocol.signaling import IceServer
from broker.protocol.vocabulary import WireModel


class IceServers(WireModel):
    """What `RTCConfiguration.iceServers` would be."""

    servers: tuple[IceServer, ...]
