# %% [markdown]
# # Train word vectors
#
# Do words that share their neighbours get similar vectors? To check an answer one needs a text in which it
# is known who belongs with whom. So the text of this lab is generated: a place and a gender change slowly,
# and each word says one of them, both, or neither. The chapter [word2vec](../words/word2vec.md) derives
# what is trained here.

# %%
import numpy as np
import torch

from workings.data.planted_words import PAIRS, PLACE_OF, PLACES, WORDS, planted_text

text = planted_text(100_000, np.random.default_rng(0))  # (T,)
print(" ".join(WORDS[word] for word in text[:16]))
print(len(text), "tokens of", len(WORDS), "words")

# %% [markdown]
# Read it aloud: *king* and *crown* come close together, *soup* is far from both. No cell below is told
# that.
#
# ## Which pairs are there?
#
# Skip-gram takes each word as centre and every word at most two places away as its context.

# %%
ahead = [np.stack([text[:-j], text[j:]], axis=1) for j in (1, 2)]
pairs = torch.from_numpy(np.concatenate([*ahead, *(one[:, ::-1] for one in ahead)]))  # (pairs, 2)
print(len(pairs), "pairs, such as", [[WORDS[word] for word in pair] for pair in pairs[:3].tolist()])

# %% [markdown]
# ## How fast does the loss fall?
#
# Each word gets a vector $u_i$ as centre and a vector $v_j$ as context. Negative sampling asks of a pair
# whether it was read or drawn. With $K$ negatives for each pair that was read, the loss of one pair is
#
# $$-\log \sigma(u_i^\top v_j) - \sum_{k=1}^{K} \log \sigma(-u_i^\top v_{n_k})$$
#
# The negatives $n_k$ are drawn as often as words occur, raised to a power of three quarters.

# %%
from workings.byhand.negative_sampling import noise_distribution
from workings.models.word2vec import SkipGram, train

noise = torch.from_numpy(noise_distribution(np.bincount(text, minlength=len(WORDS)), 0.75))
net = SkipGram(len(WORDS), d=9)
losses = train(net, pairs, steps=600, batch_size=2048, rate=0.03, noise=noise, K=5)
print(f"first step {losses[0]:.2f}, mean of the last fifty {np.mean(losses[-50:]):.2f}")

# %%
from workings.exhibits.drawing import SERIES, Figure, canvas
from workings.exhibits.notebook import show

figure, axes = canvas()
axes.plot(losses, color=SERIES[0], linewidth=0.8)
axes.set(xlabel="step", ylabel="loss")
show(Figure(figure, alt="The loss falls steeply in the first hundred steps, then slowly"))

# %% [markdown]
# Notice where it levels off: far above zero. A pair that was read could as well have been drawn, and no
# vector changes that. The loss says little about the vectors; their neighbours say more.
#
# ## Who is near whom?

# %%
from workings.byhand.neighbours import analogy, nearest
from workings.exhibits.exhibit import Table

U = net.U.detach().double().numpy()  # (n, d)
number = {word: one for one, word in enumerate(WORDS)}
rows = []
for word in ("king", "crown", "soup", "nun", "his"):
    near = nearest(U, U[number[word]], 3, exclude=number[word])
    rows.append([word, *(WORDS[one] for one in near)])
show(Table(["word", "nearest", "second", "third"], rows))

# %% [markdown]
# The neighbours of a word that says a place say the same place; the first two of *his* say the same gender.
# How often does that hold?

# %%
placed = np.flatnonzero(PLACE_OF >= 0)
first = np.array([nearest(U, U[one], 1, exclude=one)[0] for one in placed])
print((PLACE_OF[first] == PLACE_OF[placed]).sum(), "of", len(placed), "nearest neighbours say the same place")

# %% [markdown]
# ## Is there a direction that says *she*?
#
# If there is one, the step from *king* to *queen* is also the step from *monk* to *nun*. Take that step
# from the first word of each pair, and look which word is nearest to where it ends.

# %%
rows = []
for place in PLACES[1:]:
    he, she = PAIRS[place]
    found = WORDS[analogy(U, number["king"], number["queen"], number[he])[0]]
    rows.append([f"{he} → ?", found, found == she])
show(Table(["king → queen, as", "answer", "right"], rows))

# %% [markdown]
# An analogy leaves the three words of its question out of the answer, lest the step end where it began. Is
# that needed here? Allow them:

# %%
from workings.byhand.neighbours import unit_rows

X = unit_rows(U)
for place in PLACES[1:]:
    he, she = (number[word] for word in PAIRS[place])
    end = X[he] + X[number["queen"]] - X[number["king"]]
    print(WORDS[he], "→", WORDS[nearest(X, end, 1)[0]])

# %% [markdown]
# It is not: nine components are enough for a text that speaks of nothing but places and genders, and the
# step is long. **What goes wrong** is to expect as much of a real text, where a word says many things at
# once.
#
# Try it: let `d` be two, or take ten thousand tokens, and see which of the tables above breaks first.
