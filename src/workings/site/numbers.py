"""Inline numbers: ``{{ module.function.value:.3f }}`` quotes what a claim or an exhibit measured."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

_POWER = re.compile(r"^(?P<mantissa>[^e]*)e(?P<exponent>[+-]\d+)$")


def split(name: str) -> tuple[str, list[str]]:
    """Part ``module.function.value.key`` into the work's name and the path of the value."""
    parts = name.split(".")
    if len(parts) < 2 or not all(re.fullmatch(r"\w+", part) for part in parts):
        raise LookupError(f"an inline number names module.function.value, got {name!r}")
    return (".".join(parts[:2]), parts[2:]) if parts[0] != "site" else ("site", parts[1:])


def look_up(values: Mapping[str, Any], path: list[str], owner: str) -> Any:
    """Follow a path of names and indices into the values that a work measured."""
    value: Any = values
    for step in path:
        if isinstance(value, Mapping) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            have = (
                ", ".join(value)
                if isinstance(value, Mapping)
                else f"{len(value)} entries"
                if isinstance(value, list)
                else "no more"
            )
            raise LookupError(f"{owner} has no value {step!r}; it has {have or 'none'}")
    if isinstance(value, Mapping):
        raise LookupError(f"{owner} has several values there: name one of {', '.join(value)}")
    return value


def written(value: Any, spec: str, *, tex: bool = False) -> str:
    """Write a value with a format: for prose as HTML, or as TeX."""
    if spec.startswith("tex"):
        return matrix(value, spec[3:].strip())
    if isinstance(value, list):
        raise ValueError("a list is written with the format 'tex', or by naming one of its entries")
    if isinstance(value, float) and not spec:
        raise ValueError(
            f"a measured number needs a format, such as {{{{ … :.3f }}}}; the value is {value!r}"
        )
    text = format(value, spec)
    if isinstance(value, str):
        return text if tex else html.escape(text)
    if power := _POWER.match(text):
        if tex:
            return rf"{power['mantissa']}\times 10^{{{int(power['exponent'])}}}"
        return f"{power['mantissa']} × 10<sup>{int(power['exponent'])}</sup>".replace("-", "−")
    return text.replace("%", r"\%") if tex else text.replace("-", "−")


def matrix(value: Any, spec: str) -> str:
    """A number, a row or a matrix as TeX."""
    if not isinstance(value, list):
        return format(value, spec)
    rows = value if value and isinstance(value[0], list) else [value]
    body = r" \\ ".join(" & ".join(format(one, spec) for one in row) for row in rows)
    return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"
