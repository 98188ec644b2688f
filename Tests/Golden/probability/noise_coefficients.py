# SPDX-License-Identifier: Apache-2.0
# Fits the polynomials of normal_quantile.h, truncated_log_normal.c and, in double precision,
# truncated_log_normal_divergence.c in Sources/CKernels, and prints them, highest power first.
# Weighted least squares repeated with growing weights on the worst points (Lawson's iteration toward minimax); in double
# precision Chebyshev's interpolation with 40 digits.
# Made with numpy 2.4.6, scipy 1.17.1 and mpmath 1.3.0.
import mpmath as mp
import numpy as np
from scipy.special import erfcx, ndtri


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


def mills(t):
    """Mills' ratio at x over t, t = 1 / (1 + 0.3 x)."""
    return np.sqrt(np.pi / 2) * erfcx((1 / t - 1) / 0.3 / np.sqrt(2)) / t


# The least mass is Phi(-6) 2^-32, hence w up to 41.5.
SPLIT, LARGEST = 5.0, 44.0
CENTRE = (np.sqrt(SPLIT) + np.sqrt(LARGEST)) / 2
for name, result in {
    "MILLS, in t - 0.5": fit(mills, 1e-4, 1, 9, 0.5, lambda t: 1 / mills(t)),
    "CENTRAL, in w - 2.5": fit(ratio, 0, SPLIT, 8, 2.5, lambda w: 1 / ratio(w)),
    f"TAIL, in sqrt(w) - {CENTRE:.8f}": fit(
        lambda r: ratio(r * r), np.sqrt(SPLIT), np.sqrt(LARGEST), 9, CENTRE, lambda r: 1 / ratio(r * r)),
}.items():
    print(name, "largest relative error", result[1])
    print("   ", [f"{np.float32(c):.8e}f" for c in result[0]])


def exact_mills(centred):
    """Mills' ratio at x over t, t = centred + 1/2 = 1 / (1 + 0.3 x)."""
    t, scale = centred + mp.mpf(1) / 2, mp.mpf(3) / 10
    if t < mp.mpf(10) ** -15:
        return scale
    x = (1 / t - 1) / scale
    if x > 200:
        return (1 - 1 / x**2 + 3 / x**4 - 15 / x**6 + 105 / x**8) / (x * t)
    return mp.sqrt(mp.pi / 2) * mp.erfc(x / mp.sqrt(2)) * mp.exp(x * x / 2) / t


mp.mp.dps = 40
coefficients, error = mp.chebyfit(exact_mills, [-0.5, 0.5], 23, error=True)
print("MILLS in double precision, in t - 0.5, largest error", mp.nstr(error, 3))
print("   ", [float(c) for c in coefficients])
