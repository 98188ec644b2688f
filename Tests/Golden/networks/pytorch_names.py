# SPDX-License-Identifier: Apache-2.0
"""Weights as PyTorch users save them, with the logits that they give: numpy only, nothing of elbo.

Writes beside itself, for each network, NAME.safetensors (the weights under the names of a state_dict) and
NAME-logits.safetensors (`images` and `logits`). Run once with Python 3.11, numpy 2.4.6:

    python3 Tests/Golden/networks/pytorch_names.py

vgg: features numbered as torchvision does for VGG with batch normalization, with biases in front of it, a dropout between
the two dense layers; half, brain and double precision among the weights. resnet: the CIFAR ResNet with `shortcut` and
`linear`, wrapped in `module.`, with num_batches_tracked.
"""
import json
import os
import struct

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
EPSILON = 1e-5


def save(name, tensors):
    """tensors: name -> (dtype name, bytes, shape)"""
    header, data = {}, b""
    for key, (dtype, content, shape) in tensors.items():
        header[key] = {"dtype": dtype, "shape": list(shape), "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(os.path.join(HERE, name), "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def stored(values, dtype):
    """What a file holds for some values, and the values that a reader gets."""
    values = np.asarray(values, np.float64)
    if dtype == "F64":
        return (dtype, values.astype("<f8").tobytes(), values.shape), values
    if dtype == "F16":
        half = values.astype("<f2")
        return (dtype, half.tobytes(), values.shape), half.astype(np.float64)
    single = values.astype("<f4")
    if dtype == "BF16":
        bits = single.view("<u4") & np.uint32(0xFFFF0000)
        return (dtype, (bits >> 16).astype("<u2").tobytes(), values.shape), bits.view("<f4").astype(np.float64)
    return ("F32", single.tobytes(), values.shape), single.astype(np.float64)


class Weights:
    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.file, self.values = {}, {}

    def add(self, name, values, dtype="F32"):
        self.file[name], self.values[name] = stored(values, dtype)
        return self.values[name]

    def linear(self, name, shape, bias, dtype="F32"):
        inputs = int(np.prod(shape[1:]))
        weight = self.add(name + ".weight", self.random.normal(size=shape) * np.sqrt(2 / inputs), dtype)
        return weight, self.add(name + ".bias", self.random.normal(size=shape[0]) * 0.3, dtype) if bias else 0.0

    def normalization(self, name, channels, counter=False):
        parts = [self.random.uniform(0.5, 1.0, channels), self.random.normal(size=channels) * 0.1,
                 self.random.normal(size=channels) * 0.3, self.random.uniform(0.1, 0.4, channels)]
        names = ["weight", "bias", "running_mean", "running_var"]
        parts = [self.add(f"{name}.{part}", values) for part, values in zip(names, parts)]
        if counter:
            self.file[name + ".num_batches_tracked"] = ("I64", struct.pack("<q", 7), ())
        return parts


def convolve(x, weight, stride=1, padding=1):
    """By plain loops over the window."""
    count, _, height, width = x.shape
    outputs, _, side, _ = weight.shape
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    rows, columns = (height + 2 * padding - side) // stride + 1, (width + 2 * padding - side) // stride + 1
    result = np.zeros((count, outputs, rows, columns))
    for i in range(side):
        for j in range(side):
            part = x[:, :, i : i + stride * rows : stride, j : j + stride * columns : stride]
            result += np.einsum("nchw,oc->nohw", part, weight[:, :, i, j])
    return result


def normalize(x, parts):
    gamma, beta, mean, variance = [p.reshape([1, -1] + [1] * (x.ndim - 2)) for p in parts]
    return gamma * (x - mean) / np.sqrt(variance + EPSILON) + beta


def relu(x):
    return np.maximum(x, 0)


def vgg(k=0.04):
    w = Weights(1)
    images = w.random.normal(size=(3, 3, 32, 32)).astype("<f4")
    x, position, channels = images.astype(np.float64), 0, 3
    dtypes = iter(["F16", "BF16", "F64"] + ["F32"] * 10)
    for block in [[64] * 2, [128] * 2, [256] * 3, [512] * 3, [512] * 3]:
        for base in block:
            width = max(1, int(k * base))
            weight, bias = w.linear(f"features.{position}", (width, channels, 3, 3), True, next(dtypes))
            parts = w.normalization(f"features.{position + 1}", width, counter=True)
            x = relu(normalize(convolve(x, weight) + bias.reshape(1, -1, 1, 1), parts))
            channels = width
            position += 3
        x = x.reshape(len(x), channels, x.shape[2] // 2, 2, x.shape[3] // 2, 2).max(axis=(3, 5))
        position += 1
    x = x.reshape(len(x), -1)
    width = max(1, int(k * 512))
    weight, bias = w.linear("classifier.0", (width, x.shape[1]), True)
    x = relu(normalize(x @ weight.T + bias, w.normalization("classifier.1", width, counter=True)))
    weight, bias = w.linear("classifier.4", (10, width), True)  # 2 is the rectifier, 3 a dropout
    finish("vgg", w.file, images, x @ weight.T + bias)


def resnet(k=0.02):
    w = Weights(2)
    images = w.random.normal(size=(3, 3, 16, 16)).astype("<f4")
    channels = max(1, int(k * 64))
    x = images.astype(np.float64)
    x = relu(normalize(convolve(x, w.linear("conv1", (channels, 3, 3, 3), False)[0]), w.normalization("bn1", channels, True)))
    for stage, base in enumerate([64, 128, 256, 512]):
        for index in range(2):
            name, width = f"layer{stage + 1}.{index}", max(1, int(k * base))
            stride = 2 if stage > 0 and index == 0 else 1
            y = convolve(x, w.linear(name + ".conv1", (width, channels, 3, 3), False)[0], stride)
            y = relu(normalize(y, w.normalization(name + ".bn1", width, True)))
            y = convolve(y, w.linear(name + ".conv2", (width, width, 3, 3), False)[0])
            y = normalize(y, w.normalization(name + ".bn2", width, True))
            if stride != 1 or width != channels:
                x = convolve(x, w.linear(name + ".shortcut.0", (width, channels, 1, 1), False)[0], stride, 0)
                x = normalize(x, w.normalization(name + ".shortcut.1", width, True))
            x, channels = relu(x + y), width
    x = x.mean(axis=(2, 3))
    weight, bias = w.linear("linear", (10, channels), True)
    finish("resnet", {"module." + key: value for key, value in w.file.items()}, images, x @ weight.T + bias)


def finish(name, file, images, logits):
    save(name + ".safetensors", file)
    save(name + "-logits.safetensors", {
        "images": ("F32", images.tobytes(), images.shape),
        "logits": ("F32", logits.astype("<f4").tobytes(), logits.shape)})


vgg()
resnet()
