# SPDX-License-Identifier: Apache-2.0
# Diagnostics of draws.tsv by ArviZ. Writes arviz.tsv: case, quantity, value, with the versions in the first line; undefined values are
# NA. Run in this folder with ArviZ below 1.0.
import warnings

import arviz
import numpy as np
from arviz.stats.diagnostics import _ess, _ess_quantile, _mcse_quantile, _rhat

warnings.simplefilter("ignore")
cases = {}
for line in open("draws.tsv"):
    name, *values = line.split("\t")
    cases.setdefault(name, []).append([float(value) for value in values])

QUANTITIES = {
    "rHat": lambda x: arviz.rhat(x, method="rank"),
    "rHatSplit": lambda x: arviz.rhat(x, method="split"),
    "essBulk": lambda x: arviz.ess(x, method="bulk"),
    "essTail": lambda x: arviz.ess(x, method="tail"),
    "essMean": lambda x: arviz.ess(x, method="mean"),
    "essSd": lambda x: arviz.ess(x, method="sd"),
    "essMedian": lambda x: arviz.ess(x, method="median"),
    "essQ30": lambda x: _ess_quantile(x, 0.3),
    "mcseMean": lambda x: arviz.mcse(x, method="mean"),
    "mcseSd": lambda x: arviz.mcse(x, method="sd"),
    "mcseMedian": lambda x: arviz.mcse(x, method="median"),
    "mcseQ5": lambda x: _mcse_quantile(x, 0.05),
    "mcseQ95": lambda x: _mcse_quantile(x, 0.95),
}

with open("arviz.tsv", "w") as out:
    out.write(f"# arviz {arviz.__version__}, numpy {np.__version__}\n")
    for case, draws in cases.items():
        for quantity, function in QUANTITIES.items():
            try:
                value = float(function(np.array(draws)))
            except (TypeError, ValueError, IndexError):
                value = np.nan
            out.write(f"{case}\t{quantity}\t{'NA' if np.isnan(value) else repr(value)}\n")
