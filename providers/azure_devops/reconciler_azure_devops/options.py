"""What a provider's block may say beside the standard keys: how it signs in, marks and writes, how long things take."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any, Literal
from zoneinfo import ZoneInfo

from reconciler.sdk import ConfigurationError, PluginConfig

__all__ = ["OPTIONS", "Options", "check_options", "options_of"]

OPTIONS: Mapping[str, str] = {
    "sign_in": "`pat` (default): a personal access token; `entra`: AZURE_DEVOPS_PAT holds a Microsoft Entra token.",
    "text_format": "`html` (default), or `markdown`: the format of the texts of new items.",
    "time_zone": "whose midnights dates are, such as `Europe/London`; UTC by default.",
    "create": "what is made where a spec names one that is not there: a list of `area` and `sprint`.",
    "batch": "`true`: several writes go in one request; `false` by default.",
    "quiet": "`true`: the account may suppress notifications, and `notify: quiet` asks for it; `false` by default.",
    "marker_field": "the name or reference name of a custom text field that holds the markers, instead of a hyperlink.",
    "request_timeout": "seconds to wait for an answer, 30 by default.",
    "index_lag": "seconds after which a query has seen a write, 60 by default.",
}
_CHOICES: Mapping[str, tuple[str, ...]] = {"sign_in": ("pat", "entra"), "text_format": ("html", "markdown")}
_CREATED = ("area", "sprint")
_FLAGS = ("batch", "quiet")
_SECONDS = ("request_timeout", "index_lag")


@dataclass(frozen=True, slots=True)
class Options:
    """The options of one provider; times are in seconds. `marker_field` is a name or a reference name; empty: none."""

    sign_in: Literal["pat", "entra"] = "pat"
    text_format: Literal["html", "markdown"] = "html"
    time_zone: str = ""
    create: tuple[str, ...] = ()
    batch: bool = False
    quiet: bool = False
    marker_field: str = ""
    request_timeout: float = 30.0
    index_lag: float = 60.0

    @property
    def zone(self) -> tzinfo:
        """Whose midnights dates are."""
        return ZoneInfo(self.time_zone) if self.time_zone else UTC


def options_of(config: PluginConfig) -> Options:
    """Read the options of a configuration that `check_options` finds no fault with."""
    given: dict[str, Any] = {name: value for name, value in config.options.items() if name in OPTIONS}
    if "create" in given:
        given["create"] = tuple(given["create"])
    return Options(**given)


def check_options(options: Mapping[str, object]) -> Iterator[ConfigurationError]:
    """Find what is wrong with the values of options. Unknown names are others' matter."""
    for name, choices in _CHOICES.items():
        if options.get(name, choices[0]) not in choices:
            yield ConfigurationError(f"{name} can't be {options[name]!r}", hint=f"it is one of {', '.join(choices)}")
    for name in _SECONDS:
        if name in options and not _is_positive(options[name]):
            yield ConfigurationError(f"{name} can't be {options[name]!r}", hint="write seconds, such as 60")
    for name in _FLAGS:
        if not isinstance(options.get(name, False), bool):
            yield ConfigurationError(f"{name} can't be {options[name]!r}", hint="it is true or false")
    created = options.get("create", ())
    if not isinstance(created, (list, tuple)) or any(each not in _CREATED for each in created):
        yield ConfigurationError(f"create can't be {created!r}", hint=f"it is a list of {', '.join(_CREATED)}")
    named = options.get("marker_field", "-")
    if not (isinstance(named, str) and named):
        yield ConfigurationError(f"marker_field can't be {named!r}", hint="write the field's name or reference name")
    zone = options.get("time_zone", "UTC")
    if not (isinstance(zone, str) and _is_zone(zone)):
        yield ConfigurationError(f"time_zone can't be {zone!r}", hint="write one such as Europe/London")


def _is_positive(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and value > 0


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        return False
    return True
