// SPDX-License-Identifier: Apache-2.0
// Pictures from ordinary cells: the upper half block shows two pixels, its ink and its background.

import Glibc

/// A picture in sRGB.
public struct PixelGrid: Hashable, Sendable {
    /// Pixels per row.
    public let width: Int
    /// Rows.
    public let height: Int
    /// `0xRRGGBB`, row by row.
    public let pixels: [UInt32]

    /// Creates a picture from `0xRRGGBB` values, row by row.
    ///
    /// - Precondition: there are `width * height` pixels.
    public init(width: Int, height: Int, pixels: [UInt32]) {
        precondition(width >= 0 && height >= 0 && pixels.count == width * height, "pixels must fill the picture")
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    /// Creates a grey picture from values, row by row; 0 is black, 1 is white, NaN is black.
    ///
    /// - Precondition: there are `width * height` values.
    public init(width: Int, height: Int, grey: [Float]) {
        self.init(
            width: width, height: height,
            pixels: grey.map { value in
                let level = UInt32(value.isNaN ? 0 : min(1, max(0, value)) * 255 + 0.5)
                return level << 16 | level << 8 | level
            })
    }

    /// The mean colour of a rectangle of pixels, at least one pixel large.
    func mean(columns: Range<Int>, rows: Range<Int>) -> UInt32 {
        var sums: (red: Int, green: Int, blue: Int, count: Int) = (0, 0, 0, 0)
        for row in rows {
            for column in columns {
                let pixel = Int(pixels[row * width + column])
                sums.red += pixel >> 16
                sums.green += pixel >> 8 & 0xFF
                sums.blue += pixel & 0xFF
                sums.count += 1
            }
        }
        guard sums.count > 0 else { return 0 }
        return UInt32(sums.red / sums.count) << 16 | UInt32(sums.green / sums.count) << 8
            | UInt32(sums.blue / sums.count)
    }
}

/// A picture drawn in half blocks, as large as fits with whole pixels, or reduced by averaging.
public struct PixelImage: Widget {
    /// The picture.
    public var picture: PixelGrid
    /// Whether small pictures are enlarged by whole factors to fill the area.
    public var enlarges: Bool

    /// Creates an image.
    public init(_ picture: PixelGrid, enlarges: Bool = false) {
        self.picture = picture
        self.enlarges = enlarges
    }

    /// Cells that the image takes when drawn into a room of the given size.
    public func size(fitting room: Rectangle) -> (height: Int, width: Int) {
        guard picture.width > 0, picture.height > 0, !room.isEmpty else { return (0, 0) }
        let dots = dotSize(room)
        return ((dots.height + 1) / 2, dots.width)
    }

    /// Draws into the upper left of the area.
    public func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        guard picture.width > 0, picture.height > 0, !area.isEmpty else { return }
        let dots = dotSize(area)
        func color(_ column: Int, _ row: Int) -> UInt32 {
            func source(_ index: Int, _ count: Int, _ total: Int) -> Range<Int> {
                let start = index * total / count
                return start..<max(start + 1, (index + 1) * total / count)
            }
            return picture.mean(
                columns: source(column, dots.width, picture.width), rows: source(row, dots.height, picture.height))
        }
        let hasColors = buffer.capabilities.colors >= .indexed && buffer.capabilities.glyphs >= .half
        for row in 0..<(dots.height + 1) / 2 {
            for column in 0..<dots.width {
                let upper = color(column, row * 2)
                let lower = row * 2 + 1 < dots.height ? color(column, row * 2 + 1) : nil
                let cell: Cell
                if hasColors {
                    cell = Cell(
                        "▀", style: Style(foreground: .rgb(upper), background: lower.map { .rgb($0) } ?? .inherited))
                } else {
                    let light = [upper, lower ?? upper].reduce(0) { $0 + PixelImage.lightness($1) } / 2
                    cell = Cell(Shade.glyph(light, buffer.capabilities.glyphs))
                }
                buffer.put(cell, row: area.top + row, column: area.left + column)
            }
        }
    }

    /// Pixels on the screen: two per cell vertically.
    private func dotSize(_ room: Rectangle) -> (height: Int, width: Int) {
        let (width, height) = (picture.width, picture.height)
        let factor = min(room.width / width, room.height * 2 / height)
        if factor >= 1 {
            let scale = enlarges ? factor : 1
            return (height * scale, width * scale)
        }
        let shrink = min(Double(room.width) / Double(width), Double(room.height * 2) / Double(height))
        return (max(1, Int(Double(height) * shrink)), max(1, Int(Double(width) * shrink)))
    }

    /// Perceived lightness in [0, 1]: the cube root of luminance, as in CIE L* without its linear foot.
    private static func lightness(_ color: UInt32) -> Double {
        let luminance = Color.luminance(color)
        return luminance <= 0 ? 0 : pow(luminance, 1 / 3)
    }
}
