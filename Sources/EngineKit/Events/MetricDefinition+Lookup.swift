// SPDX-License-Identifier: Apache-2.0
// Finding metrics by name and comparing their values by the metric's direction.

extension MetricDirection {
    /// Whether a value is better than another one.
    ///
    /// NaN is never better, and anything is better than NaN; of a neutral metric no value is better.
    public func isBetter(_ value: Double, than other: Double) -> Bool {
        if self == .neutral || value.isNaN { return false }
        if other.isNaN { return true }
        return self == .lowerIsBetter ? value < other : value > other
    }
}

extension MetricDefinition {
    /// The part of the name before the slash, such as `train`; empty without a slash.
    public var group: Substring {
        name.firstIndex(of: "/").map { name[..<$0] } ?? ""
    }

    /// The part of the name after the slash, or the whole name.
    public var shortName: Substring {
        name.firstIndex(of: "/").map { name[name.index(after: $0)...] } ?? name[...]
    }
}

extension Sequence<MetricDefinition> {
    /// The definition of a metric, if the table has it.
    public func definition(named name: String) -> MetricDefinition? {
        first { $0.name == name }
    }

    /// The direction of a metric; neutral when the table does not have it.
    public func direction(of name: String) -> MetricDirection {
        definition(named: name)?.direction ?? .neutral
    }
}
