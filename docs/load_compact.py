#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Opens a network file that `elbo compact` wrote, with numpy alone or as a PyTorch module.

    python3 docs/load_compact.py small.safetensors
    python3 docs/load_compact.py small.safetensors images.npy logits.npy
    python3 docs/load_compact.py small.safetensors images.npy logits.npy --torch

images.npy holds images on the scale 0 to 1, shape [N, C, H, W]; logits.npy gets [N, K]. To copy from here: the file
says by itself what it computes, so nothing below knows any architecture by name.
"""
import json
import struct
import sys

import numpy as np

DTYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "|i1", "U8": "|u1",
}


def read_safetensors(path):
    """All tensors by name, and the texts of the header."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        tensors[name] = np.frombuffer(data[begin:end], DTYPES[entry["dtype"]]).reshape(entry["shape"])
    return tensors, metadata


class CompactNetwork:
    """A network file: layers, tensors, classes, and how images are scaled."""

    def __init__(self, path):
        self.tensors, metadata = read_safetensors(path)
        if metadata.get("elbo.version") != "1":
            raise ValueError(f"{path} is no network file of elbo, or one of another version")
        network = json.loads(metadata["elbo.network"])
        self.name = network["name"]
        self.input_shape = network["inputShape"]
        self.epsilon = network["normalizationEpsilon"]
        self.layers = network["layers"]
        self.preprocessing = json.loads(metadata["elbo.preprocessing"])
        self.classes = json.loads(metadata["elbo.classes"])
        self.provenance = json.loads(metadata["elbo.provenance"])
        self.report = json.loads(metadata["elbo.report"])

    def scaled(self, images):
        """Images [N, C, H, W] on the scale 0 to 1, as the network wants them."""
        images = np.asarray(images, np.float32)
        kind = self.preprocessing["scale"]
        if kind == "unit":
            return images
        if kind == "signed":
            return 2 * images - 1
        if kind == "mean-image":
            return images - self.tensors[self.preprocessing["mean"]].reshape(self.preprocessing["imageShape"])
        if kind == "channels":
            mean = self.tensors[self.preprocessing["mean"]].reshape(1, -1, 1, 1)
            deviation = self.tensors[self.preprocessing["standardDeviation"]].reshape(1, -1, 1, 1)
            # A channel that never changes has no scale; it becomes zero.
            factor = np.divide(1, deviation, out=np.zeros_like(deviation), where=deviation > 0)
            return (images - mean) * factor
        if kind == "per-image":
            count = images[0].size
            mean = images.mean(axis=(1, 2, 3), keepdims=True)
            deviation = images.std(axis=(1, 2, 3), keepdims=True)
            return (images - mean) / np.maximum(deviation, np.float32(1 / (255 * np.sqrt(count))))
        raise ValueError(f"unknown scale {kind}")

    def logits(self, images):
        """Logits [N, K] of images [N, C, H, W] on the scale 0 to 1, in double precision."""
        x = self.scaled(images).astype(np.float64)
        return self._run(self.layers, x.reshape([len(x)] + self.input_shape))

    def _run(self, layers, x):
        for layer in layers:
            x = self._layer(layer, x)
        return x

    def _layer(self, layer, x):
        kind = layer["type"]
        if kind in ("convolution", "dense"):
            weight = self.tensors[layer["weights"] + ".weight"].astype(np.float64)
            if kind == "convolution":
                x = convolution(x, weight, layer["stride"], layer["padding"])
            else:
                x = x @ weight.T
            if layer["normalization"] is None:
                x = x + per_channel(self.tensors[layer["weights"] + ".bias"], x)
            else:
                part = {p: per_channel(self.tensors[f"{layer['normalization']}.{p}"], x)
                        for p in ("weight", "bias", "running_mean", "running_var")}
                scale = part["weight"] / np.sqrt(part["running_var"] + self.epsilon)
                x = (x - part["running_mean"]) * scale + part["bias"]
        elif kind == "maxPool":
            side = layer["window"]
            height, width = x.shape[2] // side, x.shape[3] // side
            x = x[:, :, : height * side, : width * side]
            x = x.reshape(len(x), x.shape[1], height, side, width, side).max(axis=(3, 5))
        elif kind == "globalAveragePool":
            x = x.mean(axis=(2, 3))
        elif kind == "flatten":
            x = x.reshape(len(x), -1)
        elif kind == "selectFeatures":
            x = x[:, self.tensors[layer["index"]]]
        elif kind == "residual":
            x = self._run(layer["body"], x) + self._run(layer["shortcut"], x)
        elif kind == "offset":
            x = x + per_channel(self.tensors[layer["offset"]], x)
        else:
            raise ValueError(f"unknown layer {kind}")
        return activation(layer.get("activation", "none"), x)

    def torch_module(self):
        """The same as a torch.nn.Module with the file's weights, for scaled images [N, C, H, W]."""
        return make_torch_module(self)


def convolution(x, weight, stride, padding):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    return np.tensordot(windows, weight, axes=([1, 4, 5], [1, 2, 3])).transpose(0, 3, 1, 2)


def per_channel(values, x):
    return values.astype(np.float64).reshape([1, -1] + [1] * (x.ndim - 2))


def activation(name, x):
    return {"none": lambda: x, "relu": lambda: np.maximum(x, 0), "tanh": lambda: np.tanh(x)}[name]()


def make_torch_module(network):
    import torch
    from torch import nn

    class Module(nn.Module):
        def __init__(self):
            super().__init__()
            self.shape = network.input_shape
            self._declare(network.layers, list(network.input_shape))

        def _place(self, path):
            """The module with a dotted name, made on the way."""
            module = self
            for part in path.split("."):
                if part not in module._modules:
                    module.add_module(part, nn.Module())
                module = module._modules[part]
            return module

        def _put(self, path, child):
            parent, _, last = path.rpartition(".")
            (self._place(parent) if parent else self).add_module(last, child)

        def _declare(self, layers, shape):
            for layer in layers:
                kind = layer["type"]
                if kind == "convolution":
                    bias = layer["normalization"] is None
                    self._put(layer["weights"], nn.Conv2d(
                        shape[0], layer["channels"], layer["kernel"], layer["stride"], layer["padding"], bias=bias))
                    if not bias:
                        self._put(layer["normalization"], nn.BatchNorm2d(layer["channels"], eps=network.epsilon))
                    size = [(s + 2 * layer["padding"] - layer["kernel"]) // layer["stride"] + 1 for s in shape[1:]]
                    shape = [layer["channels"]] + size
                elif kind == "dense":
                    bias = layer["normalization"] is None
                    self._put(layer["weights"], nn.Linear(shape[0], layer["units"], bias=bias))
                    if not bias:
                        self._put(layer["normalization"], nn.BatchNorm1d(layer["units"], eps=network.epsilon))
                    shape = [layer["units"]]
                elif kind == "maxPool":
                    shape = [shape[0]] + [s // layer["window"] for s in shape[1:]]
                elif kind == "globalAveragePool":
                    shape = shape[:1]
                elif kind == "flatten":
                    shape = [int(np.prod(shape))]
                elif kind == "selectFeatures":
                    parent, _, last = layer["index"].rpartition(".")
                    self._place(parent).register_buffer(last, torch.zeros(layer["count"], dtype=torch.int64))
                    shape = [layer["count"]]
                elif kind == "residual":
                    after = self._declare(layer["body"], list(shape))
                    self._declare(layer["shortcut"], list(shape))
                    shape = after
                elif kind == "offset":
                    parent, _, last = layer["offset"].rpartition(".")
                    self._place(parent).register_parameter(last, nn.Parameter(torch.zeros(layer["channels"])))
            return shape

        def _run(self, layers, x):
            for layer in layers:
                kind = layer["type"]
                if kind in ("convolution", "dense"):
                    x = self.get_submodule(layer["weights"])(x)
                    if layer["normalization"] is not None:
                        x = self.get_submodule(layer["normalization"])(x)
                elif kind == "maxPool":
                    x = torch.max_pool2d(x, layer["window"])
                elif kind == "globalAveragePool":
                    x = x.mean(dim=(2, 3))
                elif kind == "flatten":
                    x = x.flatten(1)
                elif kind == "selectFeatures":
                    x = x[:, self.get_buffer(layer["index"])]
                elif kind == "residual":
                    x = self._run(layer["body"], x) + self._run(layer["shortcut"], x)
                elif kind == "offset":
                    x = x + self.get_parameter(layer["offset"]).reshape([1, -1] + [1] * (x.dim() - 2))
                name = layer.get("activation", "none")
                x = x if name == "none" else getattr(torch, name)(x)
            return x

        def forward(self, x):
            return self._run(network.layers, x.reshape([len(x)] + self.shape))

    module = Module()
    state = {name: torch.from_numpy(values.copy()) for name, values in network.tensors.items()
             if not name.startswith("preprocessing.")}
    module.load_state_dict(state, strict=True)
    return module.eval()


def main(arguments):
    use_torch = "--torch" in arguments
    arguments = [argument for argument in arguments if argument != "--torch"]
    if len(arguments) not in (1, 3):
        sys.exit(__doc__)
    network = CompactNetwork(arguments[0])
    if len(arguments) == 1:
        print(f"{network.name}, {len(network.classes)} classes, images {network.preprocessing['imageShape']}")
        for name, values in network.tensors.items():
            print(f"  {name:32} {values.dtype} {list(values.shape)}")
        print(json.dumps(network.report, indent=2))
        return
    images = np.load(arguments[1])
    if use_torch:
        import torch
        with torch.no_grad():
            logits = network.torch_module()(torch.from_numpy(network.scaled(images))).numpy()
    else:
        logits = network.logits(images)
    np.save(arguments[2], np.ascontiguousarray(logits))


if __name__ == "__main__":
    main(sys.argv[1:])
