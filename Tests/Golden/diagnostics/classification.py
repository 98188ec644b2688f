# SPDX-License-Identifier: Apache-2.0
# Classification metrics by scikit-learn and SciPy. Writes classification.tsv: for each case the predictions and labels, or the scores of
# both groups, and then the values. Expected calibration error and predictive entropies are in no package: they are written here from
# their definitions. Run in this folder.
import numpy as np
import scipy
import sklearn
from scipy import optimize, special, stats
from sklearn import metrics

rng = np.random.default_rng(42)


def calibration_error(probabilities, labels, bins=15):
    top, predicted = probabilities.max(axis=1), probabilities.argmax(axis=1)
    edges = np.linspace(0, 1, bins + 1)
    error = 0
    for low, high in zip(edges[:-1], edges[1:]):
        inside = (top > low) & (top <= high)
        if inside.any():
            error += inside.mean() * abs((predicted[inside] == labels[inside]).mean() - top[inside].mean())
    return error


def false_positive_rate(inside, outside, rate=0.95):
    fpr, tpr, _ = metrics.roc_curve(np.r_[np.zeros(len(inside)), np.ones(len(outside))], np.r_[inside, outside],
                                    drop_intermediate=False)
    return fpr[tpr >= rate][0]


def best_temperature(logits, labels):
    def loss(log_temperature):
        return -special.log_softmax(logits / np.exp(log_temperature), axis=1)[np.arange(len(labels)), labels].mean()

    found = optimize.minimize_scalar(loss, bounds=(np.log(1e-4), np.log(100)), method="bounded", options={"xatol": 1e-10})
    return np.exp(found.x), found.fun


rows = []


def write(*cells):
    rows.append("\t".join(f"{x:.17g}" if isinstance(x, float) else str(x) for x in cells))


for name, objects, classes, sharpness in [("sharp", 60, 4, 4.0), ("flat", 45, 10, 0.5), ("binary", 50, 2, 2.0)]:
    logits = np.round(sharpness * rng.normal(size=(objects, classes)), 3)
    labels = np.array([rng.choice(classes, p=p) for p in special.softmax(logits * 0.6, axis=1)])
    probabilities = special.softmax(logits, axis=1)
    write("logits", name, classes, *map(float, logits.ravel()))
    write("labels", name, *labels)
    write("value", name, "nll", float(metrics.log_loss(labels, probabilities, labels=range(classes))))
    brier = metrics.brier_score_loss(labels, probabilities, labels=range(classes), scale_by_half=False)
    write("value", name, "brier", float(brier))
    write("value", name, "ece", float(calibration_error(probabilities, labels)))
    write("value", name, "accuracy", float(metrics.accuracy_score(labels, probabilities.argmax(axis=1))))
    write("value", name, "meanEntropy", float(stats.entropy(probabilities, axis=1).mean()))
    temperature, nll = best_temperature(logits, labels)
    write("value", name, "temperature", float(temperature))
    write("value", name, "scaledNll", float(nll))

for name, inside, outside in [
    ("separate", rng.normal(size=80), rng.normal(2, 1, size=50)),
    ("ties", rng.poisson(2, size=90).astype(float), rng.poisson(3, size=70).astype(float)),
    ("reversed", rng.normal(1, 1, size=30), rng.normal(size=100)),
    ("same", np.round(rng.normal(size=40), 1), np.round(rng.normal(size=40), 1)),
]:
    inside, outside = np.round(inside, 4), np.round(outside, 4)
    write("inside", name, *map(float, inside))
    write("outside", name, *map(float, outside))
    truth, scores = np.r_[np.zeros(len(inside)), np.ones(len(outside))], np.r_[inside, outside]
    write("value", name, "auroc", float(metrics.roc_auc_score(truth, scores)))
    write("value", name, "aupr", float(metrics.average_precision_score(truth, scores)))
    write("value", name, "fpr95", float(false_positive_rate(inside, outside)))
    exact = stats.ks_2samp(inside, outside, method="exact")
    write("value", name, "ksDistance", float(exact.statistic))
    write("value", name, "ksExact", float(exact.pvalue))
for x in [0.1, 0.3, 0.5, 0.9, 0.99, 1.0, 1.01, 1.5, 2.0, 4.0]:
    write("value", f"{x}", "ksLimit", float(special.kolmogorov(x)))

with open("classification.tsv", "w") as out:
    out.write(f"# scikit-learn {sklearn.__version__}, SciPy {scipy.__version__}, NumPy {np.__version__}\n")
    out.write("\n".join(rows) + "\n")
