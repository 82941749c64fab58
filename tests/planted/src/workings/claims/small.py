"""Claims about halves, for the tests of the machinery."""

from __future__ import annotations

from workings.byhand.small import halve

from workings.byhand import small
from workings.claims.claim import Evidence, claim, erratum
from workings.claims.witness import close, equal


@claim(r"Half of one is $\tfrac12$.", answers=("x1.a",))
def halving() -> Evidence:
    """By hand, and by division."""
    half = halve(1)
    return Evidence([close("by hand", half, 1 / 2, 1e-12), equal("division", 2 / 4, 0.5)], {"half": half})


@claim("Twice one is two.")
def doubling() -> Evidence:
    """By hand, and by counting."""
    return Evidence([close("by hand", small.double(1), 2, 1e-12), equal("counting", len("ab"), 2)])


@erratum(r"Half of one is $\tfrac32$.", truth=r"It is $\tfrac12$.", question="x1.a", corrected=halving)
def three_halves() -> Evidence:
    """What was published, tested literally."""
    return Evidence([close("by hand", halve(1), 3 / 2, 1e-12)])
