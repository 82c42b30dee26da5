"""What people read of the ways out of their network: what was tried, and what they can do."""

from collections.abc import Iterable

from broker.protocol.connection import Way, WayOutcome
from client.situation import Situation
from client.translation import tr
from client.trials import NO_WAY, Finding, Trial, finding, road, summary


def way_name(way: Way) -> str:
    """Name a way."""
    return {
        Way.DIRECT: tr("Straight from computer to computer (UDP)"),
        Way.TURN_UDP: tr("Relay by UDP"),
        Way.TURN_TCP: tr("Relay by TCP"),
        Way.TURN_TLS: tr("Relay by TLS, as web pages"),
        Way.BROKER: tr("Support server"),
    }[way]


def way_short(way: Way) -> str:
    """Name a way in the middle of a sentence."""
    return {
        Way.DIRECT: tr("straight from computer to computer"),
        Way.TURN_UDP: tr("through a relay (UDP)"),
        Way.TURN_TCP: tr("through a relay (TCP)"),
        Way.TURN_TLS: tr("through a relay (TLS)"),
        Way.BROKER: tr("through the support server"),
    }[way]


def connection(situation: Situation) -> str:
    """Say which way the connection took, or will most likely take; empty before that is known."""
    way = situation.way
    if way is None and (situation.trials or situation.told):
        way = _road(situation)
    return tr("Connection: {way}").format(way=way_short(way)) if way else ""


def trouble(situation: Situation) -> str:
    """Say why no connection can be expected, and what can be done; empty when one can."""
    if situation.way is not None or _road(situation) is not Way.BROKER:
        return ""
    if situation.trials and (found := finding(summary(situation.trials))) in NO_WAY:
        return explanation(found, situation.trials)
    return tr(
        "The technician’s network lets no connection through. They are told what can be done."
    )


def _road(situation: Situation) -> Way:
    return road(summary(situation.trials) if situation.trials else None, situation.told)


def outcome(trial: Trial) -> str:
    """Say what became of a server."""
    match trial.outcome:
        case WayOutcome.WORKS if trial.milliseconds is not None:
            return tr("works, {count} ms").format(count=trial.milliseconds)
        case WayOutcome.WORKS:
            return tr("works")
        case WayOutcome.REFUSED:
            return tr("refuses ({code})").format(code=trial.code or "–")
        case WayOutcome.UNTRUSTED:
            return tr("its certificate is not trusted")
        case WayOutcome.UNREACHABLE:
            return tr("cannot be reached")
        case WayOutcome.SILENT:
            return tr("no answer")


def details(trials: Iterable[Trial]) -> str:
    """List all, a line each, for whoever runs the network."""
    return "\n".join(f"{way_name(one.way)}: {outcome(one)} – {one.url}" for one in trials)


def explanation(finding: Finding, trials: Iterable[Trial]) -> str:
    """Say in plain words how this network is, and what can be done about it."""
    servers = ", ".join(dict.fromkeys(_door(one) for one in trials if one.way is not Way.BROKER))
    return {
        Finding.UNTRIED: tr(
            "The support server can be reached. It names no other server to try: on one network "
            "none is needed."
        ),
        Finding.DIRECT: tr("Your network lets everything through that is needed."),
        Finding.RELAYED: tr("Your network lets the connection through, by way of a relay."),
        Finding.REFUSED: tr(
            "The relay was reached, but refuses to be used. Whoever runs the support service has "
            "to look at it."
        ),
        Finding.UNTRUSTED: tr(
            "Something in your network opens encrypted connections, or the relay has a wrong "
            "certificate. Ask whoever runs the network not to inspect {servers}."
        ),
        Finding.NO_RELAY: tr(
            "Your network lets no UDP through, and the support service has no relay. Ask whoever "
            "runs the network to allow UDP, or try another one, such as a mobile phone’s."
        ),
        Finding.ONLY_WEB: tr(
            "Your network lets nothing but web pages through. The session can go on through the "
            "support server, if that allows it, only slower. For a better way ask whoever runs "
            "your network to allow {servers}, or try another one, such as a mobile phone’s."
        ),
        Finding.NOTHING: tr(
            "The support server cannot be reached. Is this computer online, and the address "
            "right? A firewall or proxy may also stop its websocket."
        ),
    }[finding].format(servers=servers)


def _door(trial: Trial) -> str:
    """Say what a firewall would have to open: `UDP turn.example.org:3478`."""
    transport = "UDP" if trial.way in (Way.DIRECT, Way.TURN_UDP) else "TCP"
    return f"{transport} {trial.url.partition(':')[2].partition('?')[0]}"
