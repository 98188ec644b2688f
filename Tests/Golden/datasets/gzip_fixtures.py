# SPDX-License-Identifier: Apache-2.0
# Prints the gzip fixtures of Tests/DatasetsTests as Swift byte arrays, made by Python's zlib. Python 3.
import gzip
import struct


def swift(name, data):
    print(f"    static let {name}: [UInt8] = [")
    for i in range(0, len(data), 20):
        print("        " + ", ".join(str(b) for b in data[i:i + 20]) + ",")
    print("    ]")


images = struct.pack(">IIII", 0x803, 2, 2, 3) + bytes(range(12))
swift("compressedImages", gzip.compress(images, mtime=0))
swift("twoMembers", gzip.compress(images[:9], mtime=0) + gzip.compress(images[9:], mtime=0))
# One image of 1 x 1 is declared, 64 KiB of zeros follow.
swift("bomb", gzip.compress(struct.pack(">IIII", 0x803, 1, 1, 1) + bytes(1 << 16), mtime=0))
# 60000 images of 28 x 28 are declared, none follow.
swift("emptyPromise", gzip.compress(struct.pack(">IIII", 0x803, 60000, 28, 28), mtime=0))
