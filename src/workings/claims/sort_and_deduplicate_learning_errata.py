"""What is wrong in the published answers to document 004, part 3, problem 2, question 5: who learns what."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch.nn.functional import scaled_dot_product_attention

from workings.byhand.sort_and_deduplicate import decoder_weights
from workings.claims import sort_and_deduplicate_gradients as gradients
from workings.claims import sort_and_deduplicate_softmax as softened
from workings.claims.claim import Evidence, erratum
from workings.claims.sort_and_deduplicate import PUBLISHED
from workings.claims.witness import at_least, at_most, close
from workings.data.sort_and_deduplicate import TOKENS, E, W


@erratum(
    r"Argmax attention has zero gradient, therefore $W_Q$, $W_K$ *and* $W_V$ are never updated.",
    truth=r"The gradient that argmax blocks is that of the weights $P$, hence of $W_Q$ and $W_K$. The "
    r"values do not pass through it: $\partial L / \partial W_V = X^\top P^\top G E\, W_O^\top$, which is "
    r"not zero here, on the right rows or on the published ones. By $W_V$ and $W_O$ alone gradient descent "
    r"lowers the loss of the example from 8.797 to 0.807 in 200 steps of rate 0.1.",
    question="s4.3.2.5.a",
    corrected=gradients.who_gets_a_gradient,
)
def values_get_no_gradient() -> Evidence:
    """Ask autograd, central differences and the exact derivative for the gradient by W_V."""
    left = gradients.autograd(temperature=0)["W_V"]
    published = gradients.by_formula(PUBLISHED)[0]
    return Evidence(
        [
            at_most("autograd, norm of the gradient by W_V", softened.norm(left), 0),
            at_most("central differences, norm", float(np.linalg.norm(gradients.differences("W_V"))), 0),
            at_most("SymPy, largest entry", max(abs(float(x)) for x in gradients.in_symbols()), 0),
            at_most("by hand, published rows, norm", float(np.linalg.norm(published)), 0),
        ]
    )


@erratum(
    r"Softmax attention with $T = \sqrt d$ fixes the problem.",
    truth=r"It gives $W_Q$ and $W_K$ a gradient, 55 times smaller than that of $W_V$ at the exam's "
    r"matrices. But the model still cannot learn the task: as long as START and STOP have embeddings of "
    r"zeros, $P(\text{STOP}) = P(\text{START}) < \tfrac12$ whatever is learned, and START attends evenly. "
    r"They need embeddings of their own.",
    question="s4.3.2.5.b",
    corrected=softened.zero_rows_cannot_stop,
    certainty="arguable",
    reading=r"the problem is only that $W_Q$ and $W_K$ get no gradient",
)
def softmax_is_the_cure() -> Evidence:
    """Train with softmax from the exam's matrices; ask for right outputs and for a likely STOP."""
    losses, stop, right = softened.trained("softmax", steps=300)
    return Evidence(
        [
            at_least("Torch, share of 84 inputs answered right after 300 steps", right, 0.5),
            at_least("Torch, greatest P(STOP) after 300 steps", stop, 0.5),
        ],
        {"right": right, "greatest_stop": stop, "loss": losses[-1]},
    )


@erratum(
    r"The usual temperature is $\sqrt d$, where $\operatorname{softmax}(s/T)$ was introduced for a vector "
    r"of scores $s$ with $d$ entries.",
    truth=r"The $d$ of the usual scale is the width of a key, $d_k = 2$ here; the score vectors have up to "
    r"seven entries. $T = \sqrt2$ gives the example a loss of 8.783, $T = \sqrt7$ one of 8.546 (and the "
    r"width of the model, $T = \sqrt4$, one of 8.710).",
    question="s4.3.2.5.b",
    corrected=softened.which_d,
    certainty="arguable",
    reading=r"one letter stands for two numbers: $d$ means the length of $s$ where it is introduced, and "
    r"the width of a key in $\sqrt d$",
)
def d_is_the_number_of_scores() -> Evidence:
    """Compare Torch's default scale with a temperature of the square root of seven."""
    X = torch.from_numpy(E[list(TOKENS)] @ W)[None]  # (1, 7, 2)
    kernel = scaled_dot_product_attention(X, X, torch.eye(7).double()[None], is_causal=True)
    published = decoder_weights(TOKENS, E, W, W, math.sqrt(len(TOKENS)))
    return Evidence(
        [
            close("Torch's default", published, kernel[0].numpy(), 1e-9),
            close("by hand, default", published, decoder_weights(TOKENS, E, W, W), 1e-9),
        ]
    )
