"""What alerting tools send."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from reconciler.alerts import Alerts, read_alerts
from reconciler.sdk import Incident

AT = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


def read(payload: Any, **paths: str) -> Alerts:
    """Read a payload, given as what JSON holds."""
    return read_alerts(json.dumps(payload).encode(), paths)


def one(payload: Any, **paths: str) -> Incident:
    """The only incident of a payload."""
    (incident,) = read(payload, **paths).incidents
    return incident


PAGERDUTY_V3 = {
    "event": {
        "id": "01D",
        "event_type": "incident.triggered",
        "resource_type": "incident",
        "occurred_at": "2026-11-23T17:05:00.000Z",
        "agent": {"id": "P1", "type": "user_reference"},
        "data": {
            "id": "PGR0VU2",
            "type": "incident",
            "self": "https://api.pagerduty.example/incidents/PGR0VU2",
            "html_url": "https://acme.pagerduty.example/incidents/PGR0VU2",
            "number": 2,
            "status": "triggered",
            "incident_key": "d3640fbd41094207a1c11e58e46b1662",
            "created_at": "2026-11-23T17:00:00Z",
            "title": "A little bump in the road",
            "service": {"id": "PF9KMXH", "summary": "Checkout", "type": "service_reference"},
            "priority": {"id": "PSO75BM", "summary": "P1"},
            "urgency": "high",
        },
    }
}
PAGERDUTY_V2 = {
    "messages": [
        {
            "event": "incident.trigger",
            "created_on": "2026-11-23T17:00:00Z",
            "incident": {
                "id": "PGR0VU2",
                "incident_number": 2,
                "title": "A little bump in the road",
                "created_at": "2026-11-23T17:00:00Z",
                "html_url": "https://acme.pagerduty.example/incidents/PGR0VU2",
                "service": {"name": "Checkout", "summary": "Checkout"},
                "urgency": "high",
                "priority": None,
            },
            "log_entries": [],
        }
    ]
}
PAGERDUTY_V1 = {
    "messages": [
        {
            "type": "incident.trigger",
            "created_on": "2026-11-23T17:00:00Z",
            "data": {
                "incident": {
                    "id": "PGR0VU2",
                    "incident_number": 2,
                    "created_on": "2026-11-23T17:00:00Z",
                    "html_url": "https://acme.pagerduty.example/incidents/PGR0VU2",
                    "service": {"name": "Checkout"},
                    "trigger_summary_data": {"subject": "A little bump in the road"},
                }
            },
        }
    ]
}
PAGERDUTY_EVENT = {
    "routing_key": "samplekeyhere",
    "event_action": "trigger",
    "dedup_key": "PGR0VU2",
    "payload": {
        "summary": "A little bump in the road",
        "source": "checkout-1",
        "severity": "critical",
        "timestamp": "2026-11-23T17:00:00.000+0000",
        "component": "Checkout",
        "custom_details": {"free space": "1%"},
    },
    "links": [{"href": "https://acme.pagerduty.example/incidents/PGR0VU2", "text": "More"}],
}
OPSGENIE = {
    "action": "Create",
    "alert": {
        "alertId": "052652ac-5d1c-464a-812a-7dd18bbfba8c",
        "message": "Disk is full",
        "tags": ["disk", "prod"],
        "tinyId": "10",
        "entity": "database",
        "alias": "disk-db-1",
        "createdAt": 1795453200000,
        "updatedAt": 1795453200000123,
        "username": "A",
        "description": "1 % free",
        "priority": "P2",
        "details": {"region": "eu"},
    },
    "source": {"name": "", "type": "web"},
    "integrationName": "Webhook",
}
ALERT = {
    "status": "firing",
    "labels": {"alertname": "DiskFull", "severity": "warning", "service": "database", "instance": "db-1"},
    "annotations": {"summary": "Disk is full", "description": "1 % free"},
    "startsAt": "2026-11-23T17:00:00.123456789Z",
    "endsAt": "0001-01-01T00:00:00Z",
    "generatorURL": "https://prometheus.example/graph",
    "fingerprint": "c6eadffa33fcdf37",
}
DATADOG = {
    "body": "Disk is at 99 %",
    "last_updated": "1795453200000",
    "event_type": "metric_alert_monitor",
    "title": "[Triggered on {host:db-1}] Disk is full",
    "date": "1795453200000",
    "org": {"id": "1", "name": "Acme"},
    "id": "7654",
}
GRAFANA = {"receiver": "hook", "orgId": 1, "title": "[FIRING:1]", "alerts": [{**ALERT, "values": {"B": 44.2}}]}
GRAFANA_RULE = {
    "evalMatches": [{"value": 100, "metric": "High value", "tags": None}],
    "orgId": 1,
    "ruleId": 7,
    "ruleName": "Panel Title alert",
    "ruleUrl": "https://grafana.example/d/h",
    "state": "alerting",
    "tags": {"severity": "high"},
    "title": "[Alerting] Panel Title alert",
}
