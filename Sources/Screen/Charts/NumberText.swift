// SPDX-License-Identifier: Apache-2.0
// Numbers as text, the same in every locale and without Foundation.

import Glibc

/// Ways of writing numbers.
public enum NumberText {
    /// `value` with exactly `decimals` digits after the point; very large values fall back to `significant`.
    public static func fixed(_ value: Double, decimals: Int) -> String {
        if let special = special(value) { return special }
        let digits = min(12, max(0, decimals))
        let scaled = (abs(value) * tenToThe(digits)).rounded()
        guard scaled < 9e15 else { return significant(value, digits: 6) }
        var text = String(Int64(scaled))
        if digits > 0 {
            if text.count <= digits { text = String(repeating: "0", count: digits + 1 - text.count) + text }
            text.insert(".", at: text.index(text.endIndex, offsetBy: -digits))
        }
        return (value < 0 && scaled > 0 ? "-" : "") + text
    }

    /// `value` with `digits` significant digits, trailing zeros removed; `1.23e-5` outside of 1e-4 … 1e6.
    public static func significant(_ value: Double, digits: Int = 4) -> String {
        if let special = special(value) { return special }
        guard value != 0 else { return "0" }
        var exponent = exponent(of: value)
        // Rounding may carry into a new digit: 9.9996 with four digits is 10.
        if (abs(value) / tenToThe(exponent) * tenToThe(digits - 1)).rounded() >= tenToThe(digits) { exponent += 1 }
        if exponent < -4 || exponent >= max(6, digits) {
            let mantissa = fixed(value / tenToThe(exponent), decimals: digits - 1)
            return trimmed(mantissa) + "e" + String(exponent)
        }
        return trimmed(fixed(value, decimals: max(0, digits - 1 - exponent)))
    }

    /// Three significant digits with a suffix: `431k`, `12.9k`, `2.29M`, `0.5`.
    public static func compact(_ value: Double) -> String {
        if let special = special(value) { return special }
        let suffixes = ["", "k", "M", "G", "T", "P"]
        var (scaled, step) = (value, 0)
        while abs(scaled) >= 999.5 && step < suffixes.count - 1 {
            scaled /= 1000
            step += 1
        }
        return significant(scaled, digits: 3) + suffixes[step]
    }

    /// Whole numbers with thin groups of three: `18 200`; numbers below 10 000 stay together.
    public static func grouped(_ value: Int) -> String {
        let digits = String(value.magnitude)
        guard digits.count > 4 else { return String(value) }
        var result = value < 0 ? "-" : ""
        for (offset, digit) in digits.enumerated() {
            if offset > 0 && (digits.count - offset) % 3 == 0 { result += " " }
            result.append(digit)
        }
        return result
    }

    /// A time span in its two leading units: `42 s`, `3 m 05 s`, `2 h 10 m`, `4 d 03 h`; a dash when not finite.
    public static func duration(seconds: Double) -> String {
        guard seconds.isFinite, abs(seconds) < 1e12 else { return "–" }
        let total = Int(seconds.rounded())
        let (sign, whole) = (total < 0 ? "-" : "", abs(total))
        func two(_ value: Int) -> String { (value < 10 ? "0" : "") + String(value) }
        if whole < 60 { return "\(sign)\(whole) s" }
        if whole < 3600 { return "\(sign)\(whole / 60) m \(two(whole % 60)) s" }
        if whole < 86400 { return "\(sign)\(whole / 3600) h \(two(whole / 60 % 60)) m" }
        return "\(sign)\(whole / 86400) d \(two(whole / 3600 % 24)) h"
    }

    /// An exponent in raised digits: `10⁻⁵`.
    public static func power(of base: Int, _ exponent: Int) -> String {
        let raised: [Character: Character] = [
            "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸",
            "9": "⁹",
        ]
        return String(base) + String(String(exponent).compactMap { raised[$0] })
    }

    /// 10 to a whole power; exact from 0 to 22.
    static func tenToThe(_ exponent: Int) -> Double {
        exponent >= 0 && exponent < exactPowers.count ? exactPowers[exponent] : pow(10, Double(exponent))
    }

    /// The exponent of the first significant digit of a finite value other than 0.
    static func exponent(of value: Double) -> Int { Int(floor(log10(abs(value)))) }

    private static let exactPowers: [Double] = (0...22).reduce(into: []) { powers, _ in
        powers.append(powers.last.map { $0 * 10 } ?? 1)
    }

    private static func special(_ value: Double) -> String? {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-∞" : "∞" }
        return nil
    }

    private static func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var result = text
        while result.hasSuffix("0") { result.removeLast() }
        if result.hasSuffix(".") { result.removeLast() }
        return result
    }
}
