"""What is wrong in the published answer on parallelism (document 004, part 1, question 7)."""

from __future__ import annotations

import torch

from workings.claims import layer_costs, parallel
from workings.claims.claim import Evidence, erratum
from workings.claims.parallel import TinyDecoder
from workings.claims.witness import at_least


@erratum(
    r"The test-time forward pass of a sequence cannot be parallelised in a decoder transformer.",
    truth=r"Generating cannot. Scoring a given text at test time (perplexity, ranking translations, reading "
    r"a prompt) is one parallel pass, as in training.",
    question="s4.1.7",
    corrected=parallel.scoring_is_parallel,
    certainty="arguable",
    reading="the test-time pass is one that generates",
)
def test_pass_is_sequential() -> Evidence:
    """Score a given text at test time, and count how its chain of products grows with its length."""
    model = TinyDecoder().eval()
    text = torch.randint(11, (1, 16), generator=torch.Generator().manual_seed(3))
    chains = [layer_costs.matrix_chain(model(text[:, :t])) for t in (4, 8, 16)]
    return Evidence(
        [
            at_least(
                "Torch's graph, growth of the chain from 4 tokens to 16, one a token",
                chains[2] - chains[0],
                12,
            )
        ],
        {"chains": chains},
    )
