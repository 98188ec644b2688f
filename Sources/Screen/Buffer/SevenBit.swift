// SPDX-License-Identifier: Apache-2.0
// Stand-ins for drawing characters on terminals that only know seven-bit characters.

/// Replacements used by the ASCII glyph tier; one character for one character, so that layouts do not move.
enum SevenBit {
    /// The seven-bit character that looks most like `scalar`; `?` when none does.
    static func replacement(of scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar {
        case "─", "━", "╌", "┄", "–", "—", "−", "‐", "‑": return "-"
        case "│", "┃", "╎", "┆", "┊", "▏", "▕": return "|"
        case "┌", "┐", "└", "┘", "├", "┤", "┬", "┴", "┼", "╭", "╮", "╰", "╯": return "+"
        case "█", "▓", "▉", "▊", "▋", "▌", "■": return "#"
        case "▒", "▍", "▎", "▄", "▀": return "="
        case "░", "·", "•", "▪", "⋅": return "."
        case "●", "◉", "◆": return "@"
        case "○", "◯", "◦", "°", "◇": return "o"
        case "▸", "▶", "›", "»", "→", "❯": return ">"
        case "◂", "◀", "‹", "«", "←": return "<"
        case "▲", "△", "↑", "▴": return "^"
        case "▼", "▽", "↓", "▾": return "v"
        case "×", "✕", "✗", "✘": return "x"
        case "✓", "✔": return "y"
        case "…": return "~"
        case "‘", "’": return "'"
        case "“", "”": return "\""
        case "µ", "μ": return "u"
        case "τ": return "t"
        case "≠": return "!"
        case "≤": return "<"
        case "≥": return ">"
        case "≈": return "~"
        case "∞": return "i"
        case "±": return "+"
        case "▁", "▂", "▃": return "_"
        case "▅", "▆", "▇": return "="
        case "⁰", "₀": return "0"
        case "¹", "₁": return "1"
        case "²", "₂": return "2"
        case "³", "₃": return "3"
        default: return "?"
        }
    }

    /// Powers of ten in raised digits spelled with an `e`: `×10⁻⁵` becomes `x1e-5`.
    static func spellingPowers(_ text: String) -> String {
        let raised = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
        guard text.contains("⁻") || text.contains(where: { raised.contains($0) }) else { return text }
        var result = ""
        var isRaised = false
        for character in text {
            let digit = raised.firstIndex(of: character).map(String.init) ?? (character == "⁻" ? "-" : nil)
            if let digit {
                if !isRaised && result.hasSuffix("10") { result = String(result.dropLast(2)) + "1e" }
                result += digit
            } else {
                result.append(character == "×" ? "x" : character)
            }
            isRaised = digit != nil
        }
        return result
    }
}
