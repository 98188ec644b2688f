// SPDX-License-Identifier: Apache-2.0
// The newest and the best value of every metric, for the result object.

import EngineKit

/// Newest and best values of metrics.
struct MetricRecord {
    private var names: [String] = []
    private var values: [String: (last: Double, best: Double?)] = [:]
    private let definitions: [MetricDefinition]

    init(definitions: [MetricDefinition]) {
        self.definitions = definitions
    }

    /// Takes a value; NaN becomes the last value and never the best.
    mutating func take(_ value: MetricValue) {
        let direction = definitions.direction(of: value.name)
        guard let known = values[value.name] else {
            names.append(value.name)
            values[value.name] = (value.value, value.value.isNaN || direction == .neutral ? nil : value.value)
            return
        }
        var best = known.best
        if direction != .neutral, !value.value.isNaN {
            let isBetter = best.map { direction == .lowerIsBetter ? value.value < $0 : value.value > $0 } ?? true
            if isBetter { best = value.value }
        }
        values[value.name] = (value.value, best)
    }

    /// `{ "test/error": { "last": 1.2, "best": 1.1 }, … }`, in order of first appearance; no `best` where neither
    /// direction is better.
    var json: JSONObject {
        var object = JSONObject()
        for name in names {
            guard let value = values[name] else { continue }
            var entry = JSONObject()
            entry["last"] = .real(value.last)
            if let best = value.best { entry["best"] = .real(best) }
            object[name] = .object(entry)
        }
        return object
    }

    /// Takes over what `json` said in an earlier process.
    mutating func restore(_ json: JSONObject) {
        for name in json.keys {
            guard let entry = json[name]?.object, let last = entry["last"]?.number else { continue }
            if values[name] == nil { names.append(name) }
            values[name] = (last, entry["best"]?.number)
        }
    }
}
