"""What is wrong in the published answers to document 001, 5.1: weights as a distribution, and copying."""

from __future__ import annotations

import math

import numpy as np
import sympy
import torch

from workings.byhand.scaled_attention import attention, attention_weights
from workings.byhand.softmax import softmax
from workings.claims import attention as weights_claims
from workings.claims import attention_copying as copying
from workings.claims.attention_copying import KEYS, QUERY, cosines
from workings.claims.claim import Evidence, erratum
from workings.claims.witness import at_least, close, equal


@erratum(
    r"$\sum_{j=1}^n \alpha_i = \frac{\sum_{j=1}^n \exp(k_i^\top q)}{\sum_{j=1}^n \exp(k_j^\top q)} = 1$: "
    r"summed over $j$, with $i$ in the terms.",
    truth=r"The sum must run over the index of the weight: $\sum_i \alpha_i = 1$. As written, nothing under "
    r"the sum depends on $j$, so both sides are $n\alpha_i$, which is 1 for one particular weight at most: "
    r"that of exactly $\tfrac1n$.",
    question="s1.5.1.a",
    corrected=weights_claims.categorical,
)
def sum_over_the_wrong_index() -> Evidence:
    """Sum literally over j, in floats and in symbols."""
    scores = np.log([2.0, 3.0, 5.0])
    weights = softmax(scores)
    literal = [float(sum(weights[i] for _ in range(3))) for i in range(3)]
    quotient = [
        sum(math.exp(scores[i]) for _ in range(3)) / sum(math.exp(scores[j]) for j in range(3))
        for i in range(3)
    ]
    return Evidence(
        [
            close("the sum over j of each weight", literal, [1, 1, 1], 1e-12),
            close("the quotient as written", quotient, [1, 1, 1], 1e-12),
        ],
        {"sums": literal},
    )


@erratum(
    r"Each weight is above 0, because exponentials are positive, and together they are exactly 1.",
    truth=r"True on paper, not in floats. There a weight is exactly 0 from a gap of $1075\log "
    r"2$ in the scores on (float64; $25\log 2$ in float16), and rounded weights often miss the sum 1 by a "
    r"few units in the last place.",
    question="s1.5.1.a",
    corrected=weights_claims.positivity_in_floats,
    certainty="arguable",
    reading=r"the statement is about real numbers, not about what a computer returns",
)
def weights_in_floats() -> Evidence:
    """Look for a weight above 0 far below the greatest score; count rows whose sum is not exactly 1."""
    half = torch.softmax(torch.tensor([0.0, -20.0], dtype=torch.float16), 0)[1].item()
    scores = 3 * np.random.default_rng(0).normal(size=(10_000, 10))
    by_torch = torch.softmax(torch.from_numpy(scores), 1).numpy()
    tiny = np.nextafter(0.0, 1.0)
    return Evidence(
        [
            at_least("by hand, float64, gap 800", softmax([0.0, -800.0])[1], tiny),
            equal("Torch, float16, gap 20, weight above 0", half > 0, True),
            equal("by hand, rows of 10 000 that are off", int((softmax(scores).sum(axis=1) != 1).sum()), 0),
            equal("Torch, rows of 10 000 that are off", int((by_torch.sum(axis=1) != 1).sum()), 0),
        ]
    )


@erratum(
    r"A dot product $k_j^\top q$ well above all others means that $q$ is much more similar to $k_j$ than to "
    r"the other keys.",
    truth=r"A dot product is similarity times lengths. With $q = (2, 0)$ the key $(1, 0)$ points exactly as "
    r"$q$ does, and $(3, 4)$, which does not, takes nearly all the weight because it is longer.",
    question="s1.5.1.b",
    corrected=copying.longer_key_wins,
    certainty="arguable",
    reading=r"all keys have one length, or “similar” is only another word for a large dot product",
)
def large_product_means_similar() -> Evidence:
    """Compare the key with the greatest product with the one of greatest cosine, or least distance."""
    weights = attention_weights(QUERY, KEYS, scale=1)[0]
    nearest = int(np.linalg.norm(KEYS - QUERY, axis=1).argmin())
    return Evidence(
        [
            equal(
                "heaviest key is the one of greatest cosine",
                int(weights.argmax()),
                int(cosines(QUERY, KEYS).argmax()),
            ),
            equal("heaviest key is the nearest", int(weights.argmax()), nearest),
        ],
        {"weights": weights.tolist()},
    )


@erratum(
    r"$\alpha$ concentrates on $j$ when $k_j^\top q$ is significantly larger than each other $k_i^\top q$ "
    r"(larger in what sense, and among how many keys, is not said).",
    truth=r"The difference counts, not the ratio, and against all others *together*: $k_j \cdot q - "
    r"\log\sum_{i \ne j} e^{k_i \cdot q} \gg 0$. A score twenty times the other, $\tfrac{20}{1000}$ against "
    r"$\tfrac{1}{1000}$, takes about half; a lead of 5 over each of a million keys takes next to nothing.",
    question="s1.5.1.b",
    corrected=weights_claims.lead_over_all,
    certainty="arguable",
    reading=r"“significantly” means by a difference well above the logarithm of the number of keys",
)
def larger_than_each_suffices() -> Evidence:
    """Take two scores of ratio 20, and a lead of 5 among a million keys, by hand and in Torch."""
    ratio, lead = np.array([0.02, 0.001]), np.zeros(1_000_000)
    lead[0] = 5
    witnesses = []
    for name, scores in (("twenty times the other", ratio), ("a lead of 5 over each", lead)):
        by_torch = torch.softmax(torch.from_numpy(scores), 0)[0].item()
        witnesses.append(at_least(f"by hand, {name}", float(softmax(scores)[0]), 0.9))
        witnesses.append(at_least(f"Torch, {name}", by_torch, 0.9))
    return Evidence(witnesses, {"ratio": float(softmax(ratio)[0]), "lead": float(softmax(lead)[0])})


@erratum(
    r"From $\alpha_j \approx 1$ follows $c \approx v_j$.",
    truth=r"The error is $(1 - \alpha_j)\,|\bar v - v_j|$. A weight of $1/(1 + e^{-10})$ with values $1$ "
    r"and $10^6$ gives an output above 46 in place of 1.",
    question="s1.5.1.c",
    corrected=copying.large_values_leak,
    certainty="arguable",
    reading=r"the values are bounded while $\alpha_j$ tends to 1, or of comparable size",
)
def weight_near_one_copies() -> Evidence:
    """Compute the example by hand and exactly."""
    output = float(attention([[1.0]], [[10.0], [0.0]], [[1.0], [1e6]], scale=1)[0, 0])
    exact = float((sympy.exp(10) + 10**6) / (sympy.exp(10) + 1))
    return Evidence(
        [close("by hand, output", output, 1, 0.1), close("exact, output", exact, 1, 0.1)], {"output": output}
    )


@erratum(
    r"If one key is very similar or almost identical to the query, nearly all the attention goes to its "
    r"value.",
    truth=r"A key identical to the query can get next to nothing: of $k_1 = q$ and $k_2 = 3q$ with $|q| = "
    r"2$ the second wins. And if all have length 1, even $k_1 = q$ against nine keys $-q$ gets less than "
    r"half.",
    question="s1.5.1.d",
    corrected=copying.equal_key_loses,
    certainty="arguable",
    reading=r"all keys have one length, and a long one: then the nearest key leads by as much as one likes",
)
def identical_key_wins() -> Evidence:
    """Take a key equal to the query beside a longer one, and among short ones."""
    q = np.array([[1.2, 1.6]])
    beside = attention_weights(q, np.vstack([q, 3 * q]), scale=1)[0, 0]
    u = torch.tensor([[0.6, 0.8]], dtype=torch.float64)
    short = torch.softmax(u @ torch.cat([u, -u.expand(9, 2)]).T, dim=1)[0, 0].item()
    return Evidence(
        [
            at_least("by hand, weight of the equal key beside a longer one", float(beside), 0.9),
            at_least("Torch, weight of the equal unit key", short, 0.9),
        ],
        {"beside_a_longer": float(beside), "unit": short},
    )


@erratum(
    r"The output then *equals* that value.",
    truth=r"It comes near. On paper every weight is above 0, so with finite scores $c = v_j$ only if the "
    r"other values, weighted as they are, have the mean $v_j$. With two keys and values 0 and 1 a lead of "
    r"30 leaves $9 \cdot 10^{-14}$. In floats the copy is exact once the other weights underflow.",
    question="s1.5.1.d",
    corrected=copying.copy_in_floats,
    certainty="arguable",
    reading=r"“equals” means “is nearly”, as the answer before it says, or the numbers are floats",
)
def output_equals_the_value() -> Evidence:
    """Ask for an exact copy at a lead of 30: in symbols, by hand and in Torch."""
    lead = np.array([30.0, 0.0])
    values = torch.tensor([0.0, 1.0], dtype=torch.float64)
    exact = sympy.exp(0) / (sympy.exp(30) + 1)
    return Evidence(
        [
            equal("SymPy, what is missing is 0", exact, 0),
            equal("by hand, the copy is exact", float(softmax(lead)[1]), 0.0),
            equal(
                "Torch, the copy is exact", (torch.softmax(torch.from_numpy(lead), 0) @ values).item(), 0.0
            ),
        ],
        {"missing": float(exact)},
    )
