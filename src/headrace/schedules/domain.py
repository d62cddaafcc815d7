"""When schedules fire. No I/O, no clock: every moment is an argument."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import islice, takewhile
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from headrace.schedules.errors import BadSchedule
from headrace.sdk.polling import EVERY_MINUTE, POLL_TIMES

MissedRuns = Literal["skip", "once", "all"]

MAX_CAUGHT_UP = 1_000
"""Runs started for one schedule after a long time without a server, if all that were missed are wanted."""

LEAST_POLL_PAUSE = timedelta(minutes=1)
"""Between two looks of a polling trigger, and after its first failure."""

LONGEST_POLL_PAUSE = timedelta(hours=1)
"""After failures; or longer, where its poll times are farther apart."""

MAX_RULES = 100
"""Of one node."""

_MAX_LOOKS = 5_000
"""Occurrences on holidays, one after the other: a schedule with nothing else among so many never fires."""

_TICK = timedelta(seconds=1)

_HORIZON = timedelta(days=21_915)
"""Sixty years; nothing is looked for beyond, and no calendar of holidays goes much farther."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One schedule of a node: a cron line, or a step of time."""

    cron: str = ""
    """Six fields, seconds first, in *zone*; empty for a plain step."""

    step: timedelta | None = None
    """Counted from *anchor*, whatever the clocks of people do."""

    zone: str = "UTC"
    anchor: datetime
    """When the schedule began, UTC."""

    every_days: int = 1
    every_weeks: int = 1
    """Of the days, or weeks, that the cron line names, each so-manyth counts; the first is the anchor's."""

    holidays: str = ""
    """Country, or country-region, on whose public holidays nothing fires: "PT", "DE-BY"."""


def next_after(rule: Rule, moment: datetime) -> datetime | None:
    """Return when *rule* fires next after *moment*, UTC; None when never."""
    return next(occurrences(rule, moment), None)


def occurrences(rule: Rule, moment: datetime) -> Iterator[datetime]:
    """Yield when *rule* fires after *moment*, UTC, earliest first.

    Daylight saving: a time of day that does not exist that day fires at the moment the clocks go on; one that comes
    twice fires once. What repeats within the day (every 20 minutes) goes by elapsed time.
    """
    try:
        horizon = moment + _HORIZON
        for found in _planned(rule, moment):
            if found > horizon:
                return
            yield found
    except OverflowError:
        return  # the calendar ends with the year 9999


def _planned(rule: Rule, moment: datetime) -> Iterator[datetime]:
    if rule.step is not None:
        passed = max(0, (moment - rule.anchor) // rule.step)
        while True:
            passed += 1
            yield rule.anchor + passed * rule.step
    looks, start = 0, moment
    while True:
        for found in _cron(rule, start):
            day = found.date()
            counting = _counting_day(rule, day)
            if counting != day:
                start = datetime(counting.year, counting.month, counting.day, tzinfo=found.tzinfo) - _TICK
                break
            if not _is_holiday(rule.holidays, day):
                looks = 0
                yield found.astimezone(UTC)
            elif (looks := looks + 1) > _MAX_LOOKS:
                return
        else:
            return  # there are no more


def _cron(rule: Rule, moment: datetime) -> Iterator[datetime]:
    seconds, _, line = rule.cron.partition(" ")
    if not seconds.isdecimal():
        yield from CronSim(rule.cron, moment.astimezone(ZoneInfo(rule.zone)))
        return
    # The library minds daylight saving only in lines without seconds.
    shift = timedelta(seconds=int(seconds))
    for found in CronSim(line, (moment - shift).astimezone(ZoneInfo(rule.zone))):
        yield (found.astimezone(UTC) + shift).astimezone(found.tzinfo)


def missed_between(rule: Rule, last: datetime, now: datetime, policy: MissedRuns) -> list[datetime]:
    """Return which of the occurrences after *last*, up to *now*, are to be made up for.

    With "once" it is the latest alone; with "all" the latest `MAX_CAUGHT_UP`.
    """
    if policy == "skip":
        return []
    wanted = 1 if policy == "once" else MAX_CAUGHT_UP
    window = timedelta(minutes=1)
    while True:
        # Backwards, in longer and longer pieces: of what fires each second, a year has very many.
        since = max(last, now - window)
        found = list(takewhile(lambda moment: moment <= now, occurrences(rule, since)))
        if len(found) >= wanted or since == last:
            return found[-wanted:]
        window *= 4


def rules_of(
    node: str, type_: str, parameters: Mapping[str, Any], *, zone: str, anchor: datetime, holidays: str = ""
) -> list[Rule]:
    """Return the schedules of a node, from its parameters with defaults filled in.

    Raises:
        BadSchedule: one of them makes no sense or would never fire.
    """
    reader = _Reader(node, _known_zone(node, zone), anchor, _known_holidays(node, holidays))
    match type_:
        case "n8n-nodes-base.scheduleTrigger":
            entries = (parameters.get("rule") or {}).get("interval") or []
            rules = [reader.schedule(entry) for entry in reader.few(entries)]
        case "n8n-nodes-base.cron":
            entries = (parameters.get("triggerTimes") or {}).get("item") or []
            rules = [reader.old_cron(entry) for entry in reader.few(entries)]
        case "n8n-nodes-base.interval":
            unit = {"seconds": 1, "minutes": 60, "hours": 3600}.get(str(parameters.get("unit")), 1)
            rules = [reader.step(reader.whole(parameters, "interval", 1, 1, 10**7) * unit)]
        case _:
            rules = []
    for rule in rules:
        if next_after(rule, anchor) is None:
            raise BadSchedule(f'node "{node}": the schedule "{rule.cron}" never fires')
    return rules


def poll_rules_of(node: str, parameters: Mapping[str, Any], *, zone: str, anchor: datetime) -> list[Rule]:
    """Return when a polling trigger looks for news, from its parameters with defaults filled in.

    Raises:
        BadSchedule: one of its poll times makes no sense, would never come, or comes more than once a minute.
    """
    reader = _Reader(node, _known_zone(node, zone), anchor, "")
    entries = (parameters.get(POLL_TIMES) or EVERY_MINUTE).get("item") or EVERY_MINUTE["item"]
    rules = [reader.old_cron(entry) for entry in reader.few(entries)]
    for rule in rules:
        soon = list(islice(occurrences(rule, anchor), 2))
        if len(soon) == 2 and soon[1] - soon[0] < LEAST_POLL_PAUSE:
            raise BadSchedule(f'node "{node}": "{rule.cron}" is more often than once a minute')
    return rules


def pause_after(failures: int) -> timedelta:
    """Return how long a polling trigger is left alone after it has failed so many times in a row."""
    doublings = min(failures - 1, 10)
    return min(LEAST_POLL_PAUSE * (1 << doublings), LONGEST_POLL_PAUSE)


@dataclass(frozen=True, slots=True)
class _Reader:
    node: str
    zone: str
    anchor: datetime
    holidays: str

    def few(self, entries: Any) -> list[Mapping[str, Any]]:
        if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
            raise BadSchedule(f'node "{self.node}": its times are no list')
        if len(entries) > MAX_RULES:
            raise BadSchedule(f'node "{self.node}" has {len(entries)} times; {MAX_RULES} are allowed')
        return entries

    def schedule(self, entry: Mapping[str, Any]) -> Rule:
        minute = self.whole(entry, "triggerAtMinute", 0, 0, 59)
        hour = self.whole(entry, "triggerAtHour", 0, 0, 23)
        match entry.get("field", "days"):
            case "seconds":
                return self.repeated("{0} * * * * *", self.whole(entry, "secondsInterval", 30, 1, 59), 60)
            case "minutes":
                return self.repeated("0 {0} * * * *", self.whole(entry, "minutesInterval", 5, 1, 59), 60)
            case "hours":
                return self.repeated(f"0 {minute} {{0}} * * *", self.whole(entry, "hoursInterval", 1, 1, 23), 24)
            case "days":
                return self.cron(f"0 {minute} {hour} * * *", days=self.whole(entry, "daysInterval", 1, 1, 3650))
            case "weeks":
                chosen = entry.get("triggerAtDay", [0])
                days = chosen if isinstance(chosen, list) and chosen else [0]
                named = ",".join(str(self.whole({"day": day}, "day", 0, 0, 6)) for day in days)
                weeks = self.whole(entry, "weeksInterval", 1, 1, 520)
                return self.cron(f"0 {minute} {hour} * * {named}", weeks=weeks)
            case "months":
                day = self.whole(entry, "triggerAtDayOfMonth", 1, 1, 31)
                months = self.whole(entry, "monthsInterval", 1, 1, 12)
                return self.cron(f"0 {minute} {hour} {day} {'*' if months == 1 else f'*/{months}'} *")
            case "cronExpression":
                return self.cron(str(entry.get("expression", "")))
            case other:
                raise BadSchedule(f'node "{self.node}": there is no interval "{other}"')

    def old_cron(self, entry: Mapping[str, Any]) -> Rule:
        minute, hour = self.whole(entry, "minute", 0, 0, 59), self.whole(entry, "hour", 14, 0, 23)
        match entry.get("mode", "everyDay"):
            case "everyMinute":
                return self.cron("0 * * * * *")
            case "everyHour":
                return self.cron(f"0 {minute} * * * *")
            case "everyWeek":
                return self.cron(f"0 {minute} {hour} * * {self.whole(entry, 'weekday', 1, 0, 6)}")
            case "everyMonth":
                return self.cron(f"0 {minute} {hour} {self.whole(entry, 'dayOfMonth', 1, 1, 31)} * *")
            case "everyX":
                value = self.whole(entry, "value", 2, 1, 59)
                if entry.get("unit") == "minutes":
                    return self.repeated("0 {0} * * * *", value, 60)
                return self.repeated("0 0 {0} * * *", min(value, 23), 24)
            case "custom":
                return self.cron(str(entry.get("cronExpression", "")))
            case _:
                return self.cron(f"0 {minute} {hour} * * *")

    def repeated(self, pattern: str, count: int, of: int) -> Rule:
        """Return a rule for every so many of a unit; on the clock's own marks where they come out even.

        Every 7 minutes is no pattern of the clock; cron lines would have it start anew each hour.
        """
        if of % count == 0:
            return self.cron(pattern.format("*" if count == 1 else f"*/{count}"))
        seconds = {"{0} * * * * *": 1, "0 {0} * * * *": 60}.get(pattern, 3600)
        return self.step(count * seconds)

    def step(self, seconds: int) -> Rule:
        return Rule(step=timedelta(seconds=seconds), zone=self.zone, anchor=self.anchor)

    def cron(self, line: str, *, days: int = 1, weeks: int = 1) -> Rule:
        fields = line.split()
        if len(fields) == 5:
            fields.insert(0, "0")
        try:
            CronSim(" ".join(fields), self.anchor)
        except CronSimError as wrong:
            raise BadSchedule(f'node "{self.node}": the cron line "{line[:80]}" is wrong: {wrong}') from wrong
        return Rule(
            cron=" ".join(fields),
            zone=self.zone,
            anchor=self.anchor,
            every_days=days,
            every_weeks=weeks,
            holidays=self.holidays,
        )

    def whole(self, entry: Mapping[str, Any], name: str, default: int, least: int, most: int) -> int:
        value = entry.get(name, default)
        if isinstance(value, str) and value.startswith("="):
            raise BadSchedule(f'node "{self.node}": "{name}" of a schedule cannot be an expression')
        try:
            number = int(value)
        except (TypeError, ValueError, OverflowError) as wrong:
            raise BadSchedule(f'node "{self.node}": "{name}" is no whole number') from wrong
        if not least <= number <= most:
            raise BadSchedule(f'node "{self.node}": "{name}" is {number}, not from {least} to {most}')
        return number


def _counting_day(rule: Rule, day: date) -> date:
    """Return the first day from *day* on that counts, of those days or weeks of which not each does."""
    if rule.every_days == 1 and rule.every_weeks == 1:
        return day
    first = rule.anchor.astimezone(ZoneInfo(rule.zone)).date()
    if rule.every_weeks > 1:
        # Weeks begin on Sunday, as cron's numbers of days do.
        weeks = (_sunday(day) - _sunday(first)).days // 7
        left = -weeks % rule.every_weeks
        return _sunday(day) + timedelta(weeks=left) if left else day
    return day + timedelta(days=-(day - first).days % rule.every_days)


def _sunday(day: date) -> date:
    return day - timedelta(days=day.isoweekday() % 7)


def _is_holiday(calendar: str, day: date) -> bool:
    return bool(calendar) and day in _holidays(calendar, day.year)


@lru_cache(maxsize=1_000)
def _holidays(calendar: str, year: int) -> frozenset[date]:
    import holidays  # late: it is large, and most schedules need none

    country, _, region = calendar.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=region or None, years=year))


def zone_of(settings: Mapping[str, Any], default: str) -> str:
    """Return the zone that a workflow's settings name, else the default."""
    zone = settings.get("timezone")
    return zone if isinstance(zone, str) and zone not in ("", "DEFAULT") else default


def _known_zone(node: str, zone: str) -> str:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise BadSchedule(f'node "{node}": there is no time zone "{zone[:60]}"') from unknown
    return zone


def _known_holidays(node: str, calendar: str) -> str:
    if calendar:
        try:
            _is_holiday(calendar, date(2026, 1, 1))
        except NotImplementedError as unknown:
            raise BadSchedule(f'node "{node}": there is no calendar of holidays "{calendar[:20]}"') from unknown
    return calendar


def preview(rules: Sequence[Rule], moment: datetime, count: int) -> list[datetime]:
    """Return the next *count* moments at which any of *rules* fires."""
    soon = sorted({found for rule in rules for found in islice(occurrences(rule, moment), count)})
    return soon[:count]
