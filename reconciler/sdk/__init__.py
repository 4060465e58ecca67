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
from reconciler.sdk.clock import Clock, SystemClock
from reconciler.sdk.config import SDK_VERSION, Credential, PluginConfig, PluginMetadata, Setting
from reconciler.sdk.gate import OpenGate, WriteGate
from reconciler.sdk.items import Found, History, Item, Marker, marker_label
from reconciler.sdk.provider import Provider
from reconciler.sdk.site import Capabilities, FieldInfo, LinkType, SiteDescription, Status, TypeInfo
from reconciler.sdk.values import Fields, Kind, Link, Opaque, Ref, Rich, Value, decode, digest, encode
from reconciler.sdk.writes import Change, Draft, Outcome, Preview, Problem, Transition

__all__ = [
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
    "Draft",
    "FieldInfo",
    "Fields",
    "Found",
    "History",
    "Item",
    "Kind",
    "LeaseLost",
    "Link",
    "LinkType",
    "Marker",
    "NotFoundError",
    "Opaque",
    "OpenGate",
    "Outcome",
    "PluginConfig",
    "PluginError",
    "PluginMetadata",
    "Preview",
    "Problem",
    "Provider",
    "ProviderError",
    "RateLimitError",
    "Ref",
    "Rich",
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
    "WriteGate",
    "decode",
    "digest",
    "encode",
    "marker_label",
]
