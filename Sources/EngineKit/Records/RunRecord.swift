// SPDX-License-Identifier: Apache-2.0
// Events whose bulk is numbers: draws of chains, predictions of objects, statistics of batches.

/// A value with a small description, which is stored as JSON, and arrays, which are stored as they are.
///
/// A conforming type leaves its arrays out of its coding keys and gives them defaults; everything else is coded.
public protocol NumericRecord: Sendable, Equatable, Codable {
    /// What the store calls it; never changed once runs with it exist.
    static var kind: String { get }
    /// Steps of the run that were done when it was made.
    var step: Int { get }
    /// The arrays, always as many and in the same order.
    var numbers: [[Float]] { get set }
}

/// A record of any kind; a new kind is a file and a row in each of the two tables here.
public enum RunRecord: Sendable, Equatable {
    /// What is known of a density before it is sampled.
    case target(TargetDescription)
    /// States of Markov chains.
    case draws(DrawBlock)
    /// What a method says of some objects.
    case predictions(PredictionBlock)
    /// The batch statistics of one layer and the distribution that was fitted to them.
    case statistics(ObservedStatistics)
    /// Pictures of objects that stand out.
    case pictures(PictureSet)

    /// Every kind.
    public static let kinds: [any NumericRecord.Type] = [
        TargetDescription.self, DrawBlock.self, PredictionBlock.self, ObservedStatistics.self, PictureSet.self,
    ]

    /// The record itself.
    public var content: any NumericRecord {
        switch self {
        case .target(let record): record
        case .draws(let record): record
        case .predictions(let record): record
        case .statistics(let record): record
        case .pictures(let record): record
        }
    }

    /// The case of a record; `nil` for a type that is no row of `kinds`.
    public init?(_ content: any NumericRecord) {
        switch content {
        case let record as TargetDescription: self = .target(record)
        case let record as DrawBlock: self = .draws(record)
        case let record as PredictionBlock: self = .predictions(record)
        case let record as ObservedStatistics: self = .statistics(record)
        case let record as PictureSet: self = .pictures(record)
        default: return nil
        }
    }

    /// Numbers in the arrays: what it weighs in memory, in units of 4 bytes.
    public var weight: Int { content.numbers.reduce(0) { $0 + $1.count } }
}
