# SPDX-License-Identifier: Apache-2.0
"""PyTorch's side of `make bench`: the same networks, the best of its CPU configurations.

Usage: python peer_torch.py CASE MODE SECONDS THREADS
CASE is lenet5, vgg-like, mlp256 or mlp32; MODE is train or infer. Prints `# torch VERSION`, then one line per
configuration, `CONFIGURATION OBJECTS_PER_SECOND`, from the median step.
"""
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F


class LeNet5(nn.Module):
    """LeNet-5-Caffe: linear convolutions, one rectified dense layer."""

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 20, 5), nn.Conv2d(20, 50, 5)
        self.fc1, self.fc2 = nn.Linear(800, 500), nn.Linear(500, 10)

    def forward(self, x):
        x = F.max_pool2d(self.conv1(x), 2)
        x = F.max_pool2d(self.conv2(x), 2)
        return self.fc2(F.relu(self.fc1(x.flatten(1))))


class VGGLike(nn.Module):
    """Thirteen 3x3 convolutions with batch normalization, 512 - 10, as in the pruning papers at k = 1."""

    def __init__(self):
        super().__init__()
        layers, channels = [], 3
        for block in [(64, 64), (128, 128), (256,) * 3, (512,) * 3, (512,) * 3]:
            for width in block:
                layers += [nn.Conv2d(channels, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU(True)]
                channels = width
            layers.append(nn.MaxPool2d(2, 2))
        self.features = nn.Sequential(*layers)
        self.head = nn.Sequential(nn.Linear(512, 512, bias=False), nn.BatchNorm1d(512), nn.ReLU(True), nn.Linear(512, 10))

    def forward(self, x):
        return self.head(self.features(x).flatten(1))


def perceptron():
    return nn.Sequential(nn.Linear(2, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 2))


def median_rate(step, batch, seconds, warm_up):
    for _ in range(warm_up):
        step()
    times, started = [], time.perf_counter()
    while time.perf_counter() - started < seconds or len(times) < 3:
        before = time.perf_counter()
        step()
        times.append(time.perf_counter() - before)
    times.sort()
    return batch / times[len(times) // 2]


def measure(case, mode, seconds, channels_last, fused, compiled):
    torch.manual_seed(0)
    image_case = not case.startswith("mlp")
    if image_case:
        batch = 100
        model = {"lenet5": LeNet5, "vgg-like": VGGLike}[case]()
        x = torch.randn(batch, *((1, 28, 28) if case == "lenet5" else (3, 32, 32)))
        y = torch.randint(0, 10, (batch,))
        loss_of = F.cross_entropy
        if channels_last:
            model, x = model.to(memory_format=torch.channels_last), x.contiguous(memory_format=torch.channels_last)
    else:
        batch = int(case[3:])
        model, x, y, loss_of = perceptron(), torch.randn(batch, 2), torch.randn(batch, 2), F.mse_loss
    optimizer = torch.optim.Adam(model.parameters(), 1e-3, fused=fused or None)
    run = torch.compile(model) if compiled else model
    if mode == "infer":
        model.eval()

        def step():
            with torch.inference_mode():
                run(x)

    else:

        def step():
            optimizer.zero_grad()
            loss_of(run(x), y).backward()
            optimizer.step()

    return median_rate(step, batch, seconds, 3 if image_case else 50)


def main():
    case, mode, seconds, threads = sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4])
    torch.set_num_threads(threads)
    print(f"# torch {torch.__version__}")
    image_case = not case.startswith("mlp")
    for channels_last in (False, True) if image_case else (False,):
        for fused in (False, True) if mode == "train" else (False,):
            for compiled in (False, True):
                name = "+".join(
                    word
                    for word, on in [("channels_last", channels_last), ("fused", fused), ("compile", compiled)]
                    if on
                )
                try:
                    rate = measure(case, mode, seconds, channels_last, fused, compiled)
                except Exception as error:  # torch.compile needs a C++ compiler; without one the eager rows still count
                    print(f"# {name}: {type(error).__name__}", file=sys.stderr)
                    continue
                print(f"{name or 'eager'} {rate:.2f}", flush=True)


main()
