"""Which tokens of frequent words stay: two formulas, a program's random numbers, and where each begins."""

from __future__ import annotations

import numpy as np
import sympy
import torch

from workings.byhand.subsampling import kept, kept_in_the_paper
from workings.claims.claim import Evidence, claim
from workings.claims.witness import close, equal, estimate
from workings.models.block_word2vec import Settings, draw_epoch

COUNTS = np.array([60_000, 10_000, 3_000, 1_500, 500, 25_000])
T = 1e-2
DRAWS = 40_000


def programs_draws(count: int, total: int, t: float, draws: int) -> list[bool]:
    """Decide about tokens of one word as word2vec.c does, with its own generator of random numbers."""
    ran = (np.sqrt(count / (t * total)) + 1) * (t * total) / count
    state, stays = 1, []
    for _ in range(draws):
        state = (state * 25214903917 + 11) % 2**64
        stays.append(not ran < (state & 0xFFFF) / 65536)
    return stays


@claim(
    r"word2vec's own program keeps a token of a word of frequency $f$ with probability "
    r"$\min\bigl(1, \sqrt{t/f} + t/f\bigr)$, more often than the paper's $\min\bigl(1, \sqrt{t/f}\bigr)$."
)
def what_the_program_keeps() -> Evidence:
    """Run the program's arithmetic, run ours, and rewrite its formula."""
    f, t = sympy.symbols("f t", positive=True)
    rewritten = sympy.simplify((sympy.sqrt(f / t) + 1) * t / f - (sympy.sqrt(t / f) + t / f))
    total = int(COUNTS.sum())
    drawn = programs_draws(int(COUNTS[0]), total, T, DRAWS)
    chance = kept(COUNTS, T)
    tokens = torch.from_numpy(np.repeat(np.arange(len(COUNTS)), COUNTS))
    settings = Settings(window=1, shared=1)
    keep = torch.from_numpy(chance).float()
    epoch = draw_epoch(tokens, torch.zeros_like(tokens), keep, torch.zeros(1, dtype=torch.long), settings, 0)
    left = int((epoch.tokens[1:-1] == 1).sum()) / int(COUNTS[1])
    paper = kept_in_the_paper(COUNTS, T)
    return Evidence(
        [
            equal("SymPy: the program's expression less this one", rewritten, 0),
            estimate(
                "word2vec.c's decisions, replayed with its generator",
                np.array(drawn, dtype=float),
                float(chance[0]),
            ),
            close("tokens left by the Torch model", left, chance[1], 0.03),
        ],
        {"program": float(chance[0]), "paper": float(paper[0]), "share": float(COUNTS[0] / total), "t": T},
    )


@claim(
    r"The paper's formula thins out every word more frequent than $t$, the program's only words more "
    r"frequent than $\varphi^2 t$, where $\varphi = (1 + \sqrt 5)/2$ is the golden ratio."
)
def where_thinning_begins() -> Evidence:
    """Solve for the frequency at which the chance to stay is 1; then look for it among many words."""
    x = sympy.symbols("x", positive=True)
    (found,) = sympy.solve(sympy.Eq(sympy.sqrt(1 / x) + 1 / x, 1), x)
    golden = ((1 + sympy.sqrt(5)) / 2) ** 2
    counts = np.arange(1, 4001)
    f = counts / counts.sum()
    t = float(f[999])
    first = [f[np.argmax(one(counts, t) < 1 - 1e-12)] / t for one in (kept_in_the_paper, kept)]
    return Evidence(
        [
            equal("SymPy solves for f / t", sympy.simplify(found - golden), 0),
            close("the first of 4000 words that are thinned", first, [1, float(golden)], 2e-3),
        ],
        {"golden": float(golden)},
    )
