"""What alerting tools send, read into incidents. Pure: no network, no clock, no disk."""

from reconciler.alerts.keys import instance_key
from reconciler.alerts.reading import FIELDS, Alerts, read_alerts
from reconciler.alerts.texts import defused, fenced

__all__ = ["FIELDS", "Alerts", "defused", "fenced", "instance_key", "read_alerts"]
