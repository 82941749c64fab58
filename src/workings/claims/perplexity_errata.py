"""What the published proof that perplexity has no base leaves out (document 001, problem 3 (a))."""

from __future__ import annotations

import math

import numpy as np
import sympy

from workings.byhand.ngrams import count_ngrams, ngram_logs
from workings.byhand.perplexity import perplexity
from workings.claims import perplexity as perplexities
from workings.claims.claim import Evidence, erratum
from workings.claims.perplexity import in_base, sonnet_logs
from workings.claims.witness import close, equal
from workings.data.small_texts import verse
from workings.data.symbols import printable


@erratum(
    r"The term does not depend on the base $t$ at all.",
    truth=r"It needs $t > 0$ and $t \ne 1$: $\log_1$ does not exist, since $1^x = 1$ for every $x$. (A "
    r"base below 1 is allowed.)",
    question="s1.3.a",
    corrected=perplexities.base_invariant,
    certainty="arguable",
    reading=r"any $t$ for which $\log_t$ is defined, such as the 2 and the $e$ that are named",
)
def any_base() -> Evidence:
    """Take the base 1, in floats and in symbols."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = sonnet_logs() / np.log(np.float64(1.0))
        value = float(np.float64(1.0) ** -logs.mean())
    symbol = sympy.log(sympy.Rational(1, 2)) / sympy.log(1)
    right = perplexity(sonnet_logs())
    return Evidence(
        [
            close("base 1, in floats", value, right, 1e-6),
            equal("base 1, the logarithm is a finite number", bool(symbol.is_finite), True),
        ],
        {"base_one": value, "right": right},
    )


@erratum(
    r"The first factor of the product is $p(s_1 \mid s_0)$.",
    truth=r"The quantity asked about begins with $p(s_1)$, given nothing, and ends with $p(s_M \mid s_1, "
    r"\dots, s_{M-1})$; no $s_0$ occurs in it. With a start symbol as $s_0$ the first factor is another "
    r"probability, and the perplexity changes; the last factor would then be given $s_0$ as well.",
    question="s1.3.a",
    corrected=perplexities.base_invariant,
    certainty="arguable",
    reading=r"$s_0$ is the empty context, so that $p(s_1 \mid s_0)$ is $p(s_1)$",
)
def first_factor() -> Evidence:
    """Give a counted bigram model a start symbol and take it away again."""
    alphabet = printable()
    start = int(alphabet.encode("\n")[0])
    counts = count_ngrams(alphabet.encode(verse()).tolist(), 2)
    text = alphabet.encode("That").tolist()
    bare = ngram_logs(counts, text, 2, len(alphabet))
    with_start = ngram_logs(counts, [start, *text], 2, len(alphabet))[1:]
    return Evidence(
        [
            close("first factor, given a start", math.exp(with_start[0]), math.exp(bare[0]), 1e-3),
            close("perplexity of the word That", perplexity(with_start), perplexity(bare), 0.1),
        ],
        {"bare": math.exp(bare[0]), "given_start": math.exp(with_start[0])},
    )


@erratum(
    r"The perplexity equals the product of the probabilities to the power $-1/M$.",
    truth=r"In exact arithmetic it does. A computer's product of 637 such probabilities is 0, its power "
    r"infinite; this step of the proof is no way to compute. Sum logarithms.",
    question="s1.3.a",
    corrected=perplexities.product_underflows,
    certainty="arguable",
    reading=r"the line is meant as algebra alone",
)
def product_form() -> Evidence:
    """Compute both sides in float64 and in float32."""
    p = np.exp(sonnet_logs())
    right = in_base(p, math.e, math.e)
    with np.errstate(divide="ignore"):
        found = [np.prod(p.astype(kind)) ** kind(-1 / len(p)) for kind in (np.float64, np.float32)]
    return Evidence(
        [
            close(f"product in {name}", float(one), right, 0.1)
            for name, one in zip(("float64", "float32"), found, strict=True)
        ],
        {"right": right},
    )
