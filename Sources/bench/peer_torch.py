# SPDX-License-Identifier: Apache-2.0
"""PyTorch's side of `make bench`: the same networks, the best of its CPU configurations.

Usage: python peer_torch.py CASE MODE SECONDS THREADS
CASE is lenet5, vgg-like, mlp256, mlp32 or flow256; MODE is train or infer. Prints `# torch VERSION`, then one line per
configuration, `CONFIGURATION OBJECTS_PER_SECOND`, from the median step.
"""
import math
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

IMAGES = ("lenet5", "vgg-like")


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


class Coupling(nn.Module):
    """An affine coupling whose scales stay within exp(+-2)."""

    def __init__(self, mask):
        super().__init__()
        self.register_buffer("mask", mask)
        self.net = nn.Sequential(nn.Linear(2, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 4))
        nn.init.zeros_(self.net[4].weight)
        nn.init.zeros_(self.net[4].bias)

    def change(self, fixed):
        scale, shift = self.net(fixed).chunk(2, 1)
        return scale.tanh() * (2 * (1 - self.mask)), shift

    def forward(self, x):
        fixed = x * self.mask
        scale, shift = self.change(fixed)
        return fixed + (1 - self.mask) * (x * scale.exp() + shift), scale.sum(1)

    def inverse(self, y):
        fixed = y * self.mask
        scale, shift = self.change(fixed)
        return fixed + (1 - self.mask) * ((y - shift) * (-scale).exp()), -scale.sum(1)


class Flow(nn.Module):
    """Six couplings in front of a normal distribution with learned mean and scales."""

    def __init__(self):
        super().__init__()
        self.mean, self.log_scale = nn.Parameter(torch.zeros(2)), nn.Parameter(torch.full((2,), 4.0).log())
        masks = [torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0])]
        self.couplings = nn.ModuleList(Coupling(masks[layer % 2]) for layer in range(6))

    def base(self, noise):
        return -0.5 * noise.square().sum(1) - self.log_scale.sum() - math.log(2 * math.pi)

    def draw(self, count):
        noise = torch.randn(count, 2)
        points, density = self.mean + self.log_scale.exp() * noise, self.base(noise)
        for coupling in self.couplings:
            points, determinant = coupling(points)
            density = density - determinant
        return points, density

    def log_density(self, points):
        determinants = 0
        for coupling in reversed(self.couplings):
            points, determinant = coupling.inverse(points)
            determinants = determinants + determinant
        return self.base((points - self.mean) * (-self.log_scale).exp()) + determinants


def six_hills(points, centres):
    distances = (points.unsqueeze(1) - centres).square().sum(2)
    return torch.logsumexp(-2 * distances, 1) + math.log(2 / (6 * math.pi))


def flow_rate(batch, seconds, fused):
    """The step of elbo's engine: draws, both densities, KL(q || p) + KL(p || q), Adam, and the chains that move."""
    angles = torch.arange(6) * (math.pi / 3)
    centres = 5 * torch.stack([angles.sin(), angles.cos()], 1)
    flow = Flow()
    optimizer = torch.optim.Adam(flow.parameters(), 1e-3, fused=fused or None)
    with torch.no_grad():
        states = flow.draw(batch)[0]
    target_of_states = six_hills(states, centres)

    def step():
        nonlocal states, target_of_states
        draws, density = flow.draw(batch)
        target_of_draws = six_hills(draws, centres)
        density_of_states = flow.log_density(states)
        loss = (target_of_states - density_of_states).mean() - (target_of_draws - density).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            ratio = target_of_draws - density - target_of_states + density_of_states
            moves = torch.rand(batch).log() <= ratio
            states = torch.where(moves.unsqueeze(1), draws, states).detach()
            target_of_states = torch.where(moves, target_of_draws, target_of_states).detach()

    return median_rate(step, batch, seconds, 50)


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
    if case.startswith("flow"):
        return flow_rate(int(case[4:]), seconds, fused)
    image_case = case in IMAGES
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
    image_case = case in IMAGES
    for channels_last in (False, True) if image_case else (False,):
        for fused in (False, True) if mode == "train" else (False,):
            # The bar is the eager step: what would be compiled is the loop around the network, with its random numbers.
            for compiled in (False,) if case.startswith("flow") else (False, True):
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
