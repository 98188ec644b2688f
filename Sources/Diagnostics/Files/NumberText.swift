// SPDX-License-Identifier: Apache-2.0
// Numbers as files of draws write them, read exactly and fast, whatever the locale.

/// A number from its text, rounded to the nearest `Double`; `nil` when it is none.
///
/// Decimal numbers with or without exponent, and in any case of letters `nan`, `na` (missing, as R writes it), `inf`
/// and `infinity` with or without a sign. Spaces around are ignored.
func number(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
    var text = text[...]
    while let first = text.first, first == 0x20 || first == 0x09 { text = text.dropFirst() }
    while let last = text.last, last == 0x20 || last == 0x09 { text = text.dropLast() }
    guard !text.isEmpty else { return nil }
    return shortNumber(text) ?? longNumber(text)
}

/// Powers of ten that a `Double` holds exactly.
private let exactPowersOfTen: [Double] = (0...22).reduce(into: []) { powers, _ in
    powers.append((powers.last ?? 0.1) * 10)
}

/// Numbers whose digits and power of ten are exact as `Double`: one multiplication or division then rounds correctly.
private func shortNumber(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Double? {
    var index = text.startIndex
    let isNegative = text[index] == UInt8(ascii: "-")
    if isNegative || text[index] == UInt8(ascii: "+") { index += 1 }
    var digits: UInt64 = 0
    var digitCount = 0
    var exponent = 0
    var hasPoint = false
    while index < text.endIndex {
        let byte = text[index]
        if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
            // Nineteen digits fit into 64 bits; whether they fit into a Double shows below.
            digitCount += 1
            if digitCount > 19 { return nil }
            digits = digits * 10 + UInt64(byte - UInt8(ascii: "0"))
            if hasPoint { exponent -= 1 }
        } else if byte == UInt8(ascii: "."), !hasPoint {
            hasPoint = true
        } else {
            break
        }
        index += 1
    }
    guard digitCount > 0, digits < 1 << 53 else { return nil }
    if index < text.endIndex {
        guard text[index] | 0x20 == UInt8(ascii: "e") else { return nil }
        index += 1
        guard index < text.endIndex else { return nil }
        let isSmall = text[index] == UInt8(ascii: "-")
        if isSmall || text[index] == UInt8(ascii: "+") { index += 1 }
        guard index < text.endIndex, text.endIndex - index <= 3 else { return nil }
        var power = 0
        while index < text.endIndex {
            guard text[index] >= UInt8(ascii: "0"), text[index] <= UInt8(ascii: "9") else { return nil }
            power = power * 10 + Int(text[index] - UInt8(ascii: "0"))
            index += 1
        }
        exponent += isSmall ? -power : power
    }
    guard abs(exponent) <= 22 else { return nil }
    let magnitude =
        exponent < 0 ? Double(digits) / exactPowersOfTen[-exponent] : Double(digits) * exactPowersOfTen[exponent]
    return isNegative ? -magnitude : magnitude
}

/// All other numbers, by the standard library, and the words.
private func longNumber(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Double? {
    // No number that a program writes is longer; a hostile megabyte of digits is not worth a string.
    guard text.count <= 400 else { return nil }
    let lowercase = text.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
    var word = lowercase[...]
    let isNegative = word.first == UInt8(ascii: "-")
    if isNegative || word.first == UInt8(ascii: "+") { word = word.dropFirst() }
    switch String(decoding: word, as: UTF8.self) {
    case "nan", "na": return .nan
    case "inf", "infinity": return isNegative ? -.infinity : .infinity
    default: break
    }
    // The library also takes hexadecimal numbers and names of its own for NaN.
    let allowed = lowercase.allSatisfy { byte in
        (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")) || byte == UInt8(ascii: ".")
            || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "e")
    }
    return allowed ? Double(String(decoding: lowercase, as: UTF8.self)) : nil
}
