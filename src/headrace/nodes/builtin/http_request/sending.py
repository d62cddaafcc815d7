"""Sending requests for items: in batches, page after page."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from headrace.nodes.builtin.http_request.answers import (
    AnswerRules,
    body_of,
    error_json,
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
        return [Item(json={"error": error_json(failure)}, paired_item=index)]


async def send(ctx: NodeContext, plan: Plan, index: int) -> HttpResponse:
    """Send one request.

    Raises:
        NodeApiError: there was no answer, or one that tells of an error.
    """
    try:
        answer = await ctx.http.request(plan.request)
    except HttpFailed as failed:
        raise failure_of(failed, index) from failed
    if answer.status >= 400 and not plan.rules.never_error:
        raise error_of(answer, index)
    return answer


async def _pages(ctx: NodeContext, plan: Plan, index: int) -> list[Item]:
    """Send requests until the answers say that there is no more."""
    rules = plan.pagination
    limited = truthy(await ctx.evaluate(rules.get("limitPagesFetched", False), index))
    limit = int(await ctx.evaluate(rules.get("maxRequests", 100), index)) if limited else MAX_PAGES
    pause = timedelta(milliseconds=float(await ctx.evaluate(rules.get("requestInterval", 0), index) or 0))
    made: list[Item] = []
    answer: HttpResponse | None = None
    previous = b""
    for page in range(min(limit, MAX_PAGES)):
        if page and pause:
            await ctx.sleep(pause)
        variables = _variables(plan.request, answer, page)
        request = await _next_request(ctx, plan, variables, index, first=page == 0)
        if request is None:
            break
        # What ends the pages is often a status of its own, so it must not end the run.
        answer = await send(ctx, replace(plan, request=request, rules=_lenient(plan, rules)), index)
        done = await _is_done(ctx, rules, answer, page, index)
        if not _is_empty(answer):
            made += await items_of(ctx, answer, plan.rules, index)
        if done:
            break
        if answer.body == previous and page > 4 and rules.get("paginationMode") == "updateAParameterInEachRequest":
            raise NodeError(
                "The returned response was identical 5x, so requests got stopped",
                description='Check if "Pagination Completed When" has been configured correctly.',
                item_index=index,
            )
        previous = answer.body
    return made


def _lenient(plan: Plan, rules: Mapping[str, Any]) -> AnswerRules:
    ends_by_status = rules.get("paginationCompleteWhen") == "receiveSpecificStatusCodes"
    return replace(plan.rules, never_error=True) if ends_by_status else plan.rules


def _variables(request: HttpRequest, answer: HttpResponse | None, page: int) -> dict[str, Any]:
    # The request's own headers stay out: they may hold what a credential put there.
    shown = {"url": request.url, "method": request.method}
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
    from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

    parts = urlsplit(url)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != name]
    return urlunsplit(parts._replace(query=urlencode(kept)))


def _is_empty(answer: HttpResponse) -> bool:
    return body_of(answer) in ("", None, [], {})


async def _is_done(ctx: NodeContext, rules: Mapping[str, Any], answer: HttpResponse, page: int, index: int) -> bool:
    variables = {
        "$pageCount": page,
        "$response": {"body": body_of(answer), "headers": headers_of(answer), "statusCode": answer.status},
    }
    match rules.get("paginationCompleteWhen", "responseIsEmpty"):
        case "receiveSpecificStatusCodes":
            codes = str(await ctx.evaluate(rules.get("statusCodesWhenComplete", ""), index, variables))
            return str(answer.status) in [code.strip() for code in codes.split(",")]
        case "other":
            return truthy(await ctx.evaluate(rules.get("completeExpression", ""), index, variables))
    return _is_empty(answer)


def sequence_of(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()
