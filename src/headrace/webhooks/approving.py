"""Runs that wait for somebody to decide: a page that asks, and a decision that counts once.

To look decides nothing: programs that preview links, and scanners of mail, look at all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

import msgspec

from headrace.executions.public import Status
from headrace.kernel.ids import new_id
from headrace.sdk.items import Item
from headrace.webhooks.admitting import Door
from headrace.webhooks.answering import problem
from headrace.webhooks.calls import Request, WebhookSettings
from headrace.webhooks.domain import Route
from headrace.webhooks.filling import as_page, moment_of
from headrace.webhooks.forms.pages import working_page
from headrace.webhooks.links import Links
from headrace.webhooks.page import about, page
from headrace.webhooks.ports import Bodies, Outputs, Standing, Waits
from headrace.webhooks.public import DECISIONS, Answer
from headrace.webhooks.reading import Reader
from headrace.webhooks.waits import NOT_MADE_HERE, GoingOn, route_of, waits_for

_MAX_COMMENT = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What somebody is asked to decide."""

    title: str
    message: str
    approve: str
    decline: str
    comment: str
    """Whether there is room for one: "none", "optional", or "declining" when who declines has to say why."""


def question_of(parameters: Mapping[str, Any]) -> Question:
    """Read a node's parameters, evaluated."""
    return Question(
        title=str(parameters.get("title") or "Please decide"),
        message=str(parameters.get("message") or ""),
        approve=str(parameters.get("approveLabel") or "Approve"),
        decline=str(parameters.get("declineLabel") or "Decline"),
        comment=str(parameters.get("comment") or "optional"),
    )


def question_page(question: Question, *, comment: str = "", error: str = "") -> Answer:
    """Return the page that asks.

    Args:
        comment: What was written before.
        error: What is wrong with it; the page's status is 422 then.
    """
    wrong = f'<p class="wrong" id="comment-wrong" role="alert">{escape(error)}</p>' if error else ""
    marks = ' aria-invalid="true" aria-describedby="comment-wrong"' if error else ""
    room = ""
    if question.comment != "none":
        # A line break right after the tag is no part of the text, so one is put there.
        area = f'<textarea id="comment" name="comment" rows="3" maxlength="{_MAX_COMMENT}"{marks}>\n{escape(comment)}'
        room = f'<div class="question"><label for="comment">Comment</label>{area}</textarea></div>'
    body = (
        f"<h1>{escape(question.title)}</h1>{about(question.message)}"
        f'<form method="post" enctype="multipart/form-data">{room}{wrong}<div class="choice-row">'
        f'<button type="submit" name="decision" value="approved">{escape(question.approve)}</button>'
        f'<button type="submit" name="decision" value="declined" class="other">{escape(question.decline)}</button>'
        "</div></form>"
    )
    return page(question.title, body, status=422 if error else 200)


def decided_page(question: Question, decision: str) -> Answer:
    """Return the page that says what was decided."""
    mark, kind, told = ("✓", "good", "Approved") if decision == "approved" else ("✕", "bad", "Declined")
    body = (
        f'<div role="status"><div class="mark {kind}" aria-hidden="true">{mark}</div><h1>{told}</h1></div>'
        f'<p class="about">{escape(question.title)}</p><p class="quiet">You can close this page.</p>'
    )
    return page(told, body)


def closed_page() -> Answer:
    """Return the page for those who come too late."""
    body = (
        '<h1>This is closed</h1><p class="about" role="status">It was decided already, or there was a time limit that '
        "has passed. Nothing has changed now.</p>"
    )
    return page("This is closed", body, status=410)


class Approving:
    """Takes calls to `/approve/<execution>[/<key>]`."""

    def __init__(
        self,
        *,
        waits: Waits,
        going_on: GoingOn,
        bodies: Bodies,
        outputs: Outputs,
        door: Door,
        links: Links,
        now: Callable[[], datetime],
        settings: WebhookSettings,
    ) -> None:
        self._waits = waits
        self._going_on = going_on
        self._bodies = bodies
        self._outputs = outputs
        self._door = door
        self._links = links
        self._now = now
        self._settings = settings

    async def take(self, request: Request) -> Answer:
        """Show what is to be decided, or take the decision; raises what cannot be read or written."""
        opened = self._links.opened("approve", request.path, request.query)
        if opened is None:
            return as_page(NOT_MADE_HERE)
        if request.method not in ("GET", "HEAD", "POST"):
            return as_page(problem(405, "Method Not Allowed", "A decision is asked for or sent"))
        execution_id, key = opened
        standing = await self._waits.find(execution_id)
        if standing is None or standing.status.is_final:
            return closed_page()
        if not waits_for(standing, "approval", key) or standing.node is None:
            is_on_its_way = request.method != "POST" and standing.status in (Status.NEW, Status.RUNNING)
            return working_page("There is nothing to decide yet.") if is_on_its_way else closed_page()
        route = route_of(standing, standing.node)
        refusal = await self._door.refusal(route, request)
        if refusal is not None:
            return as_page(refusal)
        question = question_of(standing.node.parameters)
        if request.method != "POST":
            return question_page(question)
        return await self._decide(standing, route, question, request)

    async def _decide(self, standing: Standing, route: Route, question: Question, request: Request) -> Answer:
        # Nothing of it is stored: the reader is told of no files.
        reader = Reader(self._bodies, route.tenant, new_id(), self._settings.reading)
        body = await reader.read_form(request.headers, request.chunks, texts=("decision", "comment"), files=())
        decision = body.texts.get("decision", [""])[0]
        comment = body.texts.get("comment", [""])[0].strip() if question.comment != "none" else ""
        if decision not in DECISIONS:
            return question_page(question, comment=comment, error="Choose one of the two")
        if len(comment) > _MAX_COMMENT:
            return question_page(question, comment=comment, error=f"Longer than {_MAX_COMMENT} characters")
        if question.comment == "declining" and decision == "declined" and not comment:
            return question_page(question, error="Please say why you decline")
        decided = {"decision": decision, "comment": comment, "decidedAt": moment_of(self._now(), "UTC")}

        async def items() -> list[Item]:
            assert standing.suspension is not None
            passed = await self._outputs.items(route.tenant, standing.suspension.output)
            return [msgspec.structs.replace(one, json={**one.json, "approval": decided}) for one in passed]

        begun = await self._going_on.resume(standing, route, items, by="approval", to=DECISIONS[decision])
        return decided_page(question, decision) if begun is not None else closed_page()
