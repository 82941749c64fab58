"""One convolution by hand: a 3 by 3 kernel over a 4 by 5 image, with padding 1 and stride 2."""

import numpy as np

image = np.arange(20.0).reshape(4, 5)
kernel = np.array([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]])
stride, padding = 2, 1

padded = np.pad(image, padding)  # (6, 7)
rows = (padded.shape[0] - 3) // stride + 1
columns = (padded.shape[1] - 3) // stride + 1
output = np.zeros((rows, columns))
for i in range(rows):
    for j in range(columns):
        window = padded[i * stride : i * stride + 3, j * stride : j * stride + 3]
        output[i, j] = (window * kernel).sum()

print(f"{image.shape} -> {output.shape}")
print(output)
