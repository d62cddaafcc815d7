"""Mail to a server on this machine that speaks as much SMTP as is needed."""

from __future__ import annotations

import asyncio
import email
import email.policy
import ipaddress
from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio

from headrace.infra.egress.mail import BadMailServer, MailRefused, MailServer, SmtpMailer
from headrace.infra.egress.policy import EgressPolicy

LOCAL = EgressPolicy(allowed_networks=[ipaddress.ip_network("127.0.0.1/32")])


class Post:
    """The server: it keeps mails, and refuses with what it is told to."""

    def __init__(self) -> None:
        self.port = 0
        self.mails: list[tuple[Sequence[str], bytes]] = []
        self.calls = 0
        self.refusal = b""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.calls += 1
        to: list[str] = []
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            match line[:4].upper():
                case b"EHLO":
                    writer.write(b"250 here\r\n")
                case b"RCPT":
                    to.append(line.decode().partition("<")[2].partition(">")[0])
                    writer.write(self.refusal or b"250 ok\r\n")
                case b"DATA":
                    writer.write(b"354 go on\r\n")
                    self.mails.append((to, await reader.readuntil(b"\r\n.\r\n")))
                    writer.write(b"250 taken\r\n")
                case b"QUIT":
                    writer.write(b"221 bye\r\n")
                    break
                case _:
                    writer.write(b"250 ok\r\n")
        writer.close()


@pytest_asyncio.fixture
async def post() -> AsyncIterator[Post]:
    post = Post()
    server = await asyncio.start_server(post.serve, "127.0.0.1", 0)
    post.port = server.sockets[0].getsockname()[1]
    yield post
    server.close()


def server(post: Post) -> MailServer:
    return MailServer.of(f"smtp+plain://127.0.0.1:{post.port}?from=headrace@example.com")


async def test_a_mail_arrives_with_a_name_that_readers_know_it_by(post: Post) -> None:
    await SmtpMailer(server(post), LOCAL).send(["ann@example.com"], "Störung", "Zeile\nzwei\n", message_id="n1")

    ((to, raw),) = post.mails
    mail = email.message_from_bytes(raw.removesuffix(b".\r\n"), policy=email.policy.default)
    assert to == ["ann@example.com"]
    assert (mail["Subject"], mail["From"], mail["Message-ID"]) == (
        "Störung",
        "headrace@example.com",
        "<n1@example.com>",
    )
    assert mail.get_content().split() == ["Zeile", "zwei"]


async def test_those_who_get_a_mail_do_not_see_who_else_does(post: Post) -> None:
    await SmtpMailer(server(post), LOCAL).send(["ann@example.com", "bob@example.com"], "x", "y", message_id="n1")

    ((to, raw),) = post.mails
    assert to == ["ann@example.com", "bob@example.com"]
    assert b"bob@" not in raw


async def test_a_refusal_names_the_servers_answer_by_number_only(post: Post) -> None:
    post.refusal = b"550 no such user, and your password is swordfish\r\n"

    with pytest.raises(MailRefused) as refused:
        await SmtpMailer(server(post), LOCAL).send(["ann@example.com"], "x", "y", message_id="n1")
    assert "swordfish" not in str(refused.value)


async def test_an_address_that_may_not_be_reached_is_not_connected_to(post: Post) -> None:
    with pytest.raises(MailRefused):
        await SmtpMailer(server(post), EgressPolicy()).send(["ann@example.com"], "x", "y", message_id="n1")

    assert post.calls == 0


async def test_a_server_that_speaks_no_tls_is_told_no_secret(post: Post) -> None:
    url = f"smtp://user:swordfish@127.0.0.1:{post.port}?from=headrace@example.com"

    with pytest.raises(MailRefused):
        await SmtpMailer(MailServer.of(url), LOCAL).send(["ann@example.com"], "x", "y", message_id="n1")

    assert post.mails == []


@pytest.mark.parametrize("subject", ["a\nBcc: b@example.com", "a\r\n\r\nbody"])
async def test_a_subject_of_several_lines_is_refused(post: Post, subject: str) -> None:
    with pytest.raises(MailRefused):
        await SmtpMailer(server(post), LOCAL).send(["ann@example.com"], subject, "y", message_id="n1")

    assert post.mails == []


def test_a_mail_server_is_written_as_a_url() -> None:
    assert MailServer.of("smtps://ann%40example.com:p%2Fw@mail.example.com") == MailServer(
        host="mail.example.com",
        port=465,
        security="tls",
        user="ann@example.com",
        password="p/w",
        sender="ann@example.com",
    )


@pytest.mark.parametrize("url", ["mail.example.com", "http://x", "smtp://", "smtp://host", "smtp://host:port?from=a@b"])
def test_a_url_that_is_no_mail_server_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(BadMailServer) as wrong:
        MailServer.of(url.replace("host", "u:swordfish@host"))
    assert "swordfish" not in str(wrong.value)
