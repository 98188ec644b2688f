// SPDX-License-Identifier: Apache-2.0
// The buffer as plain text, for tests, snapshots, pipes and the clipboard.

extension CellBuffer {
    /// The lines as text, without trailing spaces.
    public func lines() -> [String] {
        (0..<height).map { row in
            var line = String.UnicodeScalarView()
            var pendingSpaces = 0
            for cell in self.row(row) where cell.width > 0 {
                if cell.base == " " && cell.marks.isEmpty {
                    pendingSpaces += 1
                } else {
                    for _ in 0..<pendingSpaces { line.append(" ") }
                    pendingSpaces = 0
                    line.append(cell.base)
                    line.append(contentsOf: cell.marks)
                }
            }
            return String(line)
        }
    }

    /// The lines joined by newlines, without trailing spaces; no newline at the end.
    public func text() -> String { lines().joined(separator: "\n") }

    /// One letter per cell for its style, and what each letter means; the plain style is a dot.
    ///
    /// Letters are given in order of first appearance, so equal pictures have equal maps.
    public func styleMap() -> (lines: [String], legend: [(letter: Character, meaning: String)]) {
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        var known: [Style: Character] = [.plain: "."]
        var legend: [(letter: Character, meaning: String)] = []
        let lines = (0..<height).map { row in
            String(
                self.row(row).map { cell -> Character in
                    if let letter = known[cell.style] { return letter }
                    let letter = legend.count < letters.count ? letters[legend.count] : "?"
                    known[cell.style] = letter
                    legend.append((letter, cell.style.description))
                    return letter
                })
        }
        return (lines, legend)
    }
}

extension Style: CustomStringConvertible {
    /// Names of the roles and attributes, such as `title`, `dim on selection` or `text +bold`.
    public var description: String {
        func name(_ ink: Ink) -> String {
            switch ink {
            case .inherited: return "inherited"
            case .role(let role): return role.name
            case .rgb(let value):
                let digits = String(value, radix: 16)
                return "#" + String(repeating: "0", count: 6 - digits.count) + digits
            }
        }
        var result = name(foreground)
        if background != .inherited { result += " on " + name(background) }
        let names: [(Attributes, String)] = [
            (.bold, "bold"), (.dim, "dim"), (.italic, "italic"), (.underline, "underline"), (.reverse, "reverse"),
        ]
        for (attribute, word) in names where attributes.contains(attribute) { result += " +" + word }
        return result
    }
}
