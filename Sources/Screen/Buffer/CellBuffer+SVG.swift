// SPDX-License-Identifier: Apache-2.0
// The buffer as a picture. Dots and blocks become shapes, so that the picture does not depend on fonts.

extension CellBuffer {
    /// The screen as an SVG document, in the colours of a theme.
    ///
    /// A cell is 8 by 16 units. Braille and block characters are drawn, everything else is text in a monospaced font.
    public func svg(theme: Theme) -> String {
        let background = theme.palette.assumedBackground
        let ink: UInt32 = theme.palette.isLight ? 0x1A1A1A : 0xE6E6E6
        var result =
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width * 8)\" height=\"\(height * 16)\" "
            + "viewBox=\"0 0 \(width * 8) \(height * 16)\" font-family=\"monospace\" font-size=\"13\" "
            + "xml:space=\"preserve\">\n"
        result += "<rect width=\"100%\" height=\"100%\" fill=\"\(CellBuffer.hex(background))\"/>\n"
        for row in 0..<height {
            var column = 0
            while column < width {
                let cell = self[row, column]
                let appearance = theme.appearance(of: cell.style)
                var foreground = appearance.foreground.rgbValue ?? ink
                var behind = appearance.background.rgbValue ?? background
                if appearance.attributes.contains(.reverse) { (foreground, behind) = (behind, foreground) }
                let columns = max(1, cell.width)
                if behind != background {
                    result += CellBuffer.rect(
                        x: column * 8, y: row * 16, width: columns * 8, height: 16, fill: behind)
                }
                result += CellBuffer.glyph(
                    cell, x: column * 8, y: row * 16, fill: foreground, attributes: appearance.attributes)
                column += columns
            }
        }
        return result + "</svg>\n"
    }

    private static func glyph(_ cell: Cell, x: Int, y: Int, fill: UInt32, attributes: Attributes) -> String {
        let value = cell.base.value
        if cell.base == " " { return "" }
        if (0x2801...0x28FF).contains(value) { return braille(value - 0x2800, x: x, y: y, fill: fill) }
        // Eighths from the bottom (U+2581...2588) and from the left (U+2589...258F).
        if (0x2581...0x2588).contains(value) {
            let height = Int(value - 0x2580) * 2
            return rect(x: x, y: y + 16 - height, width: 8, height: height, fill: fill)
        }
        if (0x2589...0x258F).contains(value) {
            return rect(x: x, y: y, width: 8 - Int(value - 0x2588), height: 16, fill: fill)
        }
        if value == 0x2580 { return rect(x: x, y: y, width: 8, height: 8, fill: fill) }
        if let arms = boxArms[cell.base] {
            return "<path fill=\"none\" stroke=\"\(hex(fill))\" d=\"\(box(arms, x: x, y: y))\"/>\n"
        }
        var text = ""
        for character in cell.text.unicodeScalars {
            switch character {
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "&": text += "&amp;"
            default: text.unicodeScalars.append(character)
            }
        }
        var style = ""
        if attributes.contains(.bold) { style += " font-weight=\"bold\"" }
        if attributes.contains(.italic) { style += " font-style=\"italic\"" }
        if attributes.contains(.underline) { style += " text-decoration=\"underline\"" }
        if attributes.contains(.dim) { style += " opacity=\"0.6\"" }
        return "<text x=\"\(x)\" y=\"\(y + 12)\" fill=\"\(hex(fill))\"\(style)>\(text)</text>\n"
    }

    /// Arms of box characters, as letters for left, right, up and down.
    private static let boxArms: [Unicode.Scalar: String] = [
        "─": "lr", "│": "ud", "┌": "rd", "┐": "ld", "└": "ru", "┘": "lu", "├": "rud", "┤": "lud", "┬": "lrd",
        "┴": "lru", "┼": "lrud",
    ]

    /// Lines from the middle of a cell to its edges, so that frames have no gaps.
    private static func box(_ arms: String, x: Int, y: Int) -> String {
        arms.map { arm in
            let start = "M\(x + 4) \(y + 8)"
            switch arm {
            case "l": return start + "H\(x)"
            case "r": return start + "H\(x + 8)"
            case "u": return start + "V\(y)"
            default: return start + "V\(y + 16)"
            }
        }.joined()
    }

    private static func braille(_ bits: UInt32, x: Int, y: Int, fill: UInt32) -> String {
        // Dots 1-3 and 7 run down the left column, 4-6 and 8 down the right one.
        let places = [(2, 2), (2, 6), (2, 10), (6, 2), (6, 6), (6, 10), (2, 14), (6, 14)]
        var path = ""
        for (index, place) in places.enumerated() where bits >> UInt32(index) & 1 == 1 {
            path += "M\(x + place.0 - 1) \(y + place.1 - 1)h2v2h-2z"
        }
        return "<path fill=\"\(hex(fill))\" d=\"\(path)\"/>\n"
    }

    private static func rect(x: Int, y: Int, width: Int, height: Int, fill: UInt32) -> String {
        "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"\(height)\" fill=\"\(hex(fill))\"/>\n"
    }

    private static func hex(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return "#" + String(repeating: "0", count: 6 - digits.count) + digits
    }
}
