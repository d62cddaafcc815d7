"""Forms being filled in: the page, what is sent, and what is shown then. The same for triggers and for waiting runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from headrace.sdk.items import Binary
from headrace.webhooks.calls import Request, WebhookSettings
from headrace.webhooks.domain import Route
from headrace.webhooks.forms.checking import check
from headrace.webhooks.forms.fields import Form, prefilled, submitted_of
from headrace.webhooks.forms.pages import ending_page, form_page, trouble_page
from headrace.webhooks.links import Links
from headrace.webhooks.ports import Bodies
from headrace.webhooks.public import Answer
from headrace.webhooks.reading import Reader
from headrace.webhooks.running import Begun

_NO_TEXT = ("file", "html")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What somebody sent, checked; it is data from here on, whatever it looks like."""

    json: dict[str, Any]
    files: dict[str, Binary]


class Filling:
    """Shows forms and reads what is sent to them."""

    def __init__(self, bodies: Bodies, links: Links, settings: WebhookSettings) -> None:
        self._bodies = bodies
        self._links = links
        self._settings = settings

    def page(self, form: Form, request: Request) -> Answer:
        """Return a form as somebody sees it first; its address may say what fields hold."""
        return form_page(form, prefilled(form.fields, request.query))

    async def read(
        self, route: Route, form: Form, request: Request, owner: str, *, now: datetime, mode: str
    ) -> Filled | Answer:
        """Read what was sent; return the page again where it does not answer what is asked.

        Files belong to *owner* then; where a page is returned, or an error is raised, there are none.

        Raises:
            NotAForm, BadCall, CallTooLarge: it cannot be read.
        """
        reader = Reader(self._bodies, route.tenant, owner, self._settings.reading)
        try:
            body = await reader.read_form(
                request.headers,
                request.chunks,
                texts={field.key for field in form.fields if field.kind not in _NO_TEXT},
                files={field.key for field in form.fields if field.kind == "file"},
            )
        except BaseException:
            await self._bodies.delete_owned(route.tenant, owner)
            raise
        checked = check(form, body.texts, body.files)
        if checked.errors:
            await self._bodies.delete_owned(route.tenant, owner)
            return form_page(form, {field.key: body.texts.get(field.key, ()) for field in form.fields}, checked.errors)
        sent = {**checked.values, "submittedAt": moment_of(now, route.timezone), "formMode": mode}
        return Filled(json=sent, files=checked.files)

    async def after(self, route: Route, request: Request, begun: Begun) -> Answer:
        """Return what is shown once a form is sent: a text, an answer that the run makes, or its next page."""
        mode = route.options.response_mode
        if mode == "responseNode":
            await begun.settled(self._settings.longest_wait)
            replied = begun.replied(route.tenant)
            if replied is not None:
                return replied
        elif mode == "onReceived" and not route.has_pages:
            return ending_page(submitted_of(route.parameters))
        else:
            await begun.settled(self._settings.form_wait)
        # Where the run stands now is shown at an address of its own: to look again sends nothing twice.
        return _see_other(f"{request.root}{self._links.path('form-waiting', begun.execution_id)}")


def _see_other(location: str) -> Answer:
    """Return what sends a browser on."""
    return Answer(
        status=303,
        headers=[
            ("location", location),
            ("cache-control", "no-store"),
            ("referrer-policy", "no-referrer"),
        ],
    )


def as_page(refusal: Answer) -> Answer:
    """Return an answer for programs as a page for people."""
    told: Mapping[str, Any] = msgspec.json.decode(refusal.body)
    kept = [(name, value) for name, value in refusal.headers if name in ("www-authenticate", "retry-after", "allow")]
    return trouble_page(refusal.status, str(told.get("title", "")), str(told.get("detail", "")), kept)


def moment_of(now: datetime, timezone: str) -> str:
    """Return a moment as ISO 8601 with milliseconds, "Z" for UTC. Source: n8n's form."""
    try:
        zone = UTC if timezone == "UTC" else ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone = UTC
    text = now.astimezone(zone).isoformat(timespec="milliseconds")
    return text.removesuffix("+00:00") + "Z" if zone is UTC else text
