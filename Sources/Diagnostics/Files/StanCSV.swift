// SPDX-License-Identifier: Apache-2.0
// Draws as a CSV file that CmdStanPy, ArviZ and posterior read. Makes text; whoever runs the sampler writes it.

/// Pieces of one chain's CSV file in the layout of CmdStan: `header`, then a `row` per draw, then `footer`.
public struct StanCSV: Sendable {
    /// Name of the model, letters, digits and `_`.
    public let model: String
    /// Names of the quantities: letters, digits, `_` and `.`; elements count from 1, as in `beta.1`.
    public let names: [String]
    /// Names of further statistics of each draw, each ending in `__`.
    public let statistics: [String]
    /// Draws that the file will hold.
    public let drawCount: Int
    /// Draws of warm-up that were made and are not in the file.
    public let warmupCount: Int
    /// Number of the chain, from 1.
    public let chain: Int
    /// Seed of the run.
    public let seed: UInt64

    /// Describes a file.
    ///
    /// - Precondition: no name is empty or holds a comma, a line end or a quotation mark; statistics end in `__`, names
    ///   do not.
    public init(
        model: String, names: [String], statistics: [String] = [], drawCount: Int, warmupCount: Int = 0, chain: Int = 1,
        seed: UInt64 = 0
    ) {
        for name in names + statistics + [model] {
            guard !name.isEmpty, name.utf8.allSatisfy({ $0 != 0x2C && $0 != 0x22 && $0 >= 0x20 }) else {
                fatalError("StanCSV: \(name) is no name")
            }
        }
        guard statistics.allSatisfy({ $0.hasSuffix("__") }), !names.contains(where: { $0.hasSuffix("__") }) else {
            fatalError("StanCSV: statistics, and only they, end in __")
        }
        self.model = model
        self.names = names
        self.statistics = statistics
        self.drawCount = drawCount
        self.warmupCount = warmupCount
        self.chain = chain
        self.seed = seed
    }

    /// The comments that readers look for, and the line of column names.
    ///
    /// The metric says nothing about a sampler without one, but readers fail without the line.
    public var header: String {
        """
        # model = \(model)
        # method = sample (Default)
        #   sample
        #     num_samples = \(drawCount)
        #     num_warmup = \(warmupCount)
        #     save_warmup = 0 (Default)
        #     thin = 1 (Default)
        #     adapt
        #       engaged = 0
        #     algorithm = fixed_param
        #       metric = unit_e
        # id = \(chain)
        # random
        #   seed = \(seed)
        \((["lp__", "accept_stat__"] + statistics + names).joined(separator: ","))

        """
    }

    /// The line of one draw.
    ///
    /// - Parameters:
    ///   - logDensity: log density of the draw, without normalisation.
    ///   - acceptance: acceptance probability of the proposal that led here.
    ///   - statistics: the further statistics, in their order.
    ///   - values: the quantities, in their order.
    public func row(
        logDensity: Double, acceptance: Double, statistics: [Double] = [], values: some Collection<Double>
    ) -> String {
        guard statistics.count == self.statistics.count, values.count == names.count else {
            fatalError("StanCSV: \(statistics.count) statistics and \(values.count) values in a row")
        }
        var text = "\(Self.text(logDensity)),\(Self.text(acceptance))"
        for number in statistics { text += ",\(Self.text(number))" }
        for number in values { text += ",\(Self.text(number))" }
        return text + "\n"
    }

    /// The comments behind the last draw; CmdStanPy takes a file without them for one that is still being written.
    ///
    /// - Parameters:
    ///   - warmupSeconds: time spent on warm-up.
    ///   - samplingSeconds: time spent on the draws.
    public func footer(warmupSeconds: Double, samplingSeconds: Double) -> String {
        """
        #
        #  Elapsed Time: \(Self.seconds(warmupSeconds)) seconds (Warm-up)
        #                \(Self.seconds(samplingSeconds)) seconds (Sampling)
        #                \(Self.seconds(warmupSeconds + samplingSeconds)) seconds (Total)
        #

        """
    }

    /// Seconds with three decimals: readers do not know exponents here.
    private static func seconds(_ seconds: Double) -> String {
        let milliseconds = Int(max(0, min(seconds, 1e12)) * 1000)
        return "\(milliseconds / 1000).\(String(milliseconds % 1000 + 1000).dropFirst())"
    }

    /// The shortest text that reads back as the same number; `NaN`, `inf`, `-inf` as CmdStan writes them.
    private static func text(_ number: Double) -> String {
        number.isNaN ? "NaN" : "\(number)"
    }
}
