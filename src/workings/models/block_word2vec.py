r"""Skip-gram by blocks: the centres of a block share their negatives, and all is matrix products.

Axes: ``N`` tokens, ``n`` words, ``d`` components, ``w`` window, ``b`` blocks, ``B`` centres of a block,
``S`` negatives of a block, ``R = B + 2w + S`` rows that a block compares its centres with.
Source: Ji, Satish, Li and Dubey 2016, section III (other blocks); Mikolov et al. 2013, sections 2.2 and 2.3.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid, pad

from workings.byhand.arguments import whole
from workings.byhand.negative_sampling import noise_distribution
from workings.byhand.subsampling import kept

ENTRIES = 1 << 20  # of the table from which negatives are drawn
LIMIT = 2.0  # of the learning rate times the weights that a word's row gets in a step
STEPS = 8  # a thread takes so many at a time


@dataclass(frozen=True)
class Settings:
    """What word2vec leaves open; down to ``epochs`` as in word2vec's own program and in gensim.

    Parameters
    ----------
    d, window, negatives : components, the widest window, negatives for a pair.
    sample : the frequency from which words are thinned out; 1 keeps all.
    power : of the counts, in the distribution of negatives.
    rate, last_rate : the learning rate falls from the one to the other in a line.
    epochs : how often the text is read.
    block, shared : centres in a block, and the negatives they share.
    blocks : so many blocks make a step.
    """

    d: int = 100
    window: int = 5
    negatives: int = 5
    sample: float = 1e-3
    power: float = 0.75
    rate: float = 0.025
    last_rate: float = 1e-4
    epochs: int = 5
    block: int = 16
    shared: int = 16
    blocks: int = 16


@dataclass(frozen=True)
class Blocks:
    """Some blocks of the text: what is compared, and how much each comparison weighs.

    ``centres`` (b, B) and ``rows`` (b, R) are words; ``inside`` (b, B, B + 2w) is 1 where a row is a context
    of the centre; ``weights`` (b, B, 1) is what each of the block's negatives counts for a centre.
    """

    centres: Tensor
    rows: Tensor
    inside: Tensor
    weights: Tensor

    def part(self, start: int, stop: int) -> Blocks:
        """Give some of the blocks."""
        cut = slice(start, stop)
        return Blocks(self.centres[cut], self.rows[cut], self.inside[cut], self.weights[cut])


@dataclass(frozen=True)
class Epoch:
    """One reading of the text: thinned words, windows and negatives drawn, cut into blocks."""

    tokens: Tensor  # (b B + 2w): the words that are left, and w places before and behind them
    pattern: Tensor  # (b B): which row of ``patterns`` is the centre's
    pairs: Tensor  # (b B): how many contexts the centre has
    noise: Tensor  # (b, S): negatives
    patterns: Tensor  # (B (w + 1)^2, B + 2w)
    settings: Settings

    def __len__(self) -> int:
        """Count the blocks."""
        return len(self.noise)

    def blocks(self, start: int, stop: int) -> Blocks:
        """Give blocks ``start`` to ``stop``."""
        B, w, S = self.settings.block, self.settings.window, self.settings.shared
        stop = min(stop, len(self))
        tokens = self.tokens[start * B : stop * B + 2 * w].unfold(0, B + 2 * w, B)  # (b, B + 2w)
        inside = self.patterns.index_select(0, self.pattern[start * B : stop * B])  # (b B, B + 2w)
        weights = self.pairs[start * B : stop * B] * (self.settings.negatives / S)  # (b B)
        rows = torch.cat([tokens, self.noise[start:stop]], dim=1)  # (b, R)
        return Blocks(tokens[:, w : w + B], rows, inside.view(-1, B, B + 2 * w), weights.view(-1, B, 1))


def noise_table(counts: Tensor, power: float, entries: int = ENTRIES) -> Tensor:
    """Return a table in which each word stands as often as it should be drawn, shape (entries)."""
    share = torch.from_numpy(noise_distribution(counts.cpu().numpy(), power)).cumsum(0)
    places = (torch.arange(entries, dtype=torch.float64) + 0.5) / entries
    return torch.searchsorted(share, places).clamp(max=len(share) - 1).to(counts.device)


def patterns(block: int, window: int) -> Tensor:
    """Return who is a context, for every reach to the left and to the right and every centre of a block.

    Shape (w + 1, w + 1, B, B + 2w); centre ``c`` stands at place ``w + c``.
    """
    reach = torch.arange(window + 1)
    places = torch.arange(block + 2 * window)
    offset = places - places[window : window + block, None]  # (B, B + 2w)
    left = (offset < 0) & (offset >= -reach[:, None, None])  # (w + 1, B, B + 2w)
    right = (offset > 0) & (offset <= reach[:, None, None])  # (w + 1, B, B + 2w)
    return (left[:, None] | right[None, :]).float()


def draw_epoch(
    tokens: Tensor, lines: Tensor, keep: Tensor, table: Tensor, settings: Settings, seed: int
) -> Epoch:
    """Thin out the text (N), draw windows from 1 to w and negatives, and cut it into blocks.

    No window reaches into another of the ``lines`` (N), which are numbers that ascend.
    """
    B, w, where = settings.block, settings.window, tokens.device
    generator = torch.Generator(where).manual_seed(seed)
    chance = keep.index_select(0, tokens)  # (N); index_select is ten times as fast here as brackets are
    stay = (torch.rand(len(tokens), generator=generator, device=where) < chance).nonzero().view(-1)  # (kept)
    tokens, lines = tokens.index_select(0, stay), lines.index_select(0, stay)  # (kept)
    b = -(-len(tokens) // B)
    spare = b * B - len(tokens)
    place = torch.arange(len(tokens), device=where)
    reach = torch.randint(1, w + 1, (len(tokens),), generator=generator, device=where)
    ends = lines.bincount().cumsum(0)  # (lines): the place behind each line
    left = torch.minimum(reach, place - (ends - lines.bincount()).index_select(0, lines))
    right = torch.minimum(reach, ends.index_select(0, lines) - 1 - place)
    sides = pad(left * (w + 1) + right, (0, spare)).view(b, B)
    pattern = (sides * B + torch.arange(B, device=where)).view(-1)
    drawn = torch.randint(len(table), (b * settings.shared,), generator=generator, device=where)  # (b S)
    return Epoch(
        tokens=pad(tokens, (w, w + spare)),
        pattern=pattern,
        pairs=pad((left + right).float(), (0, spare)),
        noise=table.index_select(0, drawn).view(b, -1),
        patterns=patterns(B, w).flatten(0, 2).to(where),
        settings=settings,
    )


def block_loss(U: Tensor, V: Tensor, blocks: Blocks) -> Tensor:
    r"""Return the negative-sampling loss of a step, summed over its pairs.

    $-\sum_{i,j} \bigl(\log\sigma(u_i \cdot v_j) + \frac{K}{S} \sum_s \log\sigma(-u_i \cdot v_s)\bigr)$:
    a pair's own $K$ negatives are replaced by the $S$ of its block, weighed with $K/S$.
    """
    scores = U[blocks.centres] @ V[blocks.rows].transpose(1, 2)  # (b, B, R)
    split = blocks.inside.shape[2]
    seen = logsigmoid(scores[..., :split]) * blocks.inside  # (b, B, B + 2w)
    drawn = logsigmoid(-scores[..., split:]) * blocks.weights  # (b, B, S)
    return -(seen.sum() + drawn.sum())


def shares(counts: Tensor, keep: Tensor, settings: Settings) -> tuple[Tensor, Tensor]:
    """Return what part of a step's gradient each word's rows of U and of V take, shape (n) each: 1 for most.

    The shares of a step are added up, all of them computed from the same old vectors. A word so frequent that
    the rate times their expected weight passes ``LIMIT`` would overshoot: it takes so much less of them.
    """
    left = counts.double().cpu() * keep.double().cpu()
    words = settings.blocks * settings.block * (settings.window + 1)  # pairs of a step
    as_word = words * left / left.sum()
    as_negative = (
        words * settings.negatives * torch.from_numpy(noise_distribution(counts.cpu(), settings.power))
    )
    weights = (as_word * (1 + settings.negatives), as_word + as_negative)
    U, V = ((LIMIT / (settings.rate * weight)).clamp(max=1).float().to(counts.device) for weight in weights)
    return U, V


def step(
    U: Tensor, V: Tensor, blocks: Blocks, rate: float, parts: tuple[Tensor, Tensor] | None = None
) -> None:
    r"""Descend once along the gradient of :func:`block_loss`, in place: three batched matrix products.

    With $G$ the derivatives by the scores, $\sigma - 1$ for a context, $\frac{K}{S}\sigma$ for a negative and
    each of the centre's contexts, the gradients are $G V$ for the centres and $G^\top U$ for the rows. With
    ``parts`` (n) and (n), words take the parts of it that :func:`shares` gives.
    """
    d, split = U.shape[1], blocks.inside.shape[2]
    centres, rows = blocks.centres.reshape(-1), blocks.rows.reshape(-1)
    u = U.index_select(0, centres).view(*blocks.centres.shape, d)  # (b, B, d)
    v = V.index_select(0, rows).view(*blocks.rows.shape, d)  # (b, R, d)
    G = torch.bmm(u, v.transpose(1, 2)).sigmoid_()  # (b, B, R)
    G[..., :split].sub_(1).mul_(blocks.inside)
    G[..., split:].mul_(blocks.weights)
    G.mul_(-rate)
    dU, dV = torch.bmm(G, v).view(-1, d), torch.bmm(G.transpose(1, 2), u).view(-1, d)
    if parts is not None:
        dU.mul_(parts[0].index_select(0, centres)[:, None])
        dV.mul_(parts[1].index_select(0, rows)[:, None])
    _add(U, centres, dU)
    _add(V, rows, dV)


def _add(table: Tensor, rows: Tensor, what: Tensor) -> None:
    """Add to rows of a table, each as often as it is named; on a CPU this is faster than index_add_."""
    table.scatter_add_(0, rows[:, None].expand(-1, table.shape[1]), what)


@dataclass
class Fit:
    """Centre and context vectors, shape (n, d) each, and the mean loss of a pair on the way."""

    U: Tensor
    V: Tensor
    reads: list[float] = field(default_factory=list)  # how often the text had been read
    losses: list[float] = field(default_factory=list)


def train(
    tokens: Tensor, lines: Tensor, counts: Tensor, settings: Settings, *, seed: int = 0, threads: int = 1
) -> Fit:
    """Train on a text in numbers: ``tokens`` and ``lines`` (N), ``counts`` (n) of the words.

    It runs on the device of ``tokens``. One thread gives the same vectors every time. More take turns at the
    steps and write into the same tables without waiting for one another (Hogwild), as gensim's do: then some
    digits are left to chance.

    Raises
    ------
    ValueError : the vectors are no longer finite.

    Examples
    --------
    >>> import torch
    >>> from workings.models.block_word2vec import Settings, train
    >>> tokens, lines = torch.tensor([0, 1, 0, 2, 0, 1]), torch.tensor([0, 0, 0, 0, 1, 1])
    >>> fit = train(tokens, lines, torch.tensor([3, 2, 1]), Settings(d=4, sample=1.0))
    >>> print(fit.U.shape, round(fit.losses[0], 4))  # 6 log 2: nothing is known yet
    torch.Size([3, 4]) 4.1589
    """
    n, place = len(counts), tokens.device
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.rand(n, settings.d, generator=generator)
    fit = Fit(((drawn - 0.5) / settings.d).to(place), torch.zeros(n, settings.d, device=place))
    keep = torch.from_numpy(kept(counts.cpu().numpy(), settings.sample)).float().to(place)
    table = noise_table(counts, settings.power)
    parts = shares(counts, keep, settings)
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with ThreadPoolExecutor(whole(threads, "threads")) as pool:
            for number in range(settings.epochs):
                drawn_seed = seed * 1_000_003 + number
                epoch = draw_epoch(tokens, lines, keep, table, settings, drawn_seed)
                running = [
                    pool.submit(_read, fit, epoch, parts, number, one, threads) for one in range(threads)
                ]
                for one in running:
                    one.result()
    finally:
        torch.set_num_threads(before)
    if not bool(fit.U.isfinite().all()):
        raise ValueError(
            f"the vectors are no longer finite after {settings.epochs} epochs: lower blocks or rate"
        )
    return fit


def _read(
    fit: Fit, epoch: Epoch, parts: tuple[Tensor, Tensor], number: int, thread: int, threads: int
) -> None:
    """Take every ``threads``-th stretch of an epoch, step by step; the first thread notes the loss."""
    settings = epoch.settings
    length = STEPS * settings.blocks
    starts = range(thread * length, len(epoch), threads * length)
    noted = {starts[len(starts) * tenth // 10] for tenth in range(10)} if starts else set()
    for start in starts:
        stretch = epoch.blocks(start, start + length)
        if thread == 0 and start in noted:
            fit.reads.append(number + start / len(epoch))
            fit.losses.append(float(block_loss(fit.U, fit.V, stretch) / stretch.inside.sum()))
        for first in range(0, len(stretch.rows), settings.blocks):
            done = (number + (start + first) / len(epoch)) / settings.epochs
            rate = settings.rate + (settings.last_rate - settings.rate) * done
            step(fit.U, fit.V, stretch.part(first, first + settings.blocks), rate, parts)
