"""A certificate authority of the tests' own, as a company runs one: it signs the certificates of inner servers."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Authority:
    """`file` is the authority's certificate in PEM; `server` has a certificate for the name that was asked for."""

    file: Path
    server: ssl.SSLContext


def authority(folder: Path, *hosts: str) -> Authority:
    """A new authority, and a server's side of TLS for `hosts` that it has signed."""
    key, name = ec.generate_private_key(ec.SECP256R1()), _name("Company authority")
    signed = _unsigned(name, name, key).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    root = signed.sign(key, hashes.SHA256())
    file = folder / "authority.pem"
    file.write_bytes(root.public_bytes(serialization.Encoding.PEM))

    own = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
    leaf = _unsigned(_name(hosts[0]), name, own).add_extension(names, critical=False).sign(key, hashes.SHA256())
    pem = folder / "server.pem"
    pem.write_bytes(
        leaf.public_bytes(serialization.Encoding.PEM)
        + own.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return Authority(file, context)


def _name(words: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words)])


def _unsigned(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
    )
