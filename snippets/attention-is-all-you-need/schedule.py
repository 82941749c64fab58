"""The learning rate of section 5.3, at a few steps."""


def rate(step, d_model, warmup=4000):
    """Rise linearly, then fall as one over the root of the step."""
    return d_model**-0.5 * min(step**-0.5, step * warmup**-1.5)


for step in (1, 1000, 4000, 16_000, 100_000):
    print(f"step {step:>6}: base {rate(step, 512):.2e}   big {rate(step, 1024):.2e}")
