"""What callers of alerts may catch."""

from __future__ import annotations

from headrace.kernel.errors import Invalid, NotFound, Unavailable


class AlertRuleNotFound(NotFound):
    """There is no such rule for this tenant."""

    code = "alert_rule_not_found"

    def __init__(self, rule_id: str) -> None:
        super().__init__(f"there is no alert rule {rule_id}")
        self.rule_id = rule_id


class BadAlertRule(Invalid):
    """The rule makes no sense; the message says where."""

    code = "bad_alert_rule"


class NotDelivered(Unavailable):
    """A notification could not be handed over; it is tried again later. The message holds no secret."""

    code = "alert_not_delivered"
