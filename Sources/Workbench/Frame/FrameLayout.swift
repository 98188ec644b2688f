// SPDX-License-Identifier: Apache-2.0
// How the window is divided: status on top, tabs below, a screen, keys and messages at the bottom.

import Screen

/// The parts of the window for one size; none overlap, all lie inside.
struct FrameLayout: Sendable, Equatable {
    /// The smallest window in which screens are drawn.
    static let minimum = (height: 12, width: 40)

    let status: Rectangle
    let tabs: Rectangle
    let content: Rectangle
    let footer: Rectangle

    /// Divides a window.
    init(height: Int, width: Int) {
        let (status, rest) = Rectangle(height: height, width: width).splitTop(1)
        let (middle, footer) = rest.splitBottom(1)
        let (tabs, content) = middle.splitTop(height >= 16 ? 1 : 0)
        (self.status, self.tabs, self.footer) = (status, tabs, footer)
        // A blank row under the tabs lets the screen breathe where there is room.
        self.content = content.inset(top: height >= 30 ? 1 : 0)
    }

    /// The columns of a tab.
    func place(of tab: Tab) -> Range<Int> { tabs.left + tab.offset..<tabs.left + tab.offset + tab.width }
}

/// A tab in the row of tabs.
struct Tab: Sendable, Equatable {
    let name: String
    let key: String
    let title: String
    let offset: Int
    /// Columns of key and title, with a blank on either side.
    var width: Int { SafeText.columns(of: key) + SafeText.columns(of: title) + 3 }
}

extension WorkbenchModel {
    /// The tabs on offer, and the current screen's, from the left.
    var tabs: [Tab] {
        var offset = 0
        return allScreens.filter { $0.name == screen || $0.isOffered(self) }.map { type in
            let key = keys.binding(named: "show.\(type.name)")?.keys.first?.text ?? ""
            let tab = Tab(name: type.name, key: key, title: type.title, offset: offset)
            offset += tab.width
            return tab
        }
    }
}
