"""Numbers of Vaswani et al. 2017 (arXiv:1706.03762), from tables 2 and 3, section 5 and footnote 5.

Nothing here is computed; claims hold these numbers against what is computed.
"""

from __future__ import annotations

from dataclasses import dataclass

SECONDS_PER_STEP = {"base": 0.4, "big": 1.0}  # section 5.2
STEPS = {"base": 100_000, "big": 300_000}  # section 5.2
HOURS = {"base": 12.0, "big": 3.5 * 24}  # section 5.2
GPUS = 8  # section 5.2
P100_FLOPS = 9.5e12  # footnote 5: sustained single precision
VOCAB_SIZE = 37_000  # section 5.1, "about", shared by both languages
BATCH_TOKENS = 25_000  # section 5.1, "approximately", on each side
WARMUP = 4000  # section 5.3


@dataclass(frozen=True)
class Result:
    """A row of table 2: BLEU on newstest2014 and the training cost; ``None`` where the table is empty."""

    model: str
    german: float | None
    french: float | None
    german_cost: float | None
    french_cost: float | None
    ensemble: bool = False


TABLE_2 = (
    Result("ByteNet", 23.75, None, None, None),
    Result("Deep-Att + PosUnk", None, 39.2, None, 1.0e20),
    Result("GNMT + RL", 24.6, 39.92, 2.3e19, 1.4e20),
    Result("ConvS2S", 25.16, 40.46, 9.6e18, 1.5e20),
    Result("MoE", 26.03, 40.56, 2.0e19, 1.2e20),
    Result("Deep-Att + PosUnk", None, 40.4, None, 8.0e20, ensemble=True),
    Result("GNMT + RL", 26.30, 41.16, 1.8e20, 1.1e21, ensemble=True),
    Result("ConvS2S", 26.36, 41.29, 7.7e19, 1.2e21, ensemble=True),
    Result("Transformer (base)", 27.3, 38.1, 3.3e18, 3.3e18),
    Result("Transformer (big)", 28.4, 41.8, 2.3e19, 2.3e19),
)


@dataclass(frozen=True)
class Variant:
    """A row of table 3: its letter, what it changes, and what is printed; ``None`` where it is empty."""

    row: str
    change: str
    n_layer: int = 6
    d_model: int = 512
    d_ff: int = 2048
    n_head: int = 8
    d_k: int = 64
    d_v: int = 64
    perplexity: float = 0.0
    bleu: float = 0.0
    millions: int | None = None


TABLE_3 = (
    Variant("base", "", perplexity=4.92, bleu=25.8, millions=65),
    Variant("A", "$h = 1$", n_head=1, d_k=512, d_v=512, perplexity=5.29, bleu=24.9),
    Variant("A", "$h = 4$", n_head=4, d_k=128, d_v=128, perplexity=5.00, bleu=25.5),
    Variant("A", "$h = 16$", n_head=16, d_k=32, d_v=32, perplexity=4.91, bleu=25.8),
    Variant("A", "$h = 32$", n_head=32, d_k=16, d_v=16, perplexity=5.01, bleu=25.4),
    Variant("B", "$d_k = 16$", d_k=16, perplexity=5.16, bleu=25.1, millions=58),
    Variant("B", "$d_k = 32$", d_k=32, perplexity=5.01, bleu=25.4, millions=60),
    Variant("C", "$N = 2$", n_layer=2, perplexity=6.11, bleu=23.7, millions=36),
    Variant("C", "$N = 4$", n_layer=4, perplexity=5.19, bleu=25.3, millions=50),
    Variant("C", "$N = 8$", n_layer=8, perplexity=4.88, bleu=25.5, millions=80),
    Variant("C", "$d = 256$", d_model=256, d_k=32, d_v=32, perplexity=5.75, bleu=24.5, millions=28),
    Variant("C", "$d = 1024$", d_model=1024, d_k=128, d_v=128, perplexity=4.66, bleu=26.0, millions=168),
    Variant("C", "$d_{ff} = 1024$", d_ff=1024, perplexity=5.12, bleu=25.4, millions=53),
    Variant("C", "$d_{ff} = 4096$", d_ff=4096, perplexity=4.75, bleu=26.2, millions=90),
    Variant("D", "dropout 0.0", perplexity=5.77, bleu=24.6),
    Variant("D", "dropout 0.2", perplexity=4.95, bleu=25.5),
    Variant("D", "smoothing 0.0", perplexity=4.67, bleu=25.3),
    Variant("D", "smoothing 0.2", perplexity=5.47, bleu=25.7),
    Variant("E", "learned positions", perplexity=4.92, bleu=25.7),
    Variant(
        "big",
        "",
        d_model=1024,
        d_ff=4096,
        n_head=16,
        perplexity=4.33,
        bleu=26.4,
        millions=213,
    ),
)
