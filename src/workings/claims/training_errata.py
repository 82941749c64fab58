"""Errata of the published answers to s4.2.1, s4.2.2 and s4.2.3 (document 004)."""

from __future__ import annotations

import numpy as np
import torch

from workings.claims import step_times, vanishing_depth
from workings.claims.batch_size import chance_of_escape, escaped, wells
from workings.claims.claim import Evidence, erratum
from workings.claims.dead_units import one_unit
from workings.claims.skip_training import learns_noise_by_heart, memorised
from workings.claims.vanishing_depth import at_its_steepest
from workings.claims.witness import at_least, at_most


@erratum(
    r"Small minibatches explore more and can escape local minima; large ones have a higher risk of getting "
    r"stuck.",
    truth=r"At the same learning rate, yes. What decides is nearly $\eta/B$: a small batch with a small "
    r"rate, which the same answer says it may need, stays in the well as often as a large one. A convex "
    r"loss has no such wells.",
    question="s4.2.1",
    corrected=wells,
    certainty="arguable",
    reading="the learning rate is the same for both sizes",
)
def large_gets_stuck() -> Evidence:
    """Ask B = 4 with a quarter of the rate to escape more often than B = 16, by runs and by the matrix."""
    runs = escaped(4, 0.0125).mean() - escaped(16, 0.05).mean()
    matrix = chance_of_escape(16, 0.05) - chance_of_escape(64, 0.2)
    return Evidence(
        [
            at_least("a thousand runs, share escaped, small minus large", float(runs), 0.05),
            at_least("matrix, chance of escape, 16 minus 64", matrix, 0.05),
        ]
    )


@erratum(
    r"Large minibatches are slower to compute.",
    truth=r"A *step* is; an *example* is faster, by far: in a step of 4,096 it takes less than a tenth of "
    r"the time that it takes alone. What a large batch costs is steps that buy less and less, and memory.",
    question="s4.2.1",
    corrected=step_times.seconds,
    certainty="arguable",
    reading="the time of one step is meant",
)
def large_is_slower() -> Evidence:
    """Time an example in a step of 4 096 against a step of one."""
    large, one = (step_times.seconds_per_step(B) for B in (4_096, 1))
    return Evidence([at_least("Torch, time of an example, 4 096 over 1", large / one / 4_096, 1)])


@erratum(
    r"Sigmoid and tanh make gradients vanish because their slopes go to zero exponentially for large inputs.",
    truth=r"That is one cause. The sigmoid vanishes at its very steepest too, where "
    r"its slope is $\tfrac14$: fifty layers with weights 1 and all sums at zero pass $4^{-50}$. Keeping the "
    r"sums small saves tanh, not the sigmoid.",
    question="s4.2.2",
    corrected=at_its_steepest,
    certainty="arguable",
    reading="saturation is meant as one cause among others",
)
def only_large_inputs() -> Evidence:
    """Keep every sum at zero, far from saturation, and ask the sigmoid for one part in a thousand."""
    passed = float(np.prod(np.full(50, 0.25)))
    start = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
    h = start
    for _ in range(50):
        h = torch.sigmoid(h - 0.5)
    return Evidence(
        [
            at_least("by hand, product of slopes at zero", passed, 1e-3),
            at_least("Torch autograd, the same", torch.autograd.grad(h, start)[0].item(), 1e-3),
        ]
    )


@erratum(
    r"ReLU mitigates vanishing gradients, by letting them through for positive inputs (no condition).",
    truth=r"With weights that fit, and units that are open. Through 50 random layers by Xavier's rule ReLU "
    r"keeps about $4 \cdot 10^{-8}$ of the gradient's norm, *less than tanh*; it takes He's rule. And a "
    r"unit that is shut for every example gets exactly 0, where sigmoid and tanh get some.",
    question="s4.2.2",
    corrected=vanishing_depth.initialisation,
    certainty="arguable",
    reading="weights of variance $2/d$, and steps that kill no units",
)
def relu_is_the_remedy() -> Evidence:
    """Compare ReLU with tanh by Xavier's rule, by hand and by autograd; and a shut unit with a tanh unit."""
    by_hand, by_torch = (
        float(norm("relu", 1.0)) / float(norm("tanh", 1.0))
        for norm in (vanishing_depth.first_network, vanishing_depth.by_autograd)
    )
    return Evidence(
        [
            at_least("by hand, gradient left after 50 layers, ReLU over tanh", by_hand, 1),
            at_least("Torch autograd, the same", by_torch, 1),
            at_least(
                "Torch, first gradient of a unit with bias -3, ReLU over tanh",
                one_unit("relu", steps=1)[0] / one_unit("tanh", steps=1)[0],
                1,
            ),
        ]
    )


@erratum(
    r"Skip connections are a safeguard against overfitting: a form of regularisation that makes the network "
    r"learn simpler features.",
    truth=r"They add no penalty and remove no weight. The network with skips learns purely random labels by "
    r"heart. They were made against the opposite, *training* error that rises with depth (He et al. 2016, "
    r"section 1).",
    question="s4.2.3",
    corrected=learns_noise_by_heart,
    certainty="arguable",
    reading="compared with a plain network of the same depth that also fits the noise: in our run it loses "
    "less by noisy labels",
)
def safeguard_against_overfitting() -> Evidence:
    """Ask a network with skips to learn fewer random labels: half of them, or fewer than the plain one."""
    skip, plain = memorised(True, 1.0)[0], memorised(False, 1.0)[0]
    return Evidence(
        [
            at_most("Torch, random labels learnt", skip, 0.5),
            at_most("Torch, random labels learnt, skips over plain", skip / plain, 0.9),
        ]
    )
