// SPDX-License-Identifier: Apache-2.0
// Learning rates over a stage, as a factor of the base rate.

import Glibc

/// The factor on the base learning rate as a function of how much of a stage is done.
public enum Schedule: Sendable, Equatable, CustomStringConvertible {
    /// Always 1.
    case constant
    /// 1 until epoch `from`, then a straight line down to 0 at the end of the stage.
    case linear(from: Double)
    /// Half a cosine from 1 down to 0 over the whole stage.
    case cosine

    /// Reads `constant`, `cosine`, `linear` or `linear-from 100`.
    public init?(_ text: String) {
        let words = text.split(separator: " ")
        switch (words.first, words.count) {
        case ("constant", 1): self = .constant
        case ("cosine", 1): self = .cosine
        case ("linear", 1): self = .linear(from: 0)
        case ("linear-from", 2):
            guard let epoch = Double(words[1]), epoch >= 0, epoch.isFinite else { return nil }
            self = .linear(from: epoch)
        default: return nil
        }
    }

    /// The forms that `init(_:)` reads, for messages.
    public static let forms = "constant, linear, linear-from EPOCH or cosine"

    /// The text that `init(_:)` reads back.
    public var description: String {
        switch self {
        case .constant: "constant"
        case .linear(from: 0): "linear"
        case .linear(let epoch): "linear-from \(epoch)"
        case .cosine: "cosine"
        }
    }

    /// The factor at a position.
    ///
    /// - Parameters:
    ///   - epoch: epochs done in the stage, a fraction within one.
    ///   - epochs: length of the stage, positive.
    /// - Returns: a value in [0, 1].
    public func factor(epoch: Double, epochs: Double) -> Double {
        switch self {
        case .constant:
            1
        case .linear(let from):
            from >= epochs ? 1 : min(1, max(0, (epochs - epoch) / (epochs - from)))
        case .cosine:
            0.5 * (1 + cos(Double.pi * min(1, max(0, epoch / epochs))))
        }
    }
}
