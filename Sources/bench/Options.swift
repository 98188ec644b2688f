// SPDX-License-Identifier: Apache-2.0
// What the command line asks for.

import Foundation

/// A command line that cannot be followed.
struct OptionError: Error {
    /// What is wrong and what is allowed.
    let text: String
}

/// The settings of one invocation.
struct Options: Sendable {
    /// Threads on both sides of every comparison.
    var threads = ProcessInfo.processInfo.activeProcessorCount
    /// Seconds that each measurement of a round lasts, for PyTorch per configuration.
    var seconds = 2.0
    /// How often the two sides take turns.
    var rounds = 3
    /// Parts of names of cases; empty means all cases.
    var only: [String] = []
    /// Whether convolutions must be direct, for a comparison with Winograd's algorithm.
    var isDirect = false
    var isJSON = false
    var wantsHelp = false

    static let usage = """
        usage: bench [--seconds S] [--rounds N] [--threads N] [--only NAME]... [--json]

          --seconds S   seconds per measurement and round (2)
          --rounds N    rounds; elbo and PyTorch take turns in each (3)
          --threads N   threads for both (all cores)
          --only NAME   only the cases whose name contains NAME; may be repeated
          --direct      no Winograd convolutions
          --json        one JSON object instead of the table

        cases: \(caseNames.joined(separator: ", "))

        PyTorch takes part when ELBO_TORCH_PYTHON names a Python that has torch.
        """

    static var caseNames: [String] {
        Workload.all.map(\.name) + [NoiseCost.name, VirtualBatchCost.name, ProposalSpeed.name]
            + PublishedSpeed.caseNames
    }

    init(_ arguments: some Sequence<String>) throws(OptionError) {
        var rest = arguments.makeIterator()
        while let option = rest.next() {
            switch option {
            case "--seconds": seconds = try Self.number(option, rest.next(), in: 0.01...3600)
            case "--rounds": rounds = Int(try Self.number(option, rest.next(), in: 1...1000))
            case "--threads": threads = Int(try Self.number(option, rest.next(), in: 1...1024))
            case "--only": only.append(try Self.caseName(rest.next()))
            case "--direct": isDirect = true
            case "--json": isJSON = true
            case "--help", "-h": wantsHelp = true
            default: throw OptionError(text: "unknown option \(option)")
            }
        }
    }

    /// Whether the case with this name is to be measured.
    func selects(_ name: String) -> Bool {
        only.isEmpty || only.contains { name.contains($0) }
    }

    private static func number(
        _ option: String, _ text: String?, in range: ClosedRange<Double>
    ) throws(OptionError) -> Double {
        guard let number = text.flatMap(Double.init), range.contains(number) else {
            throw OptionError(
                text: "\(option) \(text ?? ""): a number from \(range.lowerBound) to \(range.upperBound) is needed")
        }
        return number
    }

    private static func caseName(_ text: String?) throws(OptionError) -> String {
        guard let text, !text.isEmpty, caseNames.contains(where: { $0.contains(text) }) else {
            throw OptionError(text: "--only \(text ?? ""): the cases are \(caseNames.joined(separator: ", "))")
        }
        return text
    }
}
