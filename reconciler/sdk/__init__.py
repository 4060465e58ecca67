"""Everything that a plugin's author imports."""

from reconciler.errors import (
    AuthenticationError,
    AuthorizationError,
    BadValue,
    ConfigurationError,
    ConflictError,
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
from reconciler.sdk.gate import OpenGate, WriteGate
from reconciler.sdk.items import MARKER_VERSION, Found, History, Item, Marker, marker_label
from reconciler.sdk.limiter import Limiter
from reconciler.sdk.markers import MarkerTooLong, decode_marker, encode_marker
from reconciler.sdk.names import nearest, resolve, unknown
from reconciler.sdk.plugin import DevOpsIntegrationPlugin, Health
from reconciler.sdk.provider import Provider, Restores
from reconciler.sdk.registry import PluginRegistry
from reconciler.sdk.session import Session
from reconciler.sdk.settling import is_done, original_of
from reconciler.sdk.site import Capabilities, FieldInfo, LinkType, SiteDescription, Status, TypeInfo
from reconciler.sdk.values import Fields, Kind, Link, Opaque, Ref, Rich, Value, decode, digest, encode
from reconciler.sdk.workitem import WorkItem, WorkItemPriority, WorkItemStatus
from reconciler.sdk.writes import Change, Draft, Outcome, Pending, Preview, Problem, Transition

__all__ = [
    "MARKER_VERSION",
    "SDK_VERSION",
    "AuthenticationError",
    "AuthorizationError",
    "BadValue",
    "Capabilities",
    "Change",
    "Clock",
    "ConfigurationError",
    "ConflictError",
    "Credential",
    "DevOpsIntegrationPlugin",
    "Draft",
    "FieldInfo",
    "Fields",
    "Found",
    "Health",
    "History",
    "Item",
    "Kind",
    "LeaseLost",
    "Limiter",
    "Link",
    "LinkType",
    "Marker",
    "MarkerTooLong",
    "NotFoundError",
    "Opaque",
    "OpenGate",
    "Outcome",
    "Pending",
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
    "Ref",
    "Response",
    "Restores",
    "Rich",
    "Session",
    "Setting",
    "SiteDescription",
    "Status",
    "SystemClock",
    "Transition",
    "TypeInfo",
    "UnknownOutcome",
    "UnreachableError",
    "ValidationError",
    "Value",
    "WorkItem",
    "WorkItemPriority",
    "WorkItemStatus",
    "WriteGate",
    "as_completed",
    "decode",
    "decode_marker",
    "digest",
    "encode",
    "encode_marker",
    "error_texts",
    "is_done",
    "marker_label",
    "nearest",
    "original_of",
    "resolve",
    "unknown",
]
