// SPDX-License-Identifier: Apache-2.0
// The most and least certain objects from outside of the domain, as pictures.

import EngineKit
import Screen

/// Thumbnails: the most certain ones on the left, the least certain ones on the right.
struct PictureStrip: Widget {
    let view: UncertaintyView

    func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        guard let set = view.pictures, area.height >= 4 else { return }
        let (left, right) = area.splitLeft(area.width / 2)
        let name = set.method
        for (title, entries, first, place) in [
            ("outside, most certain by \(name)", set.certain, 0, left),
            ("least certain", set.uncertain, set.certain.count, right),
        ] {
            buffer.write(title, in: place.row(0), style: Style(.dim))
            // Two dots per cell vertically, so a square picture is twice as wide as it is high.
            let width = min(set.width, (place.height - 2) * 2 * set.width / set.height) + 1
            guard width > 3 else { continue }
            for (index, entry) in entries.prefix(place.width / width).enumerated() {
                let slot = Rectangle(
                    top: place.top + 1, left: place.left + index * width, height: place.height - 1, width: width - 1)
                set.image(first + index).render(into: &buffer, in: slot.splitBottom(1).rest)
                buffer.write(
                    NumberText.fixed(entry.entropy, decimals: 2), in: slot.splitBottom(1).bottom, style: Style(.text))
            }
        }
    }
}

/// One object, large, with what the method says of it.
struct PictureDetail: Widget {
    let view: UncertaintyView

    func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        guard let set = view.pictures else {
            EmptyNote("No pictures yet.", "They come when a method has predicted all objects outside of the domain.")
                .render(into: &buffer, in: area)
            return
        }
        let entries = set.certain + set.uncertain
        guard !entries.isEmpty else { return }
        let index = min(max(0, view.state.picture ?? 0), entries.count - 1)
        let rank =
            index < set.certain.count
            ? "\(index + 1). most certain" : "\(index - set.certain.count + 1). least certain"
        let entropy = NumberText.fixed(entries[index].entropy, decimals: 3)
        buffer.write(
            [
                StyledText("\(rank) outside of the domain by \(set.method)", .title),
                StyledText("  object \(entries[index].object), entropy \(entropy) nats   ← → others, Enter back", .dim),
            ], at: area.origin, maximumWidth: area.width)
        let (left, right) = area.inset(top: 1).splitLeft(area.width / 2)
        set.image(index, enlarges: true).render(into: &buffer, in: left.inset(right: 2))
        for place in 0..<min(set.classes, right.height) {
            let probability = Double(set.probabilities[index * set.classes + place])
            let row = right.row(place)
            let (label, rest) = row.splitLeft(9)
            let (bar, number) = rest.splitRight(8)
            buffer.write("class \(place)", in: label, style: Style(.dim))
            Bar(probability).render(into: &buffer, in: bar)
            buffer.write(NumberText.fixed(probability, decimals: 4), in: number, style: Style(.text), alignment: .right)
        }
    }
}

extension PictureSet {
    /// One of the pictures; sizes were checked when the set came in.
    fileprivate func image(_ index: Int, enlarges: Bool = false) -> PixelImage {
        let plane = height * width
        let start = index * channels * plane
        let grid: PixelGrid
        if channels == 1 {
            grid = PixelGrid(width: width, height: height, grey: Array(pixels[start..<start + plane]))
        } else {
            grid = PixelGrid(
                width: width, height: height,
                pixels: (0..<plane).map { place in
                    (0..<3).reduce(UInt32(0)) { color, channel in
                        let value = pixels[start + channel * plane + place]
                        return color << 8 | UInt32((value.isNaN ? 0 : min(1, max(0, value))) * 255 + 0.5)
                    }
                })
        }
        return PixelImage(grid, enlarges: enlarges)
    }
}
