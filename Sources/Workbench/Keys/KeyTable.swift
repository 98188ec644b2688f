// SPDX-License-Identifier: Apache-2.0
// The one table of keys: dispatch, footer, help and `:map` read it, so they cannot disagree.

import Screen

/// Keys and their operations.
struct KeyTable: Sendable {
    private(set) var bindings: [KeyBinding]
    private var operations: [KeyBinding.Scope: [KeyPress: Int]] = [:]

    /// The keys as shipped: those of every screen, then those that hold everywhere.
    static let standard = KeyTable(
        allScreens.flatMap { $0.bindings } + screenKeyBindings + motionKeyBindings + globalKeyBindings
            + promptKeyBindings + helpKeyBindings + questionKeyBindings)

    /// Creates a table; of two rows that claim a key in one scope the first one has it.
    init(_ bindings: [KeyBinding]) {
        self.bindings = bindings
        index()
    }

    /// The operation of a key, looked for in the given scopes in order.
    func binding(for press: KeyPress, in scopes: [KeyBinding.Scope]) -> KeyBinding? {
        for scope in scopes {
            if let index = operations[scope]?[press] { return bindings[index] }
        }
        return nil
    }

    /// The rows of a scope, in table order.
    func bindings(in scope: KeyBinding.Scope) -> [KeyBinding] { bindings.filter { $0.scope == scope } }

    /// The row of an operation.
    func binding(named name: String) -> KeyBinding? { bindings.first { $0.name == name } }

    /// Gives a key to an operation, taking it from the operation that has it in the same scope.
    ///
    /// - Returns: whether there is such an operation.
    mutating func bind(_ press: KeyPress, to name: String) -> Bool {
        guard let target = bindings.firstIndex(where: { $0.name == name }) else { return false }
        for index in bindings.indices where bindings[index].scope == bindings[target].scope {
            bindings[index].keys.removeAll { $0 == press }
        }
        bindings[target].keys.insert(press, at: 0)
        index()
        return true
    }

    private mutating func index() {
        operations = [:]
        for (index, binding) in bindings.enumerated() {
            for key in binding.keys where operations[binding.scope]?[key] == nil {
                operations[binding.scope, default: [:]][key] = index
            }
        }
    }
}

extension WorkbenchModel {
    /// Where keys are looked for now, innermost first.
    ///
    /// Taken once per key before anything reacts, so that one Enter cannot both close a prompt and act on the screen.
    var keyScopes: [KeyBinding.Scope] {
        switch overlay {
        case nil: [.screen(screen), .everywhere]
        case .prompt: [.prompt]
        case .help(let help): help.isSearching ? [.search] : [.help]
        case .quitQuestion, .stopQuestion: [.question]
        }
    }
}
