// SPDX-License-Identifier: Apache-2.0
// The keys of the help, and what it lists.

import Screen

extension WorkbenchModel {
    /// Scopes that are listed in every help.
    private static let commonScopes: [KeyBinding.Scope] = [.everywhere, .prompt, .help, .search, .question]

    /// Changes the help on show.
    mutating func changeHelp(_ change: (inout HelpState) -> Void) {
        guard case .help(var help) = overlay else { return }
        change(&help)
        help.scroll = max(0, help.scroll)
        overlay = .help(help)
    }

    /// The sections of the help: keys of the current screen first, then those that hold everywhere.
    func helpSections(_ content: HelpState.Content) -> [HelpSection] {
        switch content {
        case .definition: return []
        case .keys:
            let scopes: [KeyBinding.Scope] = [.screen(screen)] + Self.commonScopes
            let shadowed = Set(keys.bindings(in: .screen(screen)).flatMap(\.keys))
            return scopes.map { scope in
                HelpSection(
                    scope.title,
                    keys.bindings(in: scope).compactMap { binding in
                        // A key that the screen uses otherwise does not do what it does elsewhere.
                        let shown = scope == .everywhere ? binding.keys.filter { !shadowed.contains($0) } : binding.keys
                        return shown.isEmpty ? nil : KeyHint(shown.map(\.text).joined(separator: " "), binding.summary)
                    })
            }.filter { !$0.hints.isEmpty }
        case .map:
            let scopes = allScreens.map { KeyBinding.Scope.screen($0.name) } + Self.commonScopes
            return scopes.map { scope in
                HelpSection(scope.title, keys.bindings(in: scope).map { KeyHint($0.keyText, $0.name) })
            }.filter { !$0.hints.isEmpty }
        }
    }
}

/// The keys of the help, and of the search in it.
let helpKeyBindings: [KeyBinding] = [
    help("close", .help, [.named(.escape), "q", .control("c")], "close") { $0.overlay = nil },
    help("definition", .help, ["?", .named(.function(1))], "what the focused number means; again to close") { model in
        guard case .help(let help) = model.overlay else { return }
        model.overlay = help.content == .definition ? nil : .help(HelpState(content: .definition))
    },
    help("search", .help, ["/"], "search") { $0.changeHelp { $0.isSearching = true } },
    help("down", .help, ["j", .named(.down)], "down") { $0.changeHelp { $0.scroll += 1 } },
    help("up", .help, ["k", .named(.up)], "up") { $0.changeHelp { $0.scroll -= 1 } },
    help("page-down", .help, [.named(.pageDown), .control("d"), " "], "a page down") {
        $0.changeHelp { $0.scroll += 10 }
    },
    help("page-up", .help, [.named(.pageUp), .control("u")], "a page up") { $0.changeHelp { $0.scroll -= 10 } },
    help("first", .help, ["g", .named(.home)], "to the start") { $0.changeHelp { $0.scroll = 0 } },
    help("search-end", .search, [.named(.escape), .control("c")], "end the search") { model in
        model.changeHelp {
            $0.isSearching = false
            $0.filter = ""
        }
    },
    help("search-keep", .search, [.named(.enter)], "keep what was found") { $0.changeHelp { $0.isSearching = false } },
    help("search-delete", .search, [.named(.backspace), .control("h")], "delete") { model in
        model.changeHelp { help in
            if help.filter.isEmpty { help.isSearching = false } else { help.filter.removeLast() }
        }
    },
]

private func help(
    _ name: String, _ scope: KeyBinding.Scope, _ keys: [KeyPress], _ summary: String,
    _ perform: @escaping @Sendable (inout WorkbenchModel) -> Void
) -> KeyBinding {
    KeyBinding("help.\(name)", scope, keys, summary) { model in
        perform(&model)
        return []
    }
}
