# SPDX-License-Identifier: Apache-2.0
# The divergence of a normal weight from the log-uniform prior, exactly: -(log(alpha)/2 - E log|e| + C), e ~ N(1, alpha),
# C = -(euler_gamma + log 2)/2, which is 0 for alpha -> infinity. Writes weight_divergence.tsv: log alpha, value.
#
# e^2/alpha is noncentral chi-square with one degree of freedom, and the expectation of its logarithm is a Poisson mixture
# of digammas; scipy's quadrature must agree. Made with mpmath 1.3.0, numpy 2.4.6 and scipy 1.17.1; run in this folder.
import mpmath as mp
import numpy as np
from scipy import integrate, stats

mp.mp.dps = 30
C = -(mp.euler + mp.log(2)) / 2


def divergence(log_alpha):
    rate = mp.exp(-log_alpha) / 2
    middle, spread = int(rate), int(40 + 12 * mp.sqrt(rate))
    total = mp.mpf(0)
    for j in range(max(0, middle - spread), middle + spread + 1):
        total += mp.exp(j * mp.log(rate) - rate - mp.loggamma(j + 1)) * mp.digamma(j + mp.mpf(1) / 2)
    expectation = mp.mpf(log_alpha) / 2 + (mp.log(2) + total) / 2
    return -(mp.mpf(log_alpha) / 2 - expectation + C)


def by_quadrature(log_alpha):
    deviation = np.exp(log_alpha / 2)
    zero = -1 / deviation
    value = lambda z: np.log(np.abs(1 + deviation * z)) * stats.norm.pdf(z)
    points = sorted({-12.0, max(min(zero, 12.0), -12.0), 12.0})
    expectation = sum(integrate.quad(value, a, b, limit=500)[0] for a, b in zip(points, points[1:]))
    return -(log_alpha / 2 - expectation + float(C))


with open("weight_divergence.tsv", "w") as file:
    for log_alpha in np.arange(-8, 8.01, 0.25):
        exact = divergence(float(log_alpha))
        assert abs(by_quadrature(log_alpha) - exact) < 1e-6, log_alpha
        file.write(f"{float(log_alpha)!r}\t{mp.nstr(exact, 15)}\n")
