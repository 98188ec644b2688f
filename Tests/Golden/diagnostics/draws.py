# SPDX-License-Identifier: Apache-2.0
# The draws for which posterior and ArviZ computed diagnostics: good, bad, short and broken chains. Writes draws.tsv: a line per chain
# with the case's name and the draws, rounded so that all programs read the same numbers. Made with NumPy 2.4.6; run in this folder.
import numpy as np

rng = np.random.default_rng(20210718)


def autoregressive(chains, draws, coefficient):
    x = np.zeros((chains, draws))
    x[:, 0] = rng.normal(size=chains) / np.sqrt(1 - coefficient**2)
    for t in range(1, draws):
        x[:, t] = coefficient * x[:, t - 1] + rng.normal(size=chains)
    return x


def metropolis(chains, draws, width):
    """Random walk on a standard normal: rejected proposals repeat the draw."""
    x = np.zeros((chains, draws))
    x[:, 0] = rng.normal(size=chains)
    for t in range(1, draws):
        proposal = x[:, t - 1] + width * rng.normal(size=chains)
        accepted = np.log(rng.uniform(size=chains)) < (x[:, t - 1] ** 2 - proposal**2) / 2
        x[:, t] = np.where(accepted, proposal, x[:, t - 1])
    return x


def with_value(x, chain, draw, value):
    x = x.copy()
    x[chain, draw] = value
    return x


normal = rng.normal(size=(4, 150))
stuck = rng.normal(size=(4, 100))
stuck[2] = 0.75
CASES = {
    "good": normal,
    "shifted": normal[:, :100] + np.array([[0], [0], [0], [1.5]]),
    "spread": rng.normal(size=(4, 100)) * np.array([[1], [1], [1], [4]]),
    "trend": rng.normal(size=(2, 120)) + np.linspace(0, 2, 120),
    "slow": autoregressive(4, 150, 0.95),
    "antithetic": autoregressive(4, 150, -0.9),
    "metropolis": metropolis(3, 150, 4),
    "cauchy": rng.standard_cauchy(size=(4, 120)),
    "scaled": 2.0**27 + np.round(1024 * rng.normal(size=(2, 100))) / 1024,
    "counts": rng.poisson(3, size=(4, 100)).astype(float),
    "rare": (rng.uniform(size=(4, 100)) < 0.02).astype(float),
    "coin": np.tile([0.0, 1.0, 1.0, 0.0, 1.0, 0.0], (2, 10)),
    "odd": rng.normal(size=(3, 101)),
    "single": autoregressive(1, 200, 0.5),
    "onestuck": stuck,
    "allstuck": np.repeat(np.array([[1.0], [2.0], [4.0]]), 40, axis=1),
    "constant": np.full((4, 40), 0.1),
    "twelve": rng.normal(size=(2, 12)),
    "eight": rng.normal(size=(2, 8)),
    "three": rng.normal(size=(2, 3)),
    "nan": with_value(rng.normal(size=(2, 30)), 1, 7, np.nan),
    "infinite": with_value(rng.normal(size=(2, 30)), 0, 29, np.inf),
}

if __name__ == "__main__":
    with open("draws.tsv", "w") as out:
        for name, draws in CASES.items():
            for chain in draws:
                out.write(name + "\t" + "\t".join(f"{x:.19g}" if name == "scaled" else f"{x:.6g}" for x in chain) + "\n")
