"""Sending requests for items: in batches, page after page."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from headrace.nodes.builtin.http_request.answers import (
    AnswerRules,
    RequestFailed,
    body_of,
    error_of,
    failure_of,
    headers_of,
    items_of,
)
from headrace.nodes.builtin.http_request.bodies import json_body, with_query
from headrace.sdk.context import HttpFailed, HttpRequest, HttpResponse, NodeContext
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.js import to_text, truthy

MAX_PAGES = 10_000
"""Pages of one item's request, whatever its parameters say."""

_MAX_IDENTICAL = 5
"""The same page so many times more, and the pages are taken to go on for ever."""

_CONCURRENT = 50
"""Requests of one node under way at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The request of one item, and what becomes of its answers."""

    request: HttpRequest
    rules: AnswerRules
    body: Any = None
    """The body before it was encoded, for requests whose pages change it."""

    pagination: Mapping[str, Any] = field(default_factory=dict)
    """As drawn: expressions unevaluated, since they speak of the answer before."""

    arrays: str = "repeat"


async def send_all(
    ctx: NodeContext,
    plan: Callable[[Item, int], Awaitable[Plan]],
    *,
    batch_size: int,
    pause: timedelta,
) -> list[Item]:
    """Send the request of every item and return the items of all answers, in the order of the input.

    Raises:
        NodeError: one failed, and the workflow stops on errors.
    """
    items = list(ctx.items)
    size = batch_size if batch_size > 0 else max(len(items), 1)
    room = asyncio.Semaphore(_CONCURRENT)
    made: list[Item] = []
    for begin in range(0, len(items), size):
        if begin and pause:
            await ctx.sleep(pause)
        batch = range(begin, min(begin + size, len(items)))

        async def one(index: int) -> list[Item]:
            async with room:
                return await _send_one(ctx, plan, items[index], index)

        results = await asyncio.gather(*(one(index) for index in batch), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
            made.extend(result)
    return made


async def _send_one(
    ctx: NodeContext, plan: Callable[[Item, int], Awaitable[Plan]], item: Item, index: int
) -> list[Item]:
    try:
        chosen = await plan(item, index)
        if chosen.pagination.get("paginationMode", "off") != "off":
            return await _pages(ctx, chosen, index)
        return await items_of(ctx, await send(ctx, chosen, index), chosen.rules, index)
    except NodeError as failure:
        if failure.item_index is None:
            failure.item_index = index
        if not ctx.node.continues_on_error:
            raise
        # What is wrong before anything was sent is told in a sentence, a failed request in an object.
        told = failure.reason if isinstance(failure, RequestFailed) else failure.message
        return [Item(json={"error": told}, paired_item=index)]


async def send(ctx: NodeContext, plan: Plan, index: int) -> HttpResponse:
    """Send one request.

    Raises:
        NodeApiError: there was no answer, or one that tells of an error.
    """
    try:
        answer = await ctx.http.request(plan.request)
    except HttpFailed as failed:
        raise failure_of(failed, index) from failed
    if not plan.rules.never_error:
        _check_status(plan.rules, answer, index)
    return answer


def _check_status(rules: AnswerRules, answer: HttpResponse, index: int) -> None:
    # A redirect that was not to be followed counts as an error, too.
    if not 200 <= answer.status < 300:
        raise error_of(answer, index, parsed=rules.format == "json")


async def _pages(ctx: NodeContext, plan: Plan, index: int) -> list[Item]:
    """Send requests until the answers say that there is no more."""
    rules = plan.pagination
    limited = truthy(await ctx.evaluate(rules.get("limitPagesFetched", False), index))
    limit = int(await ctx.evaluate(rules.get("maxRequests", 100), index)) if limited else MAX_PAGES
    pause = timedelta(milliseconds=float(await ctx.evaluate(rules.get("requestInterval", 0), index) or 0))
    made: list[Item] = []
    answer: HttpResponse | None = None
    previous, identical = b"", 0
    for page in range(min(limit, MAX_PAGES)):
        if page and pause:
            await ctx.sleep(pause)
        variables = _variables(plan.request, answer, page)
        request = await _next_request(ctx, plan, variables, index, first=page == 0)
        if request is None:
            break
        # What ends the pages is often a status of its own, so an error counts only where they would go on.
        answer = await send(ctx, replace(plan, request=request, rules=replace(plan.rules, never_error=True)), index)
        done = (limited and page + 1 >= limit) or await _is_done(ctx, plan, answer, page + 1, index)
        if not done and not plan.rules.never_error:
            _check_status(plan.rules, answer, index)
        made += await items_of(ctx, answer, plan.rules, index)
        if done:
            break
        identical = identical + 1 if answer.body == previous else 0
        if identical >= _MAX_IDENTICAL:
            raise NodeError(
                "The returned response was identical 5x, so requests got stopped",
                description='Check if "Pagination Completed When" has been configured correctly.',
                item_index=index,
            )
        previous = answer.body
    return made


def _variables(request: HttpRequest, answer: HttpResponse | None, page: int) -> dict[str, Any]:
    # The request's own headers stay out: they may hold what a credential put there.
    shown = {
        "url": request.url,
        "method": request.method,
        "qs": dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True)),
    }
    response: dict[str, Any] = {"body": {}, "headers": {}, "statusCode": None}
    if answer is not None:
        response = {"body": body_of(answer), "headers": headers_of(answer), "statusCode": answer.status}
    return {"$pageCount": page, "$request": shown, "$response": response}


async def _next_request(
    ctx: NodeContext, plan: Plan, variables: Mapping[str, Any], index: int, *, first: bool
) -> HttpRequest | None:
    rules = plan.pagination
    if rules.get("paginationMode") == "responseContainsNextURL":
        if first:
            return plan.request
        url = await ctx.evaluate(rules.get("nextURL", ""), index, variables)
        return replace(plan.request, url=str(url)) if isinstance(url, str) and url else None
    request, body = plan.request, plan.body
    headers = list(request.headers)
    for parameter in (rules.get("parameters") or {}).get("parameters") or ():
        kind = parameter.get("type", "qs")
        name = to_text(await ctx.evaluate(parameter.get("name", ""), index, variables))
        value = await ctx.evaluate(parameter.get("value", ""), index, variables)
        if kind == "qs":
            request = replace(request, url=with_query(_without(request.url, name), [(name, value)], plan.arrays))
        elif kind == "headers":
            headers = [pair for pair in headers if pair[0].lower() != name.lower()] + [(name, to_text(value))]
        elif isinstance(body, Mapping) or body is None:
            body = {**(body or {}), name: value}
            request = replace(request, body=json_body(body))
    return replace(request, headers=headers)


def _without(url: str, name: str) -> str:
    parts = urlsplit(url)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != name]
    return urlunsplit(parts._replace(query=urlencode(kept)))


async def _is_done(ctx: NodeContext, plan: Plan, answer: HttpResponse, pages: int, index: int) -> bool:
    rules = plan.pagination
    variables = _variables(plan.request, answer, pages)
    match rules.get("paginationCompleteWhen", "responseIsEmpty"):
        case "receiveSpecificStatusCodes":
            codes = str(await ctx.evaluate(rules.get("statusCodesWhenComplete", ""), index, variables))
            return str(answer.status) in [code.strip() for code in codes.split(",")]
        case "other":
            return truthy(await ctx.evaluate(rules.get("completeExpression", ""), index, variables))
    # As JavaScript sees it: an empty object is something, an empty list is made nothing by its length.
    body = body_of(answer)
    return not body if isinstance(body, list) else not truthy(body)


def sequence_of(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()
