// SPDX-License-Identifier: Apache-2.0
// What one method says of some objects, averaged over 1, 2, 4, … draws.

/// Averaged predictions of consecutive objects.
public struct PredictionBlock: NumericRecord {
    /// What the store calls it.
    public static let kind = "predictions"

    /// Where the objects come from.
    public enum Domain: String, Sendable, Codable, CaseIterable {
        /// The data that the network was trained for.
        case inside
        /// Objects of another kind.
        case outside
    }

    /// Steps of the run that were done when it was made.
    public var step: Int
    /// Name of the method, such as `virtual`.
    public var method: String
    /// Networks that were averaged.
    public var members: Int
    /// Where the objects come from.
    public var domain: Domain
    /// Index of the first of these objects.
    public var first: Int
    /// Objects of the domain that the method predicts in all.
    public var total: Int
    /// Classes, K.
    public var classes: Int
    /// Numbers of draws per member that were averaged, ascending.
    public var drawCounts: [Int]
    /// True classes `[n]`; empty outside of the domain.
    public var labels: [Int]
    /// Natural logarithm of the averaged probabilities, `[drawCounts, n, K]`.
    public var logProbabilities: [Float] = []

    private enum CodingKeys: CodingKey {
        case step, method, members, domain, first, total, classes, drawCounts, labels
    }

    /// The arrays, in the order of their declaration.
    public var numbers: [[Float]] {
        get { [logProbabilities] }
        set { logProbabilities = newValue[0] }
    }

    /// Objects, n.
    public var count: Int {
        classes > 0 && !drawCounts.isEmpty ? logProbabilities.count / (classes * drawCounts.count) : 0
    }

    /// Creates a block.
    public init(
        step: Int, method: String, members: Int, domain: Domain, first: Int, total: Int, classes: Int,
        drawCounts: [Int], labels: [Int], logProbabilities: [Float]
    ) {
        self.step = step
        self.method = method
        self.members = members
        self.domain = domain
        self.first = first
        self.total = total
        self.classes = classes
        self.drawCounts = drawCounts
        self.labels = labels
        self.logProbabilities = logProbabilities
    }
}
