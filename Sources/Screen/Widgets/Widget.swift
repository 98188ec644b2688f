// SPDX-License-Identifier: Apache-2.0
// What a widget is: a value that draws itself into a rectangle of cells, and nothing else.

/// A value that can draw itself.
///
/// What must survive between frames (selection, scrolling) is a separate value.
public protocol Widget {
    /// Draws into `area`; called with the clip area already set to it. Must cope with every size, 0x0 included.
    ///
    /// Callers use `render(into:in:)`, which makes writing outside of the area impossible.
    func draw(on buffer: inout CellBuffer, in area: Rectangle)
}

extension Widget {
    /// Draws the widget into `area` of `buffer`, clipped to it; an empty area draws nothing.
    public func render(into buffer: inout CellBuffer, in area: Rectangle) {
        guard !area.intersection(buffer.clip).isEmpty else { return }
        buffer.withClip(area) { draw(on: &$0, in: area) }
    }

    /// The widget alone on a buffer of the given size.
    public func rendered(height: Int, width: Int, capabilities: Capabilities = Capabilities()) -> CellBuffer {
        var buffer = CellBuffer(height: height, width: width, capabilities: capabilities)
        render(into: &buffer, in: buffer.area)
        return buffer
    }
}
