"""Real servers on loopback, each in a folder of its own: Postfix + Dovecot, and snac2. No system setting is touched.

``mail_town()`` and ``snac_town()`` are context managers, so any test (also the journey through the whole house) can
stand them up. ``missing()`` says why they cannot run here.
"""

import json
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from resonanz.kit.http import Http

PASSWORD = "town-password-2026"
START_S = 20.0
HERE = "127.0.0.1"


@dataclass(frozen=True)
class MailTown:
    """``house@stadtwerke.example`` is ours; ada and ben @kunde.example are customers; ``bouncing`` bounces."""

    smtp_port: int
    imap_port: int
    imaps_port: int
    authority: str  # PEM
    log: Path
    house: str = "house@stadtwerke.example"
    ada: str = "ada@kunde.example"
    ben: str = "ben@kunde.example"
    bouncing: str = "verwaist@kunde.example"
    password: str = PASSWORD

    def settings(self, address: str, **changed: str) -> dict[str, str]:
        """The e-mail connector's settings for one of the mailboxes; its secret is {"password": town.password}."""
        return {
            "address": address,
            "imap_host": HERE,
            "imap_port": str(self.imap_port),
            "imap_protection": "plain",
            "smtp_host": HERE,
            "smtp_port": str(self.smtp_port),
            "smtp_protection": "plain",
        } | changed


@dataclass(frozen=True)
class SnacTown:
    """One server, three people; ``tokens`` by name. ``haus`` is ours."""

    base_url: str
    tokens: dict[str, str]
    passwords: dict[str, str]
    log: Path
    house: str = "haus"


def snac_program() -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "resonanz-real" / "snac"


def missing(what: str) -> str:
    """Why these servers cannot run here, "" where they can."""
    if what == "snac":
        return "" if snac_program().exists() else "snac2 is not built: run tools/real_servers.sh"
    if os.geteuid() != 0:
        return "Postfix and Dovecot need root to change user"
    absent = [one for one in ("postfix", "dovecot") if not Path(f"/usr/sbin/{one}").exists()]
    return f"{' and '.join(absent)} not installed: run tools/real_servers.sh" if absent else ""


@contextmanager
def mail_town(introspection: str = "", *, more: Sequence[str] = ()) -> Iterator[MailTown]:
    """``introspection``: an address that says whether an access token is good (RFC 7662), for XOAUTH2. ``more``:
    further mailboxes.
    """
    folder = Path(tempfile.mkdtemp(prefix="resonanz-mail-"))
    folder.chmod(0o755)
    smtp, lmtp, imap, imaps = _ports(4)
    certificate = _certificate(folder)
    dovecot = _dovecot(folder, introspection, lmtp=lmtp, imap=imap, imaps=imaps)
    postfix = _postfix(folder, more, smtp=smtp, lmtp=lmtp)
    log = folder / "mail.log"
    _run(folder / "start.log", "/usr/sbin/dovecot", "-c", dovecot)
    try:
        _run(folder / "start.log", "/usr/sbin/postfix", "-c", postfix, "start")
        for port in (smtp, lmtp, imap, imaps):
            _until_open(port, log)
        yield MailTown(smtp, imap, imaps, certificate, log)
    finally:
        for stop in (["/usr/sbin/postfix", "-c", postfix, "stop"], ["/usr/sbin/dovecot", "-c", dovecot, "stop"]):
            subprocess.run(stop, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def snac_town() -> Iterator[SnacTown]:
    folder = Path(tempfile.mkdtemp(prefix="resonanz-snac-"))
    base, log = folder / "base", folder / "snac.log"
    [port] = _ports(1)
    program = str(snac_program())
    answers = f"{HERE}\n{port}\n{HERE}:{port}\n\n\n"
    subprocess.run([program, "init", base], input=answers, capture_output=True, text=True, check=True, timeout=30)
    _change(base / "server.json", protocol="http")
    passwords = {name: _snac_person(program, base, name) for name in ("haus", "ada", "ben")}
    with log.open("wb") as out:
        running = subprocess.Popen([program, "httpd", base], stdout=out, stderr=out)
        try:
            _until_open(port, log)
            url = f"http://{HERE}:{port}"
            tokens = {name: _snac_token(url, name, word) for name, word in passwords.items()}
            yield SnacTown(url, tokens, passwords, log)
        finally:
            running.terminate()
            running.wait(timeout=20)
            shutil.rmtree(folder, ignore_errors=True)


def _ports(count: int) -> list[int]:
    """Free ports, from REAL_PORTS ("9200-9299") where that is set."""
    low, _, high = os.environ.get("REAL_PORTS", "0-0").partition("-")
    candidates = range(int(low), int(high) + 1) if int(low) else [0] * count
    found: list[int] = []
    held = []
    for candidate in candidates:
        one = socket.socket()
        try:
            one.bind((HERE, candidate))
        except OSError:
            one.close()
            continue
        held.append(one)
        found.append(one.getsockname()[1])
        if len(found) == count:
            break
    for one in held:
        one.close()
    return found


def _run(log: Path, *command: object) -> None:
    """A server that goes to the background keeps its output open, so it goes into a file, never a pipe."""
    with log.open("ab") as out:
        done = subprocess.run([str(one) for one in command], stdout=out, stderr=out, check=False, timeout=60)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {log.read_text('utf-8', 'replace')[-2000:]}")


def _until_open(port: int, log: Path) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        with socket.socket() as one:
            if one.connect_ex((HERE, port)) == 0:
                return
        time.sleep(0.05)
    said = log.read_text("utf-8", "replace")[-2000:] if log.exists() else "no log"
    raise RuntimeError(f"nothing listens on {port}: {said}")


def _certificate(folder: Path) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "resonanz test town")])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HERE))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = built.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "cert.pem").write_bytes(pem)
    (folder / "key.pem").write_bytes(private)
    return pem.decode()


DOVECOT = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/mail.log
instance_name = resonanz-test
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login{oauth_ways}
auth_failure_delay = 0
first_valid_uid = 1
mail_location = maildir:~/Maildir
mail_max_userip_connections = 50
mailbox_idle_check_interval = 2 secs
{oauth_passdb}
passdb {{
  driver = passwd-file
  args = scheme=plain username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/homes/%u
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service auth {{
  unix_listener {folder}/auth-client {{
    mode = 0666
  }}
}}
namespace inbox {{
  inbox = yes
  mailbox Sent {{
    auto = subscribe
    special_use = \\Sent
  }}
}}
"""


DOVECOT_OAUTH = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
"""
DOVECOT_INTROSPECTION = """
introspection_mode = post
introspection_url = {introspection}
active_attribute = active
active_value = true
username_attribute = username
username_format = %u
"""


def _dovecot(folder: Path, introspection: str, **ports: int) -> Path:
    for name in ("run", "state", "homes"):
        (folder / name).mkdir()
        (folder / name).chmod(0o755)
    shutil.chown(folder / "homes", "nobody", "nogroup")
    people = [MailTown.house, MailTown.ada, MailTown.ben]
    (folder / "users").write_text("".join(f"{one}:{PASSWORD}\n" for one in people), "utf-8")
    path = folder / "dovecot.conf"
    (folder / "oauth2.conf").write_text(DOVECOT_INTROSPECTION.format(introspection=introspection), "utf-8")
    ways, passdb = (" xoauth2", DOVECOT_OAUTH.format(folder=folder)) if introspection else ("", "")
    path.write_text(DOVECOT.format(folder=folder, oauth_ways=ways, oauth_passdb=passdb, **ports), "utf-8")
    return path


POSTFIX_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/postfix-data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.stadtwerke.example
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
mynetworks = 127.0.0.0/8
relayhost =
default_transport = error:this town sends nothing outside
virtual_mailbox_domains = stadtwerke.example, kunde.example, auenwerke.example
virtual_mailbox_maps = texthash:{folder}/boxes
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
smtpd_tls_cert_file = {folder}/cert.pem
smtpd_tls_key_file = {folder}/key.pem
smtpd_tls_security_level = may
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {folder}/auth-client
smtpd_relay_restrictions = permit_mynetworks, reject
message_size_limit = 41943040
biff = no
"""

POSTFIX_MASTER = """
127.0.0.1:{smtp} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
showq unix n - n - - showq
"""


def _postfix(folder: Path, more: Sequence[str], *, smtp: int, lmtp: int) -> Path:
    config = folder / "postfix"
    for path in (config, folder / "queue", folder / "postfix-data"):
        path.mkdir()
        path.chmod(0o755)
    os.chown(folder / "postfix-data", pwd.getpwnam("postfix").pw_uid, -1)
    people = [MailTown.house, MailTown.ada, MailTown.ben, MailTown.bouncing, *more]
    (folder / "boxes").write_text("".join(f"{one} here\n" for one in people), "utf-8")
    (config / "main.cf").write_text(POSTFIX_MAIN.format(folder=folder, lmtp=lmtp), "utf-8")
    (config / "master.cf").write_text(POSTFIX_MASTER.format(smtp=smtp), "utf-8")
    return config


def _snac_person(program: str, base: Path, name: str) -> str:
    done = subprocess.run([program, "adduser", base, name], capture_output=True, text=True, check=True, timeout=30)
    found = re.search(r"password is (\S+)", done.stdout + done.stderr)
    if found is None:
        raise RuntimeError(f"snac gave no password: {done.stdout}{done.stderr}")
    return found[1]


def _snac_token(url: str, name: str, password: str) -> str:
    http = Http()
    try:
        answer = http.call("POST", f"{url}/oauth/x-snac-get-token", form={"login": name, "passwd": password})
    finally:
        http.close()
    return answer.text.strip()


def _change(path: Path, **changed: str) -> None:
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changed), "utf-8")
