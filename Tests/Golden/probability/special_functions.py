# SPDX-License-Identifier: Apache-2.0
# Reference values of the special functions in 60-digit arithmetic. Writes special_functions.tsv: name, argument
# (exactly the Double that the test uses, as repr), value. Made with mpmath 1.3.0; run in this folder.
import mpmath as mp

mp.mp.dps = 60


def log_ndtr(x):
    with mp.workdps(80):
        # Beyond the range of direct evaluation: the continued fraction of the Mills ratio.
        if x < -1000:
            d = mp.mpf(0)
            for k in range(60, 0, -1):
                d = k / (-x + d)
            return -x * x / 2 - mp.log(2 * mp.pi) / 2 - mp.log(-x + d)
        return mp.log1p(-mp.erfc(x / mp.sqrt(2)) / 2) if x > 0 else mp.log(mp.erfc(-x / mp.sqrt(2)) / 2)


def ndtri_exp(l):
    """Root of log_ndtr by bisection."""
    with mp.workdps(80):
        low, high = mp.mpf(-10) ** 9, mp.mpf(60)
        for _ in range(300):
            middle = (low + high) / 2
            low, high = (middle, high) if log_ndtr(middle) < l else (low, middle)
        return (low + high) / 2


def erfcx(x):
    return mp.exp(x * x) * mp.erfc(x) if x < 1000 else mp.exp(log_ndtr(-x * mp.sqrt(2)) + x * x) * 2


TABLE = {
    "erfcx": (erfcx, [-26, -5, -1, -0.1, 0, 1e-10, 0.1, 0.5, 1, 2, 3.7, 6.6, 10, 15.3, 20, 24.9, 24.999999, 25, 25.1, 40,
                      100, 1e4, 1e8]),
    "normalCDF": (lambda x: mp.exp(log_ndtr(x)), [-37, -20, -8.3, -3, -1, -0.5, 0, 1e-9, 0.5, 1, 3, 6, 9]),
    "logNormalCDF": (log_ndtr, [-1e8, -1e4, -800, -100, -37, -10, -3, -1.0001, -1, -0.999, -0.5, 0, 0.5, 1, 2, 5, 9,
                                20, 37]),
    "inverseNormalCDF": (lambda p: ndtri_exp(mp.log(p)), [1e-300, 1e-100, 1e-20, 1e-9, 1e-5, 0.001, 0.02425, 0.0749, 0.0751,
                                                        0.3, 0.499999, 0.5, 0.50001, 0.7, 0.9, 0.9249, 0.9251, 0.999,
                                                        0.9999999]),
    "inverseNormalCDFFromLog": (ndtri_exp, [-1e12, -1e6, -5000, -701, -699, -300, -100, -25.1, -24.9, -10, -3, -2.6, -2.59,
                                            -1, -0.7, -0.6931471805599453, -0.69, -0.5, -0.1, -1e-3, -1e-8, -1e-20,
                                            -1e-200]),
    "digamma": (mp.digamma, [-10.3, -2.5, -0.1, 1e-8, 0.01, 0.3, 1, 1.4616, 2, 3.3, 9.9, 10, 50, 1e6]),
    "trigamma": (lambda x: mp.polygamma(1, x), [-10.3, -2.5, -0.1, 1e-8, 0.01, 0.3, 1, 1.4616, 2, 3.3, 9.9, 10, 50, 1e6]),
    "log1mexp": (lambda x: mp.log1p(-mp.exp(x)), [-1e-300, -1e-20, -1e-5, -0.1, -0.6931, -0.7, -1, -10, -36, -700]),
}
PAIRS = [(-1e4, -9999.9), (-300, -299.8), (-40, -39), (-10, 10), (-10, -3), (-1, 1), (-0.01, 0.01), (-0.1, 3), (0, 1e-3),
         (0.5, 0.6), (3, 10), (8, 40), (39, 40), (9999.9, 1e4), (-20, 0), (0, 20), (-1e6, 1e6)]

if __name__ == "__main__":
    with open("special_functions.tsv", "w") as out:
        for name, (function, arguments) in TABLE.items():
            for x in arguments:
                out.write(f"{name}\t{float(x)!r}\t0\t{mp.nstr(function(mp.mpf(float(x))), 20)}\n")
        for u, v in PAIRS:
            a, b = mp.mpf(float(u)), mp.mpf(float(v))
            if a > 0:
                a, b = -b, -a
            value = log_ndtr(b) + mp.log1p(-mp.exp(log_ndtr(a) - log_ndtr(b)))
            out.write(f"logNormalCDFDifference\t{float(u)!r}\t{float(v)!r}\t{mp.nstr(value, 20)}\n")
