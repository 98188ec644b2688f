// SPDX-License-Identifier: Apache-2.0
// Base 64 (RFC 4648), the form in which terminals and terminfo take bytes in text.

/// The bytes in base 64 with padding.
func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var result: [UInt8] = []
    result.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = (0..<3).map { start + $0 < bytes.count ? Int(bytes[start + $0]) : 0 }
        let word = group[0] << 16 | group[1] << 8 | group[2]
        for digit in 0..<4 {
            // One byte fills two digits, two bytes three; the rest is padding.
            let isPadding = start + digit > bytes.count
            result.append(isPadding ? UInt8(ascii: "=") : alphabet[word >> (18 - 6 * digit) & 63])
        }
    }
    return String(decoding: result, as: UTF8.self)
}
