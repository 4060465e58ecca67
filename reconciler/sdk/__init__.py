"""Everything that a plugin's author imports."""

from reconciler.errors import (
    AuthenticationError,
    AuthorizationError,
    BadValue,
    ConfigurationError,
    ConflictError,
    DeliveryRefused,
    LeaseLost,
    NotFoundError,
    PluginError,
    ProviderError,
    RateLimitError,
    UnknownOutcome,
    UnreachableError,
    ValidationError,
)
from reconciler.sdk.answers import Purpose, Response, error_texts
from reconciler.sdk.clock import Clock, SystemClock
from reconciler.sdk.concurrency import as_completed
from reconciler.sdk.config import SDK_VERSION, Credential, PluginConfig, PluginMetadata, Setting
from reconciler.sdk.containers import MakesContainers, is_unmade, unmade
from reconciler.sdk.gate import OpenGate, WriteGate
from reconciler.sdk.health import Health
from reconciler.sdk.hooks import Hook, Registered, RegistersWebhooks, Registration
from reconciler.sdk.incident import Incident
from reconciler.sdk.items import MARKER_VERSION, Found, History, Item, Marker, marker_label
from reconciler.sdk.limiter import Limiter
from reconciler.sdk.linking import HasPages, Linked, commit_in
from reconciler.sdk.markers import MarkerTooLong, decode_marker, encode_marker
from reconciler.sdk.measures import Measures, Percentiles, Series, Trend, measures_of
from reconciler.sdk.names import nearest, resolve, unknown
from reconciler.sdk.network import Network
from reconciler.sdk.plugin import DevOpsIntegrationPlugin
from reconciler.sdk.provider import Provider, Recalls, Restores
from reconciler.sdk.registry import PluginRegistry
from reconciler.sdk.searching import Hit, Page, Searches, outside_quotes, position_in, words_of
from reconciler.sdk.session import Session
from reconciler.sdk.settling import is_done, original_of
from reconciler.sdk.site import Capabilities, FieldInfo, LinkType, SiteDescription, Status, TypeInfo
from reconciler.sdk.values import Fields, Kind, Link, Opaque, Ref, Rich, Value, decode, digest, encode
from reconciler.sdk.velocity import (
    Amount,
    Finished,
    MeasuresVelocity,
    Sighting,
    Sprint,
    SprintItem,
    Standing,
    Velocity,
    sprint_of,
)
from reconciler.sdk.webhooks import Deliveries, Delivery, Headers, ReceivesWebhooks
from reconciler.sdk.workitem import WorkItem, WorkItemPriority, WorkItemStatus
from reconciler.sdk.writes import Change, Draft, Outcome, Pending, Preview, Problem, Transition

__all__ = [
    "MARKER_VERSION",
    "SDK_VERSION",
    "Amount",
    "AuthenticationError",
    "AuthorizationError",
    "BadValue",
    "Capabilities",
    "Change",
    "Clock",
    "ConfigurationError",
    "ConflictError",
    "Credential",
    "Deliveries",
    "Delivery",
    "DeliveryRefused",
    "DevOpsIntegrationPlugin",
    "Draft",
    "FieldInfo",
    "Fields",
    "Finished",
    "Found",
    "HasPages",
    "Headers",
    "Health",
    "History",
    "Hit",
    "Hook",
    "Incident",
    "Item",
    "Kind",
    "LeaseLost",
    "Limiter",
    "Link",
    "LinkType",
    "Linked",
    "MakesContainers",
    "Marker",
    "MarkerTooLong",
    "Measures",
    "MeasuresVelocity",
    "Network",
    "NotFoundError",
    "Opaque",
    "OpenGate",
    "Outcome",
    "Page",
    "Pending",
    "Percentiles",
    "PluginConfig",
    "PluginError",
    "PluginMetadata",
    "PluginRegistry",
    "Preview",
    "Problem",
    "Provider",
    "ProviderError",
    "Purpose",
    "RateLimitError",
    "Recalls",
    "ReceivesWebhooks",
    "Ref",
    "Registered",
    "RegistersWebhooks",
    "Registration",
    "Response",
    "Restores",
    "Rich",
    "Searches",
    "Series",
    "Session",
    "Setting",
    "Sighting",
    "SiteDescription",
    "Sprint",
    "SprintItem",
    "Standing",
    "Status",
    "SystemClock",
    "Transition",
    "Trend",
    "TypeInfo",
    "UnknownOutcome",
    "UnreachableError",
    "ValidationError",
    "Value",
    "Velocity",
    "WorkItem",
    "WorkItemPriority",
    "WorkItemStatus",
    "WriteGate",
    "as_completed",
    "commit_in",
    "decode",
    "decode_marker",
    "digest",
    "encode",
    "encode_marker",
    "error_texts",
    "is_done",
    "is_unmade",
    "marker_label",
    "measures_of",
    "nearest",
    "original_of",
    "outside_quotes",
    "position_in",
    "resolve",
    "sprint_of",
    "unknown",
    "unmade",
    "words_of",
]
