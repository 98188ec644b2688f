# SPDX-License-Identifier: Apache-2.0
# Three steps of Adam ([KB15], algorithm 1) in 40-digit decimals; prints the rows that OptimizerTests holds.
# Python 3, standard library only.
from decimal import Decimal as D, getcontext

getcontext().prec = 40
RATE, BETA1, BETA2, EPSILON = D("0.1"), D("0.9"), D("0.999"), D("1e-8")
weights = [D("1"), D("-0.5"), D("0.25")]
gradients = [["0.5", "-2", "0.0009765625"], ["-1.5", "-2", "0"], ["0.25", "4", "-8"]]
first, second = [D(0)] * 3, [D(0)] * 3
for t, row in enumerate(gradients, start=1):
    g = [D(x) for x in row]
    first = [BETA1 * m + (1 - BETA1) * x for m, x in zip(first, g)]
    second = [BETA2 * v + (1 - BETA2) * x * x for v, x in zip(second, g)]
    for i in range(3):
        m, v = first[i] / (1 - BETA1**t), second[i] / (1 - BETA2**t)
        weights[i] -= RATE * m / (v.sqrt() + EPSILON)
    print(f"([{', '.join(row)}], [{', '.join(f'{w:.15g}' for w in weights)}]),")
