# SPDX-License-Identifier: Apache-2.0
# Reference values of the beta distribution function and its inverse. Writes incomplete_beta.tsv: name, argument, a, b, value. The
# function is evaluated in 50-digit arithmetic; the inverse is SciPy's, polished by Newton steps in that arithmetic. Made with mpmath 1.3.0
# and SciPy 1.17.1; run in this folder.
import mpmath as mp
from scipy import special

mp.mp.dps = 50
PARAMETERS = [(0.5, 0.5), (0.01, 3.0), (1.0, 1.0), (1.0, 7.5), (2.5, 1.0), (3.0, 200.0), (24.3, 444.8), (233.6, 233.4), (301.0, 11.0),
              (9.999, 10.001), (8000.5, 152001.0), (80001.0, 80001.0), (790000.0, 42000.0)]
PROBABILITIES = [1e-12, 1e-3, 0.1586553, 0.5, 0.8413447, 0.999]


def density(x, a, b):
    return mp.exp((a - 1) * mp.log(x) + (b - 1) * mp.log1p(-x) - mp.log(mp.beta(a, b)))


def distribution(x, a, b):
    """By the hypergeometric series on the side of the mean where it is short."""
    if x > a / (a + b):
        return 1 - distribution(1 - x, b, a)
    prefactor = mp.exp(a * mp.log(x) + b * mp.log1p(-x) - mp.log(a) - mp.log(mp.beta(a, b)))
    total, term, n = mp.mpf(1), mp.mpf(1), 0
    while abs(term) > mp.mpf(10) ** -40 * abs(total):
        term *= (a + b + n) / (a + 1 + n) * x
        total += term
        n += 1
    return prefactor * total


with open("incomplete_beta.tsv", "w") as out:
    for a, b in PARAMETERS:
        mp_a, mp_b = mp.mpf(a), mp.mpf(b)
        for p in PROBABILITIES:
            x = mp.mpf(float(special.betaincinv(a, b, p)))
            if x < 1e-290 or x >= 1:
                continue
            as_double = float(x)
            out.write(f"function\t{as_double!r}\t{a!r}\t{b!r}\t{mp.nstr(distribution(mp.mpf(as_double), mp_a, mp_b), 20)}\n")
            for _ in range(3):
                x *= mp.exp(-(distribution(x, mp_a, mp_b) - mp.mpf(p)) / (x * density(x, mp_a, mp_b)))
            out.write(f"inverse\t{p!r}\t{a!r}\t{b!r}\t{mp.nstr(x, 20)}\n")
