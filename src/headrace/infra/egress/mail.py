"""Mail by SMTP, each address checked at the moment of connecting."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from headrace.infra.egress.policy import EgressPolicy
from headrace.kernel.errors import Invalid, Unavailable

_TIMEOUT_SECONDS = 20.0


class BadMailServer(Invalid):
    """The address of the mail server makes no sense; the message does not repeat it, for it may hold a password."""

    code = "bad_mail_server"


class MailRefused(Unavailable):
    """The mail server could not be reached, or did not take the mail."""

    code = "mail_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail is handed in."""

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    user: str
    password: str
    sender: str

    @classmethod
    def of(cls, url: str) -> MailServer:
        """Read `smtp://USER:PASSWORD@HOST:PORT?from=ADDRESS`; smtp speaks STARTTLS, smtps TLS from the start, and
        smtp+plain neither, for a server on the same machine.

        Raises:
            BadMailServer
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as wrong:
            raise BadMailServer("the mail server's address is no URL") from wrong
        ways: dict[str, tuple[int, Literal["tls", "starttls", "none"]]] = {
            "smtp": (587, "starttls"),
            "smtps": (465, "tls"),
            "smtp+plain": (25, "none"),
        }
        way = ways.get(parts.scheme)
        if way is None or not parts.hostname:
            raise BadMailServer("the mail server's address begins with smtp://, smtps:// or smtp+plain:// and a host")
        user = unquote(parts.username or "")
        sender = parse_qs(parts.query).get("from", [user])[0]
        if "@" not in sender:
            raise BadMailServer("the mail server's address ends with ?from=ADDRESS")
        return cls(
            host=parts.hostname,
            port=port or way[0],
            security=way[1],
            user=user,
            password=unquote(parts.password or ""),
            sender=sender,
        )


class SmtpMailer:
    """Hands mail to one server."""

    def __init__(self, server: MailServer, policy: EgressPolicy) -> None:
        self._server = server
        self._policy = policy

    async def send(self, to: Sequence[str], subject: str, text: str, *, message_id: str) -> None:
        """Send a mail to each address.

        Args:
            message_id: The same each time that one mail is tried, so that readers see it once.

        Raises:
            MailRefused
        """
        await asyncio.to_thread(self._send, to, subject, text, message_id)

    def _send(self, to: Sequence[str], subject: str, text: str, message_id: str) -> None:
        server = self._server
        try:
            message = EmailMessage()
            message["From"] = server.sender
            message["To"] = "undisclosed-recipients:;" if len(to) > 1 else to[0]
            message["Subject"] = subject
            message["Date"] = formatdate()
            message["Message-ID"] = f"<{message_id}@{server.sender.rpartition('@')[2]}>"
            message["Auto-Submitted"] = "auto-generated"
            message.set_content(text)
            with self._connected() as connection:
                if server.user:
                    connection.login(server.user, server.password)
                connection.send_message(message, server.sender, list(to))
        except smtplib.SMTPResponseException as refused:
            # What the server says may repeat what it was told, so its number has to do.
            raise MailRefused(f"{server.host} answered with {refused.smtp_code}") from refused
        except (smtplib.SMTPException, OSError, ValueError) as failure:
            raise MailRefused(f"{server.host} could not be used: {type(failure).__name__}") from failure

    def _connected(self) -> smtplib.SMTP:
        server, policy = self._server, self._policy
        if server.security == "tls":
            context = ssl.create_default_context()
            return _GuardedTls(policy, server.host, server.port, timeout=_TIMEOUT_SECONDS, context=context)
        connection = _Guarded(policy, server.host, server.port, timeout=_TIMEOUT_SECONDS)
        if server.security == "starttls":
            try:
                connection.starttls(context=ssl.create_default_context())
            except BaseException:
                connection.close()
                raise
        return connection


class _Guarded(smtplib.SMTP):
    """Connects to addresses only that the policy allows."""

    def __init__(self, policy: EgressPolicy, host: str, port: int, *, timeout: float) -> None:
        self._policy = policy
        super().__init__(host, port, timeout=timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return _connect(self._policy, host, port, timeout)


class _GuardedTls(smtplib.SMTP_SSL):
    def __init__(self, policy: EgressPolicy, host: str, port: int, *, timeout: float, context: ssl.SSLContext) -> None:
        self._policy = policy
        self._context = context
        super().__init__(host, port, timeout=timeout, context=context)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = _connect(self._policy, host, port, timeout)
        return self._context.wrap_socket(plain, server_hostname=host)


def _connect(policy: EgressPolicy, host: str, port: int, timeout: float) -> socket.socket:
    """Connect to the very address that was checked; a name is not looked up twice."""
    last: OSError = OSError("no address of this host may be reached")
    for family, kind, proto, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        if not policy.allows(str(address[0])):
            continue
        connection = socket.socket(family, kind, proto)
        connection.settimeout(timeout)
        try:
            connection.connect(address)
        except OSError as failure:
            connection.close()
            last = failure
        else:
            return connection
    raise last
