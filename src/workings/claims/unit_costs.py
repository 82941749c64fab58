"""What characters and words cost: multiplications, parameters, and what training keeps."""

from __future__ import annotations

import sympy
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close, equal
from workings.models.language_models import CharacterModel

KINDS = {"words": (5000, 200), "characters": (100, 1000)}  # how many there are, how many in one text
WIDTHS = {"narrow": 100, "wide": 400}


def keeps(model: CharacterModel, steps: int, batch: int = 1) -> dict[str, int]:
    """Count the numbers that autograd keeps for the way back: the recurrent part's, and the output's."""
    own = {weight.untyped_storage().data_ptr() for weight in model.parameters()}
    parts: list[dict[int, torch.Tensor]] = []

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        if tensor.untyped_storage().data_ptr() not in own and tensor.is_floating_point():
            parts[-1][tensor.untyped_storage().data_ptr()] = tensor
        return tensor

    tokens = torch.zeros(batch, steps, dtype=torch.long)
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        parts.append({})
        hidden, _ = model.recurrent(model.embedding(tokens))
        parts.append({})
        loss = nn.functional.cross_entropy(model.output(hidden).flatten(0, 1), tokens.flatten())
    states, output = (
        sum(
            one.untyped_storage().nbytes() // one.element_size()
            for place, one in part.items()
            if place in new
        )
        for part, new in zip(parts, (set(parts[0]), set(parts[1]) - set(parts[0])), strict=True)
    )
    del loss
    return {"states": states, "output": output, "all": states + output}


@claim(
    r"For one text a word model takes a fifth of the steps, but each ends in a longer softmax: 5,000 words "
    r"of 5 characters against 100 characters, ten times the multiplications. In a narrow network that "
    r"decides and words cost more in all; in a wide one the recurrent layer decides, and words cost less "
    r"(with one gated layer of width $H$, from $H = 188$). Pairs of attention are a twenty-fifth.",
    answers=("s1.2.a.2", "s1.2.a.1"),
)
def costs() -> Evidence:
    """Count multiplications by formula, and let Torch count its own, for 1,000 characters at two widths."""
    work: dict[str, dict[str, int]] = {}
    counted: dict[str, dict[str, int]] = {}
    for place, width in WIDTHS.items():
        work[place] = {name: count * (6 * width**2 + size * width) for name, (size, count) in KINDS.items()}
        counted[place] = {}
        for name, (size, count) in KINDS.items():
            with FlopCounterMode(display=False) as counter, torch.no_grad():
                CharacterModel(size, width)(torch.zeros(1, 10, dtype=torch.long))
            counted[place][name] = counter.get_total_flops() // 2 * count // 10
    output = {name: count * size * WIDTHS["narrow"] for name, (size, count) in KINDS.items()}
    pairs = {name: sum(range(1, count + 1)) for name, (_, count) in KINDS.items()}
    H = sympy.Symbol("H", positive=True)
    turn = sympy.solve(200 * (6 * H**2 + 5000 * H) - 1000 * (6 * H**2 + 100 * H), H)
    return Evidence(
        [
            equal("multiplications, Torch's count and the formula", counted, work),
            close("output layer, words over characters", output["words"] / output["characters"], 10, 0),
            at_least(
                "narrow, words over characters", work["narrow"]["words"] / work["narrow"]["characters"], 1.5
            ),
            at_most("wide, words over characters", work["wide"]["words"] / work["wide"]["characters"], 0.7),
            equal("width at which both cost the same", turn, [sympy.Rational(375, 2)]),
            close("pairs attended to, characters over words", pairs["characters"] / pairs["words"], 25, 0.5),
        ],
        {
            "work": work,
            "ratio": output["words"] / output["characters"],
            "pairs": pairs,
            "width": WIDTHS,
            "turn": float(turn[0]),
        },
    )


@claim(
    r"Characters need fewer parameters (no long tables at the input and the output). What training on one "
    r"text keeps for the way back is five times as many states for characters, but a far longer softmax "
    r"for 5,000 words: in a narrow network characters keep less, in a wide one more. With the parameters "
    r"counted too, characters need less for one text in either, and in the wide one more from two texts on.",
    answers=("s1.2.a.1",),
)
def memory() -> Evidence:
    """Count parameters of two networks, and the numbers that autograd keeps for 1,000 characters."""
    sizes, kept = {}, {}
    for place, width in WIDTHS.items():
        models = {name: CharacterModel(size, width) for name, (size, _) in KINDS.items()}
        kept[place] = {name: keeps(model, KINDS[name][1]) for name, model in models.items()}
        sizes[place] = {
            name: sum(one.numel() for one in model.parameters()) for name, model in models.items()
        }
    formula = {
        place: {name: 2 * size * width + size + 6 * width * (width + 1) for name, (size, _) in KINDS.items()}
        for place, width in WIDTHS.items()
    }
    narrow, wide = kept["narrow"], kept["wide"]
    total = {
        place: {name: sizes[place][name] + kept[place][name]["all"] for name in KINDS} for place in WIDTHS
    }
    wide_models = {name: CharacterModel(size, WIDTHS["wide"]) for name, (size, _) in KINDS.items()}
    total["two_texts"] = {
        name: sizes["wide"][name] + keeps(model, KINDS[name][1], batch=2)["all"]
        for name, model in wide_models.items()
    }
    one_more = {name: wide[name]["all"] for name in KINDS}  # what each further text adds, to a few numbers
    equal_at = (sizes["wide"]["words"] - sizes["wide"]["characters"]) / (
        one_more["characters"] - one_more["words"]
    )
    return Evidence(
        [
            equal("parameters, counted and by formula", sizes, formula),
            close(
                "states kept, characters over words",
                narrow["characters"]["states"] / narrow["words"]["states"],
                5,
                0.5,
            ),
            at_least(
                "output kept, words over characters",
                narrow["words"]["output"] / narrow["characters"]["output"],
                5,
            ),
            at_most(
                "narrow, activations kept, characters over words",
                narrow["characters"]["all"] / narrow["words"]["all"],
                0.95,
            ),
            at_least(
                "wide, activations kept, characters over words",
                wide["characters"]["all"] / wide["words"]["all"],
                1.5,
            ),
            at_most(
                "one text, parameters and activations, characters over words",
                max(total[place]["characters"] / total[place]["words"] for place in WIDTHS),
                0.95,
            ),
            at_least(
                "wide, two texts, parameters and activations, characters over words",
                total["two_texts"]["characters"] / total["two_texts"]["words"],
                1,
            ),
            close("wide, texts at which both need the same", equal_at, 1.98, 0.01),
        ],
        {
            "parameters": sizes["narrow"],
            "wide_parameters": sizes["wide"],
            "kept": kept,
            "total": total,
            "width": WIDTHS,
        },
    )
