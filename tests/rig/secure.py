"""A broker process with TLS of its own, and certificates made for it."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import aiohttp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.rig.stack import Broker


def write_certificate(
    folder: Path, name: str, *, key_too: bool = True, address: str = "127.0.0.1"
) -> None:
    """Write a self-signed certificate of this name for an address, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    addresses = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=30))
        .add_extension(addresses, critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    if key_too:
        (folder / "key.pem").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )


def tls_settings(folder: Path) -> dict[str, str]:
    """Give the settings of a broker that uses the certificate in this folder."""
    files = {"CERTIFICATE": "cert.pem", "KEY": "key.pem"}
    return {f"HANDRAIL_TLS_{name}": str(folder / file) for name, file in files.items()}


class SecureBroker(Broker):
    """A broker process whose certificate nobody but its own programs need to know."""

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"https://{self.host}:{self.port}"

    def connector(self) -> aiohttp.TCPConnector:
        """Make connections that take any certificate."""
        return aiohttp.TCPConnector(ssl=False)
