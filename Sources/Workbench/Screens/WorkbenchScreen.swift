// SPDX-License-Identifier: Apache-2.0
// What a screen is: one file with a name, keys, a drawing and a reaction to movements; and the table of all screens.

import Screen

/// A full-window view of the model; a namespace of pure functions.
protocol WorkbenchScreen: Sendable {
    /// The name for commands and snapshots, such as `curves`.
    static var name: String { get }
    /// The name in the row of tabs.
    static var title: String { get }
    /// The key that shows it.
    static var key: KeyPress { get }
    /// The keys that mean something else or something more here.
    static var bindings: [KeyBinding] { get }

    /// Whether the screen has a tab for the current run; a key or command shows it anyway, with an explanation.
    static func isOffered(_ model: WorkbenchModel) -> Bool

    /// What the right end of the row of tabs says.
    static func status(_ model: WorkbenchModel) -> [StyledText]

    /// Draws the screen into an area of any size.
    static func draw(_ model: WorkbenchModel, on buffer: inout CellBuffer, in area: Rectangle)

    /// Reacts to a movement.
    static func move(_ motion: Motion, _ model: inout WorkbenchModel) -> [Effect]

    /// Reacts to the mouse; positions are those of the window, `area` is where the screen is drawn.
    static func mouse(_ event: MouseEvent, in area: Rectangle, _ model: inout WorkbenchModel) -> [Effect]
}

extension WorkbenchScreen {
    /// A key of this screen that changes the model and asks nothing of the world.
    static func key(
        _ operation: String, _ keys: [KeyPress], label: String? = nil, _ summary: String,
        _ perform: @escaping @Sendable (inout WorkbenchModel) -> Void
    ) -> KeyBinding {
        KeyBinding("\(name).\(operation)", .screen(name), keys, label: label, summary) { model in
            perform(&model)
            return []
        }
    }

    static func isOffered(_ model: WorkbenchModel) -> Bool { true }
    static func status(_ model: WorkbenchModel) -> [StyledText] { [] }

    /// The wheel moves like the keys.
    static func mouse(_ event: MouseEvent, in area: Rectangle, _ model: inout WorkbenchModel) -> [Effect] {
        switch event.kind {
        case .wheelUp: move(.up, &model)
        case .wheelDown: move(.down, &model)
        case .press, .release, .drag: []
        }
    }
}

/// All screens in the order of their tabs; a new screen is a file and a row here.
let allScreens: [any WorkbenchScreen.Type] = [
    CurvesScreen.self, SparsityScreen.self, UncertaintyScreen.self, ChainsScreen.self, RunsScreen.self, LogScreen.self,
    SessionsScreen.self,
]

/// The screen of a name.
func screenType(named name: String) -> (any WorkbenchScreen.Type)? { allScreens.first { $0.name == name } }

/// One key per screen.
let screenKeyBindings: [KeyBinding] = allScreens.map { screen in
    KeyBinding("show.\(screen.name)", .everywhere, [screen.key], "show \(screen.title)") { model in
        model.show(screen: screen.name)
        return []
    }
}
