"""An OAuth2 authorization server and a service that takes its tokens, as strict as the standards allow."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from aiohttp import web

CLIENT, SECRET = "our client", "client:s3cret-canary"


@dataclass
class AuthorizationServer:
    """Codes count once, refresh tokens too: whoever shows one twice loses everything, as where tokens are stolen."""

    url: str = ""
    lifetime: int = 3600
    in_body: bool = False
    delay: float = 0.0
    status: int = 200
    as_form: bool = False
    codes: dict[str, Mapping[str, str]] = field(default_factory=dict)
    access: set[str] = field(default_factory=set)
    refresh: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    grants: list[str] = field(default_factory=list)
    stolen: bool = False

    async def authorize(self, url: str) -> dict[str, str]:
        """Agree as a person at the browser does; return what comes back with them."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        assert query["client_id"] == CLIENT
        code = secrets.token_urlsafe(8)
        self.codes[code] = query
        return {"code": code, "state": query["state"]}

    async def token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.grants.append(form.get("grant_type", ""))
        await asyncio.sleep(self.delay)
        if self.status != 200:
            return web.json_response(
                {"error": "server_error", "error_description": f"{form} {SECRET}"}, status=self.status
            )
        if not self._knows(request, form):
            return web.json_response({"error": "invalid_client", "error_description": f"not {form}"}, status=401)
        match form["grant_type"]:
            case "authorization_code" if self._redeems(form):
                return self._grant(refresh=True)
            case "refresh_token" if form["refresh_token"] in self.refresh:
                self.refresh.discard(form["refresh_token"])
                self.used.add(form["refresh_token"])
                return self._grant(refresh=True)
            case "client_credentials":
                return self._grant(refresh=False)
        self.stolen = self.stolen or form.get("refresh_token") in self.used
        return web.json_response({"error": "invalid_grant"}, status=400)

    async def service(self, request: web.Request) -> web.Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return web.json_response({"fine": token in self.access}, status=200 if token in self.access else 401)

    def _knows(self, request: web.Request, form: Mapping[str, str]) -> bool:
        if self.in_body:
            return form.get("client_id") == CLIENT and form.get("client_secret") == SECRET
        pair = base64.b64decode(request.headers.get("Authorization", "").removeprefix("Basic ")).decode()
        shown = [unquote(half) for half in pair.split(":", 1)]
        return shown == [CLIENT, SECRET] and "client_secret" not in form

    def _redeems(self, form: Mapping[str, str]) -> bool:
        asked = self.codes.pop(form["code"], None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        return (
            asked is not None and challenge == asked["code_challenge"] and form["redirect_uri"] == asked["redirect_uri"]
        )

    def _grant(self, *, refresh: bool) -> web.Response:
        token = f"access-canary-{secrets.token_urlsafe(8)}"
        self.access.add(token)
        answer: dict[str, Any] = {"access_token": token, "token_type": "bearer", "expires_in": self.lifetime}
        if refresh:
            answer["refresh_token"] = f"refresh-canary-{secrets.token_urlsafe(8)}"
            self.refresh.add(answer["refresh_token"])
        if self.as_form:
            return web.Response(text=urlencode(answer), content_type="application/x-www-form-urlencoded")
        return web.json_response(answer)


@asynccontextmanager
async def serving() -> AsyncIterator[AuthorizationServer]:
    server = AuthorizationServer()
    app = web.Application()
    app.router.add_post("/token", server.token)
    app.router.add_get("/service", server.service)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield server
    finally:
        await runner.cleanup()
