"""One head and two, while the length of key a varies."""

import math

import numpy as np

rng = np.random.default_rng(0)
n, lam, count = 10, 10.0, 20_000
gamma = math.sqrt(0.5) * rng.normal(size=count)  # k_a = (1 + gamma) mu_a


def weight_of_a(others):
    """Softmax weight of a score lam (1 + gamma) among fixed scores of the others."""
    return 1 / (1 + np.exp(others - lam * (1 + gamma)))


one = weight_of_a(math.log(math.exp(lam) + n - 2))  # q = lam (mu_a + mu_b)
two = weight_of_a(math.log(n - 1)) / 2  # q_1 = lam mu_a; head 2 gives a next to nothing
print("the weight of v_a in c")
for name, weight in (("one head", one), ("two heads", two)):
    tenths = np.histogram(weight, bins=10, range=(0, 1))[0] / count
    print(f"{name} mean {weight.mean():.2f}, variance {weight.var():.3f}, by tenths:")
    print("  ", " ".join(f"{share:.2f}" for share in tenths))

negative = 1 + gamma < 0
print(f"k_a . q_1 < 0: {negative.mean():.3f} of samples, by formula {math.erfc(1) / 2:.3f}")
print(f"two heads without those: variance {two[~negative].var():.4f}")
