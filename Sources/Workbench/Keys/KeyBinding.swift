// SPDX-License-Identifier: Apache-2.0
// A row of the key table: keys, what they do, and what help and footer say about it.

public import Screen

/// An operation of the workbench with the keys that start it.
struct KeyBinding: Sendable {
    /// Where the keys mean this.
    enum Scope: Hashable, Sendable {
        /// On all screens, unless a screen has its own meaning for the key.
        case everywhere
        /// On one screen.
        case screen(String)
        /// While a line is typed.
        case prompt
        /// While help is shown.
        case help
        /// While a search in help is typed.
        case search
        /// While a question is asked.
        case question

        /// The heading in help.
        var title: String {
            switch self {
            case .everywhere: "Everywhere"
            case .screen(let name): screenType(named: name)?.title ?? name
            case .prompt: "While typing"
            case .help: "In this help"
            case .search: "While searching help"
            case .question: "When asked"
            }
        }
    }

    /// The operation's name for `:map`, such as `curves.logarithmic`; unique.
    let name: String
    let scope: Scope
    /// The keys, the first one is the one that the footer shows.
    var keys: [KeyPress]
    /// A word or two for the footer; `nil` keeps it out.
    let label: String?
    /// A phrase for help.
    let summary: String
    /// What happens.
    let perform: @Sendable (inout WorkbenchModel) -> [Effect]

    init(
        _ name: String, _ scope: Scope, _ keys: [KeyPress], label: String? = nil, _ summary: String,
        _ perform: @escaping @Sendable (inout WorkbenchModel) -> [Effect]
    ) {
        self.name = name
        self.scope = scope
        self.keys = keys
        self.label = label
        self.summary = summary
        self.perform = perform
    }

    /// What the footer shows, if anything.
    var hint: KeyHint? {
        guard let label, let key = keys.first else { return nil }
        return KeyHint(key.text, label)
    }

    /// The keys as help prints them, such as `j ↓`.
    var keyText: String { keys.map(\.text).joined(separator: " ") }
}

extension KeyPress: ExpressibleByUnicodeScalarLiteral, ExpressibleByExtendedGraphemeClusterLiteral {
    /// A printing character.
    public init(extendedGraphemeClusterLiteral character: Character) { self.init(.character(character)) }

    /// Control and a letter.
    static func control(_ character: Character) -> KeyPress { KeyPress(.character(character), .control) }

    /// A key without a character.
    static func named(_ key: Key) -> KeyPress { KeyPress(key) }

    /// The key as help prints it, such as `Ctrl-d`; what `:map` reads.
    var text: String {
        var prefix = ""
        if modifiers.contains(.control) { prefix += "Ctrl-" }
        if modifiers.contains(.alternate) { prefix += "Alt-" }
        if modifiers.contains(.shift) { prefix += "Shift-" }
        return prefix + key.text
    }

    /// Reads a key as `text` writes it; `nil` when there is no such key.
    init?(text: String) {
        var rest = text[...]
        var modifiers: Modifiers = []
        for (prefix, modifier) in [("Ctrl-", Modifiers.control), ("Alt-", .alternate), ("Shift-", .shift)]
        where rest.hasPrefix(prefix) && rest.count > prefix.count {
            rest = rest.dropFirst(prefix.count)
            modifiers.insert(modifier)
        }
        if let key = Key.namedKeys.first(where: { $0.text.lowercased() == rest.lowercased() }) {
            self.init(key, modifiers)
        } else if rest.count == 1, let character = rest.first {
            self.init(.character(character), modifiers)
        } else {
            return nil
        }
    }
}

extension Key {
    /// All keys without a printing character, and the space, whose name is easier to read than itself.
    static let namedKeys: [Key] =
        [
            .enter, .escape, .tab, .backspace, .delete, .insert, .up, .down, .left, .right, .home, .end, .pageUp,
            .pageDown, .character(" "),
        ] + (1...12).map { .function($0) }

    var text: String {
        switch self {
        case .character(" "): "Space"
        case .character(let character): String(character)
        case .enter: "Enter"
        case .escape: "Esc"
        case .tab: "Tab"
        case .backspace: "Backspace"
        case .delete: "Del"
        case .insert: "Ins"
        case .up: "↑"
        case .down: "↓"
        case .left: "←"
        case .right: "→"
        case .home: "Home"
        case .end: "End"
        case .pageUp: "PgUp"
        case .pageDown: "PgDn"
        case .function(let number): "F\(number)"
        }
    }
}
