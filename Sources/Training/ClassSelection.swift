// SPDX-License-Identifier: Apache-2.0
// Which classes of a data set a run uses: all, a list, or some that are drawn.

import Datasets
public import EngineKit
import Probability

/// The classes of a data set that are kept; they become classes 0, 1, … in their order.
public enum ClassSelection: Sendable, Equatable {
    /// Every class.
    case all
    /// These, in this order.
    case listed([Int])
    /// So many different ones, drawn from a seed, or from the run's without one, in ascending order.
    case random(count: Int, seed: UInt64?)

    /// Reads the keys `classes`, `randomClasses` and `classSeed` of a section.
    ///
    /// - Parameter name: of the data set whose classes are meant.
    public init(_ settings: SettingsReader, of name: String) {
        let isRandom = settings.contains("randomClasses")
        let seed = settings.contains("classSeed") ? UInt64(settings.integer("classSeed", in: 0...)) : nil
        if seed != nil, !isRandom {
            settings.report("classSeed", allowed: "no seed without randomClasses")
        }
        let kind = allDatasets.first { $0.name == name }
        let total = kind?.classNames.count ?? 10_000
        if isRandom {
            if settings.contains("classes") {
                settings.report("randomClasses", allowed: "either classes or randomClasses")
            }
            self = .random(count: settings.integer("randomClasses", in: 1...total), seed: seed)
            return
        }
        guard let classes = Self.list(settings, total: total) else {
            self = .all
            return
        }
        self = .listed(classes)
    }

    /// The key `classes` of a section, `nil` when it is absent.
    ///
    /// - Parameter total: classes that the data set has.
    public static func list(_ settings: SettingsReader, total: Int) -> [Int]? {
        guard settings.contains("classes") else { return nil }
        let classes = settings.integers("classes", in: 0...9_999)
        if classes.isEmpty || Set(classes).count < classes.count || classes.contains(where: { $0 >= total }) {
            settings.report("classes", allowed: "at least one class, each from 0 to \(total - 1) and once")
        }
        return classes
    }

    /// The classes themselves; `nil` for all.
    ///
    /// - Parameters:
    ///   - total: classes that the data set has.
    ///   - seed: the seed of the run.
    public func classes(of total: Int, seed: UInt64) -> [Int]? {
        switch self {
        case .all: return nil
        case .listed(let classes): return classes
        case .random(let count, let own):
            var stream = RandomStream(seed: own ?? seed, purpose: "data/classes")
            return stream.permutation(count: total).prefix(count).sorted()
        }
    }

    /// The classes that are left over, in ascending order.
    ///
    /// - Parameters: as for `classes(of:seed:)`.
    public func others(of total: Int, seed: UInt64) -> [Int] {
        let kept = Set(classes(of: total, seed: seed) ?? Array(0..<total))
        return (0..<total).filter { !kept.contains($0) }
    }
}
