"""What a provider's block may say beside the standard keys: how markers are kept, and how long things take."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from reconciler.sdk import ConfigurationError, PluginConfig

__all__ = ["OPTIONS", "Options", "check_options", "options_of"]

OPTIONS: Mapping[str, str] = {
    "marker": "what finds our items: `label` (default), `field`, or `none`: then only the issue property ties them.",
    "marker_field": "with `marker: field`: the name or id of a custom text field that is on the create screen.",
    "create": "what is made where a spec names one that is not there: a list of `component`, `version` and `sprint`.",
    "marker_address": "`plain` (default), or `digest`: no address is readable in the issue property.",
    "request_timeout": "seconds to wait for an answer, 30 by default.",
    "index_lag": "seconds after which a search has seen a write, 60 by default.",
}
_CHOICES: Mapping[str, tuple[str, ...]] = {"marker": ("label", "field", "none"), "marker_address": ("plain", "digest")}
_CREATED = ("component", "version", "sprint")
_SECONDS = ("request_timeout", "index_lag")


@dataclass(frozen=True, slots=True)
class Options:
    """The options of one provider; times are in seconds. `marker_field` is a name or an id, as in the spec."""

    marker: Literal["label", "field", "none"] = "label"
    marker_field: str = ""
    marker_address: Literal["plain", "digest"] = "plain"
    create: tuple[str, ...] = ()
    request_timeout: float = 30.0
    index_lag: float = 60.0


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
    created = options.get("create", ())
    if not isinstance(created, (list, tuple)) or any(each not in _CREATED for each in created):
        yield ConfigurationError(f"create can't be {created!r}", hint=f"it is a list of {', '.join(_CREATED)}")
    named = options.get("marker_field")
    if named is not None and not (isinstance(named, str) and named):
        yield ConfigurationError(f"marker_field can't be {named!r}", hint="write the field's name or id")
    if (options.get("marker") == "field") != (named is not None):
        yield ConfigurationError(
            "marker_field and `marker: field` need each other", hint="write both, or take out the one that is there"
        )


def _is_positive(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and value > 0
