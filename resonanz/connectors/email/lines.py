"""How both mail protocols are reached: host, port, protection, log-in."""

import ipaddress
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from resonanz.connectors.contract import Access, Rejected
from resonanz.kit.secrets import Secret

TIMEOUT_S = 20.0
PROTECTIONS = ("tls", "starttls", "plain", "plain-anywhere")


@dataclass(frozen=True, slots=True)
class Line:
    """One server. ``plain`` is for this machine only; whoever means it elsewhere says ``plain-anywhere``."""

    host: str
    port: int
    protection: str
    user: str
    password: Secret
    authority: str  # PEM of an own certification authority

    def context(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cadata=self.authority or None)
        except ssl.SSLError as error:
            raise Rejected(f"the certificate authority cannot be read: {error}") from None


def line(access: Access, protocol: Literal["imap", "smtp"]) -> Line:
    """Raises Rejected where the settings cannot hold."""
    settings = access.settings
    host, protection = settings.get(f"{protocol}_host", "").strip(), settings.get(f"{protocol}_protection", "tls")
    if protection not in PROTECTIONS:
        raise Rejected(f"this protection is not known: {protection!r} ({', '.join(PROTECTIONS)})")
    if protection == "plain" and not is_here(host):
        raise Rejected(f"the password would travel unprotected, choose tls or starttls: {host}")
    own = access.secrets.get(f"{protocol}_password") or access.secrets.get("password") or Secret("")
    return Line(
        host=host,
        port=_port(settings, protocol, protection),
        protection=protection,
        user=settings.get(f"{protocol}_user", "") or settings.get("imap_user", "") or settings.get("address", ""),
        password=own,
        authority=settings.get("authority", ""),
    )


def _port(settings: Mapping[str, str], protocol: str, protection: str) -> int:
    usual = {("imap", True): 993, ("imap", False): 143, ("smtp", True): 465, ("smtp", False): 587}
    said = settings.get(f"{protocol}_port", "").strip()
    if not said:
        return usual[protocol, protection == "tls"]
    if not said.isascii() or not said.isdigit() or not 0 < int(said[:6]) < 65536:  # noqa: PLR2004 - the range of ports
        raise Rejected(f"this port is no number from 1 to 65535: {said!r}")
    return int(said)


def is_here(host: str) -> bool:
    """Whether this is the machine on which the house runs."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
