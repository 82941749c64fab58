# %% [markdown]
# # Train a model of characters
#
# A network reads eight of Shakespeare's sonnets, character by character, and learns to guess the next one.
# When does it stop learning English and begin to learn the sonnets by heart? A ninth sonnet that it never
# reads will tell. The chapter [Language models](../words/language-models.md) explains the model and how its
# guesses are scored.

# %%
import numpy as np
import torch

from workings.data.small_texts import HELD_OUT, SONNETS, verse

text, held = verse(), SONNETS[HELD_OUT]
alphabet = sorted(set(text + held))
number = {sign: one for one, sign in enumerate(alphabet)}
read, unread = (np.array([number[sign] for sign in one]) for one in (text, held))
print(len(read), "characters to read,", len(unread), "held back,", len(alphabet), "different ones")
print(held.splitlines()[0])

# %% [markdown]
# ## What would one guess without learning?
#
# A guess is scored by the bits it takes to name the character that comes: $-\log_2 p$. Who knows only how
# many different characters there are needs $\log_2 V$ bits for each; who also knows how often each occurs
# needs fewer.

# %%
share = (np.bincount(read, minlength=len(alphabet)) + 1) / (len(read) + len(alphabet))  # (V,)
print(f"all alike: {np.log2(len(alphabet)):.2f} bits a character")
print(f"by frequency: {-np.log2(share[unread]).mean():.2f} bits on the held-out sonnet")

# %% [markdown]
# ## When does it begin to learn by heart?
#
# The network keeps a state of 64 numbers and changes it with every character (a GRU). It reads 48
# characters at a time, at 16 places side by side. After every 50 steps it is scored on the sonnet that it
# has not read.

# %%
from workings.models.language_models import CharacterModel, character_logs, fit_characters

model = CharacterModel(len(alphabet), hidden=64, generator=torch.Generator().manual_seed(0))
losses, checks = fit_characters(model, read, steps=600, batch=16, length=48, learning_rate=0.01, held=unread)
bits = np.array(losses) / np.log(2)
unread_bits = np.array(checks) / np.log(2)
best = int(unread_bits.argmin())
print(f"reads its own text at {bits[-50:].mean():.2f} bits a character by the end")
print(f"held-out sonnet: {unread_bits[best]:.2f} at best, after {50 * (best + 1)} steps")
print(f"held-out sonnet: {unread_bits[-1]:.2f} at the end")

# %%
from workings.exhibits.drawing import INK, SERIES, Figure, canvas
from workings.exhibits.notebook import show

figure, axes = canvas()
steps = 50 * np.arange(1, len(checks) + 1)
axes.plot(steps, bits.reshape(-1, 50).mean(axis=1), color=SERIES[0], label="sonnets it reads")
axes.plot(steps, unread_bits, color=SERIES[1], linestyle="--", label="sonnet held out")
axes.set(xlabel="step", ylabel="bits a character", ylim=0)
axes.legend(frameon=False, labelcolor=INK)
show(Figure(figure, alt="On the text it reads the loss keeps falling; on the held-out sonnet it turns"))

# %% [markdown]
# Notice where the curves part. Up to there the network learns what all sonnets have in common; beyond,
# what is true of these eight alone, and that costs it dearly on the ninth. By the end it is hardly better
# there than the frequencies of single characters.
#
# ## What does it write?
#
# It writes by drawing the next character from what it predicts. A temperature $\tau$ below one sharpens the
# prediction before the draw, one above flattens it.

# %%
from workings.models.language_models import write_characters

start = np.array([number[sign] for sign in "Shall I "])
for temperature in (0.5, 1.0):
    written = write_characters(model, start, 160, temperature, seed=1)
    print(f"temperature {temperature}")
    print("Shall I " + "".join(alphabet[one] for one in written), end="\n\n")

# %% [markdown]
# It sounds like Shakespeare. Does it copy? Let it write a thousand characters, and look for the longest piece
# that stands in the text as it is.

# %%
written = "".join(alphabet[one] for one in write_characters(model, start, 1000, seed=1))
pieces = (written[a:b] for a in range(len(written)) for b in range(a + 1, a + 80))
longest = max((piece for piece in pieces if piece in text), key=len)
print(len(longest), "characters in a row:", repr(longest))

# %% [markdown]
# **What goes wrong.** A low loss on the text that was read is no sign of a good model. By that measure the
# network at the end is the best of all; by the sonnet held out it is not.
#
# ## Which characters are hard?

# %%
from workings.exhibits.exhibit import Table

cost = -character_logs(model, unread) / np.log(2)  # (N - 1,)
kinds = {
    "after a space": unread[:-1] == number[" "],
    "within a word": np.array([alphabet[one].isalpha() for one in unread[:-1]]),
    "after a comma": unread[:-1] == number[","],
}
rows = [[name, int(here.sum()), float(cost[here].mean())] for name, here in kinds.items()]
show(Table(["place", "how many", "bits"], rows, ["", "d", ".2f"]))

# %% [markdown]
# The first letter of a word costs most: there the network must choose a word, within it only spell. Try it:
# train for fewer steps, and see whether all places gain alike.
