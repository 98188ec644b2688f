// SPDX-License-Identifier: Apache-2.0
// The filter language of the table of runs.

import EngineKit

/// Terms that a run must fulfil, all of them.
///
/// `word` occurs in name, title, engine or state; `engine:sbp`, `state:run`, `name:lenet` occur there; `value<1` and
/// `value>1` compare the headline metric, which may also be called by its name (`error<1`); `-` before a term negates.
/// A term that is not understood is looked for as a word.
struct RunFilter: Sendable {
    private enum Term: Sendable {
        case word(String)
        case field(String, String)
        case below(String, Double)
        case above(String, Double)
    }

    private let terms: [(isNegated: Bool, term: Term)]

    init(_ text: String) {
        terms = text.lowercased().split(separator: " ").compactMap { part in
            let isNegated = part.count > 1 && part.hasPrefix("-")
            let word = String(isNegated ? part.dropFirst() : part)
            return (isNegated, Self.term(word))
        }
    }

    private static func term(_ word: String) -> Term {
        if let colon = word.firstIndex(of: ":"), ["engine", "state", "name"].contains(word[..<colon]) {
            return .field(String(word[..<colon]), String(word[word.index(after: colon)...]))
        }
        for (sign, make) in [("<", Term.below), (">", Term.above)] {
            guard let place = word.firstIndex(of: Character(sign)),
                let value = Double(word[word.index(after: place)...])
            else { continue }
            return make(String(word[..<place]), value)
        }
        return .word(word)
    }

    /// Whether a run passes.
    func matches(_ run: RunSummary) -> Bool {
        terms.allSatisfy { term in fulfils(run, term.term) != term.isNegated }
    }

    private func fulfils(_ run: RunSummary, _ term: Term) -> Bool {
        switch term {
        case .word(let word):
            return [run.name, run.title, run.engine, run.state.rawValue].contains { $0.lowercased().contains(word) }
        case .field(let field, let word):
            let text = field == "engine" ? run.engine : field == "state" ? run.state.rawValue : run.name
            return text.lowercased().contains(word)
        case .below(let name, let limit): return headline(run, name).map { $0 < limit } ?? false
        case .above(let name, let limit): return headline(run, name).map { $0 > limit } ?? false
        }
    }

    private func headline(_ run: RunSummary, _ name: String) -> Double? {
        guard let headline = run.headline else { return nil }
        return name == "value" || headline.name.lowercased().contains(name) ? headline.value : nil
    }
}
