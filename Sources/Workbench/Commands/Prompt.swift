// SPDX-License-Identifier: Apache-2.0
// The line at the bottom in which commands and filters are typed: editing, history, completion.

import Screen

extension WorkbenchModel {
    /// How many lines the history keeps.
    static let historyCapacity = 500

    /// Whether characters are typed text now.
    var isTyping: Bool {
        switch overlay {
        case .prompt: true
        case .help(let help): help.isSearching
        default: false
        }
    }

    /// The prompt, when it is open; setting it keeps filters up to date while they are typed.
    var prompt: PromptState? {
        get { if case .prompt(let prompt) = overlay { prompt } else { nil } }
        set {
            guard let newValue else { return }
            overlay = .prompt(newValue)
            if newValue.purpose == .filter { filter = newValue.field.text }
        }
    }

    /// Adds typed or pasted text to the prompt or to the search in help.
    mutating func type(_ text: String) {
        if case .help(var help) = overlay {
            help.filter += text
            help.scroll = 0
            overlay = .help(help)
        }
        edit { $0.field.insert(text) }
    }

    /// Changes the typed line; candidates belong to the line before.
    mutating func edit(_ change: (inout PromptState) -> Void) {
        guard var prompt else { return }
        change(&prompt)
        prompt.candidates = []
        prompt.candidate = nil
        self.prompt = prompt
    }

    /// Runs the typed line.
    mutating func acceptPrompt() -> [Effect] {
        guard let prompt else { return [] }
        overlay = nil
        let line = prompt.field.text
        guard prompt.purpose == .command, line.contains(where: { $0 != " " }) else { return [] }
        if commandHistory.last != line { commandHistory.append(line) }
        if commandHistory.count > Self.historyCapacity { commandHistory.removeFirst() }
        return run(commandLine: line)
    }

    /// Closes the prompt; a filter is taken back.
    mutating func cancelPrompt() {
        if prompt?.purpose == .filter { filter = "" }
        overlay = nil
    }

    /// Walks through lines of the history that begin with what was typed.
    mutating func walkHistory(by step: Int) {
        guard var prompt, prompt.purpose == .command else { return }
        if prompt.historyIndex == 0 { prompt.draft = prompt.field.text }
        let matching = commandHistory.filter { $0.hasPrefix(prompt.draft) }
        let index = min(matching.count, max(0, prompt.historyIndex + step))
        prompt.historyIndex = index
        prompt.field = TextFieldState(index == 0 ? prompt.draft : matching[matching.count - index])
        prompt.candidates = []
        prompt.candidate = nil
        self.prompt = prompt
    }

    /// Completes the last word: the only candidate at once, else a walk through all of them.
    mutating func complete(by step: Int) {
        guard var prompt, prompt.purpose == .command else { return }
        if prompt.candidates.isEmpty {
            prompt.candidates = completions(of: prompt.field.text)
            guard !prompt.candidates.isEmpty else { return }
            prompt.candidate = step > 0 ? 0 : prompt.candidates.count - 1
        } else {
            let count = prompt.candidates.count
            prompt.candidate = ((prompt.candidate ?? 0) + step + count) % count
        }
        prompt.field = TextFieldState(prompt.candidates[prompt.candidate ?? 0])
        // A single candidate is done; the next Tab completes the next word.
        if prompt.candidates.count == 1 {
            prompt.candidates = []
            prompt.candidate = nil
        }
        self.prompt = prompt
    }

    /// What Tab would add to the typed line, shown faintly.
    var completionHint: String {
        guard let prompt, prompt.purpose == .command, prompt.candidates.isEmpty, !prompt.field.text.isEmpty,
            let first = completions(of: prompt.field.text).first, first.hasPrefix(prompt.field.text)
        else { return "" }
        return String(first.dropFirst(prompt.field.text.count))
    }
}

/// The keys of the prompt.
let promptKeyBindings: [KeyBinding] = [
    KeyBinding("prompt.accept", .prompt, [.named(.enter)], "run the command, keep the filter") { $0.acceptPrompt() },
    prompt("cancel", [.named(.escape), .control("c"), .control("g")], "leave without running it") { model in
        model.cancelPrompt()
    },
    prompt("complete", [.named(.tab)], "complete; again for the next candidate") { $0.complete(by: 1) },
    prompt("complete-back", [KeyPress(.tab, .shift)], "the candidate before") { $0.complete(by: -1) },
    prompt("older", [.named(.up), .control("p")], "older line with this beginning") { $0.walkHistory(by: 1) },
    prompt("newer", [.named(.down), .control("n")], "newer line") { $0.walkHistory(by: -1) },
    prompt("left", [.named(.left), .control("b")], "cursor left") { $0.edit { $0.field.move(by: -1) } },
    prompt("right", [.named(.right), .control("f")], "cursor right") { $0.edit { $0.field.move(by: 1) } },
    prompt("start", [.named(.home), .control("a")], "cursor to the start") { $0.edit { $0.field.moveToStart() } },
    prompt("end", [.named(.end), .control("e")], "cursor to the end") { $0.edit { $0.field.moveToEnd() } },
    prompt("delete-back", [.named(.backspace), .control("h")], "delete; in an empty line leave") { model in
        if model.prompt?.field.text.isEmpty ?? true { model.cancelPrompt() }
        model.edit { $0.field.deleteBackward() }
    },
    prompt("delete", [.named(.delete), .control("d")], "delete under the cursor") { model in
        model.edit { $0.field.deleteForward() }
    },
    prompt("delete-word", [.control("w")], "delete the word before") { $0.edit { $0.field.deleteWord() } },
    prompt("delete-to-start", [.control("u")], "delete to the start") { $0.edit { $0.field.deleteToStart() } },
    prompt("delete-to-end", [.control("k")], "delete to the end") { $0.edit { $0.field.deleteToEnd() } },
]

private func prompt(
    _ name: String, _ keys: [KeyPress], _ summary: String,
    _ perform: @escaping @Sendable (inout WorkbenchModel) -> Void
) -> KeyBinding {
    KeyBinding("prompt.\(name)", .prompt, keys, summary) { model in
        perform(&model)
        return []
    }
}
