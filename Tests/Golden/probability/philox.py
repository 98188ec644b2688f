# SPDX-License-Identifier: Apache-2.0
# Philox 4x32-10 written from its definition (Salmon, Moraes, Dror and Shaw 2011, section 3.3) with Python integers: prints the
# known-answer vectors of the Random123 authors, which it must reproduce, and the first words of a stream of ours.


def philox(counter, key, rounds=10):
    x, k, mask = list(counter), list(key), 0xFFFFFFFF
    for _ in range(rounds):
        p0, p1 = 0xD2511F53 * x[0], 0xCD9E8D57 * x[2]
        x = [(p1 >> 32) ^ x[1] ^ k[0], p1 & mask, (p0 >> 32) ^ x[3] ^ k[1], p0 & mask]
        k = [(k[0] + 0x9E3779B9) & mask, (k[1] + 0xBB67AE85) & mask]
    return x


def fnv1a(text):
    h = 0x811C9DC5
    for byte in text.encode():
        h = ((h ^ byte) * 0x01000193) & 0xFFFFFFFF
    return h


KNOWN = [
    ([0] * 4, [0] * 2, [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
    ([0xFFFFFFFF] * 4, [0xFFFFFFFF] * 2, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
    ([0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344], [0xA4093822, 0x299F31D0],
     [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1]),
]

if __name__ == "__main__":
    for counter, key, expected in KNOWN:
        assert philox(counter, key) == expected, (counter, key)
        print(" ".join(f"{w:08x}" for w in philox(counter, key)))
    # Stream: key = seed (low, high), counter = position / 4 (low, high), index, purpose.
    seed, purpose, index = 0x0123456789ABCDEF, fnv1a("shuffle"), 7
    for block in (0, 1, 2**32 + 5):
        words = philox([block & 0xFFFFFFFF, block >> 32, index, purpose], [seed & 0xFFFFFFFF, seed >> 32])
        print(f"purpose {purpose:08x} block {block}:", " ".join(f"{w:08x}" for w in words))
