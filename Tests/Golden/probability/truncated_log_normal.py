# SPDX-License-Identifier: Apache-2.0
# Reference values of the truncated log-normal distribution by direct quadrature in 60-digit arithmetic, independent of
# the closed forms that Sources/Probability uses. Writes truncated_log_normal.tsv: mu, logSigma, then E[theta],
# 1/SNR^2, KL, dKL/dmu, dKL/dlogSigma, evidence gain, and log theta with its derivatives at u = 0.3.
# Made with mpmath 1.3.0 on Python 3; run in this folder.
import mpmath as mp

mp.mp.dps = 60
A, B = mp.mpf(-20), mp.mpf(0)


def tail_mass(alpha, beta):
    """Phi(beta) - Phi(alpha), from the side that keeps digits."""
    if alpha + beta > 0:
        alpha, beta = -beta, -alpha
    half = mp.mpf(1) / 2
    with mp.workdps(60):
        return half * (mp.erfc(-beta / mp.sqrt(2)) - mp.erfc(-alpha / mp.sqrt(2)))


def moment(mu, sigma, weight, pieces=48):
    """Integral of weight(x) exp(-(x - mu)^2 / (2 sigma^2)) over [A, B], relative to the density's maximum there."""
    peak = min(max(mu, A), B)
    top = (peak - mu) ** 2 / (2 * sigma**2)
    f = lambda x: weight(x) * mp.exp(top - (x - mu) ** 2 / (2 * sigma**2))
    # Length over which the density falls by e: sigma inside, sigma^2/|mu - end| outside; never above the interval.
    scale = sigma if A <= mu <= B else min(sigma, sigma**2 / abs(mu - peak))
    points = {A, B, peak}
    for k in range(1, pieces):
        for x in (peak - k * 4 * scale, peak + k * 4 * scale):
            if A < x < B and k * 4 * scale < 40 * 4 * scale:
                points.add(x)
    points = sorted(points)
    # Beyond 40 pieces of four lengths the integrand is below exp(-160).
    near = [p for p in points if abs(p - peak) <= 160 * scale]
    if len(near) < 2:
        near = [max(A, peak - 160 * scale), min(B, peak + 160 * scale)]
    return mp.quad(f, near)


def row(mu, log_sigma):
    mu, sigma = mp.mpf(mu), mp.exp(mp.mpf(log_sigma))
    peak = min(max(mu, A), B)
    z0 = moment(mu, sigma, lambda x: mp.mpf(1))
    mean = moment(mu, sigma, mp.exp) / z0
    spread = moment(mu, sigma, lambda x: (mp.exp(x) / mean - 1) ** 2) / z0
    energy = lambda x: (x - mu) ** 2 / (2 * sigma**2)
    top = energy(peak)
    e1 = moment(mu, sigma, lambda x: energy(x) - top) / z0
    kl = mp.log(B - A) - e1 - mp.log(z0)
    m1 = moment(mu, sigma, lambda x: x - peak) / z0
    # Gradients as covariances: dKL/dmu = -Cov(x, energy)/sigma^2, dKL/dlogSigma = -2 Var(energy).
    dmu = -moment(mu, sigma, lambda x: (x - peak - m1) * (energy(x) - top - e1)) / z0 / sigma**2
    dls = -2 * moment(mu, sigma, lambda x: (energy(x) - top - e1) ** 2) / z0
    gain = mp.log(B - A) - (energy(A) - top) - mp.log(z0)
    return [mean, spread, kl, dmu, dls, gain] + draw(mu, sigma, mp.mpf(3) / 10)


def draw(mu, sigma, u):
    """log theta with Phi(z) = (1-u) Phi(alpha) + u Phi(beta), by bisection, and derivatives by implicit differentiation."""
    with mp.workdps(80):
        alpha, beta = (A - mu) / sigma, (B - mu) / sigma
        flip = alpha + beta > 0
        if flip:
            alpha, beta, u = -beta, -alpha, 1 - u
        log_cdf = lambda x: mp.log(mp.erfc(-x / mp.sqrt(2)) / 2)
        # Far out erfc of mpmath switches to its expansion by itself.
        target = mp.log((1 - u) * mp.exp(log_cdf(alpha) - log_cdf(beta)) + u)
        base = log_cdf(beta)
        low, high = mp.mpf(0), beta - alpha
        for _ in range(260):
            middle = (low + high) / 2
            if log_cdf(beta - middle) - base > target:
                low = middle
            else:
                high = middle
        s = (low + high) / 2
        z = beta - s
        wa = (1 - u) * mp.exp((z**2 - alpha**2) / 2)
        wb = u * mp.exp((z**2 - beta**2) / 2)
        dmu = 1 - (wa + wb)
        dsigma = z - (alpha * wa + beta * wb)
        x = mu + sigma * (-z if flip else z)
        return [x, dmu, -dsigma if flip else dsigma]


if __name__ == "__main__":
    with open("truncated_log_normal.tsv", "w") as out:
        for mu in ("-20", "-19.9", "-13", "-10", "-5", "-3", "-1", "-0.1", "-0.001", "0", "0.001", "0.03", "0.1", "0.5", "1", "3", "5", "-25"):
            for log_sigma in ("-9", "-7", "-5", "-3.5", "-2.5", "-1", "0", "0.5", "1", "2", "2.9", "3.1", "4", "5"):
                values = row(mu, log_sigma)
                out.write("\t".join([mu, log_sigma] + [mp.nstr(v, 17) for v in values]) + "\n")
