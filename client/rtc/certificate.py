"""The DTLS certificate of a session, by which the two sides know each other's connections."""

from aiortc import RTCCertificate


def make_certificate() -> RTCCertificate:
    """Make a certificate with a key of its own."""
    return RTCCertificate.generateCertificate()


def fingerprint_of(certificate: RTCCertificate) -> str:
    """Give its SHA-256 as in SDP (RFC 8122): pairs of capital digits with colons."""
    return next(one.value for one in certificate.getFingerprints() if one.algorithm == "sha-256")


def with_one_fingerprint(sdp: str) -> str:
    """Leave SHA-256 alone of the three hashes that aiortc names: it is the one agreed on.

    By which of several the other side checks would be up to its parser.
    """
    others = ("a=fingerprint:sha-384 ", "a=fingerprint:sha-512 ")
    return "".join(line for line in sdp.splitlines(keepends=True) if not line.startswith(others))
