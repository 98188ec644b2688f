# SPDX-License-Identifier: Apache-2.0
# Fits the three polynomials of normalFromWord in RandomStream+Normal.swift and prints them, highest power first.
# Weighted least squares repeated with growing weights on the worst points (Lawson's iteration toward minimax).
# Made with numpy 2.4.6 and scipy 1.17.1.
import numpy as np
from scipy.special import ndtri


def fit(function, low, high, degree, centre, weight, rounds=60, points=3000):
    x = (low + high) / 2 + (high - low) / 2 * np.cos(np.pi * (np.arange(points) + 0.5) / points)
    y, w = function(x), weight(x)
    lawson = np.ones(points)
    for _ in range(rounds):
        p = np.polyfit(x - centre, y, degree, w=w * np.sqrt(lawson))
        error = np.abs(np.polyval(p, x - centre) - y) * w
        lawson *= error / error.max() + 1e-3
    return p, error.max()


def ratio(w):
    """Phi^-1(1 - t) / x with x = 1 - 2t and w = -log(1 - x^2)."""
    w = np.maximum(w, 1e-9)
    x = np.sqrt(-np.expm1(-w))
    return -ndtri(np.exp(-w) / (1 + x) / 2) / x


SPLIT, LARGEST = 5.0, 22.2  # the smallest t is 2^-33, hence w <= 31 log 2 + small
low, high = np.sqrt(0.5) - 1, np.sqrt(2) - 1
for name, result in {
    "log(1 + f): (log(1 + f) - f + f^2/2) / f^3": fit(
        lambda f: (np.log1p(f) - f + f * f / 2) / f**3, low, high, 7, 0.0,
        lambda f: np.abs(f**3) / np.maximum(np.abs(np.log1p(f)), 1e-3), rounds=1, points=400),
    "central, in w - 2.5": fit(ratio, 0, SPLIT, 8, 2.5, lambda w: 1 / ratio(w)),
    "far, in sqrt(w) - 3.473877786627844": fit(
        lambda r: ratio(r * r), np.sqrt(SPLIT), np.sqrt(LARGEST), 9, 3.473877786627844, lambda r: 1 / ratio(r * r)),
}.items():
    print(name, "largest relative error", result[1])
    print("   ", [float(np.float32(c)) for c in result[0]])
