"""The error of a central and of a one-sided difference against the step, where the slope is known."""

import numpy as np

for dtype in (np.float32, np.float64):
    x = dtype(1)
    print(dtype.__name__, "  step    central  one-sided")
    for power in range(-12, 0, 2) if dtype is np.float64 else range(-6, 0):
        step = dtype(10.0**power)
        up, here, down = (float(np.exp(one)) for one in (x + step, x, x - step))
        central, one_sided = (up - down) / (2 * float(step)), (up - here) / float(step)
        print(f"         1e{power:03}  {abs(central / np.e - 1):8.0e} {abs(one_sided / np.e - 1):8.0e}")
