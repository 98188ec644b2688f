// SPDX-License-Identifier: Apache-2.0
// The `[target]` section of a session file: which density a run samples.

import Chains
import Datasets
import EngineKit
import Glibc

/// Which density a run samples, as its session file says.
enum TargetSelection: Sendable, Equatable {
    /// A row of `allTargets`.
    case plane(String)
    /// A normal distribution of more or fewer coordinates than a plane has, with correlation 0.8 between neighbours.
    case gaussian(dimension: Int)
    /// The posterior of a logistic regression on a table.
    ///
    /// - Parameters:
    ///   - label: name of the column that holds the classes; the last one without.
    ///   - positive: the number that stands for class 1 in it; 1 without.
    case logisticRegression(file: String, label: String?, positive: Double)
    /// A log density as text.
    case expression(ExpressionDensity)

    private static let regression = "logistic-regression"
    private static let text = "expression"
    private static let normal = "gaussian"

    /// Reads the section.
    init(_ settings: SettingsReader) {
        let names = allTargets.map(\.name) + [Self.regression, Self.text]
        let name = settings.string("name", default: "mog6", allowed: names)
        let file = settings.contains("file") ? settings.string("file") : nil
        let label = settings.contains("label") ? settings.string("label") : nil
        let positive = settings.real("positive", default: 1)
        let expression = settings.contains("logDensity") ? settings.string("logDensity") : nil
        let variables = settings.strings("variables", default: [])
        let dimension = settings.integer("dimension", default: 2, in: 1...1000)
        // Two coordinates are the target of the plane, of which more is known.
        self = name == Self.normal && dimension != 2 ? .gaussian(dimension: dimension) : .plane(name)
        if name == Self.regression {
            if file == nil { settings.report("file", allowed: "a table of numbers in a data folder, with \(name)") }
            self = .logisticRegression(file: file ?? "", label: label, positive: positive)
        } else if name == Self.text {
            guard let expression, !variables.isEmpty else {
                settings.report(
                    expression == nil ? "logDensity" : "variables", allowed: "logDensity and variables, with \(name)")
                return
            }
            do throws(ExpressionError) {
                self = .expression(try ExpressionDensity(expression, variables: variables))
            } catch {
                settings.report(error.code == .badVariable ? "variables" : "logDensity", allowed: error.description)
            }
        }
        for (key, owner) in [
            ("file", Self.regression), ("label", Self.regression), ("positive", Self.regression),
            ("logDensity", Self.text), ("variables", Self.text), ("dimension", Self.normal),
        ] where owner != name && settings.contains(key) {
            settings.report(key, allowed: "no \(key) with \(name), only with \(owner)")
        }
    }

    /// Builds the density; reads the table of a regression.
    ///
    /// - Parameter directories: folders in which the table is looked for, in this order, and behind them the working folder.
    func makeTarget(directories: [String]) throws(EngineError) -> SampledTarget {
        switch self {
        case .plane(let name):
            guard let plane = allTargets.first(where: { $0.name == name }) else {
                fatalError("no target \(name) in the table")
            }
            return SampledTarget(plane)
        case .gaussian(let dimension):
            return SampledTarget(
                name: Self.normal, density: FullGaussian.autoregressive(dimension: dimension, correlation: 0.8),
                coordinates: (1...dimension).map { "x\($0)" })
        case .expression(let density):
            return SampledTarget(name: Self.text, density: density, coordinates: density.variables)
        case .logisticRegression(let file, let label, let positive):
            return try Self.regression(
                try Self.path(of: file, in: directories), label: label, positive: positive)
        }
    }

    /// Where a table is.
    private static func path(of file: String, in directories: [String]) throws(EngineError) -> String {
        if file.hasPrefix("/") { return file }
        let places = directories.map { "\($0)/\(file)" } + [file]
        guard let found = places.first(where: { access($0, R_OK) == 0 }) else {
            throw EngineError("target.file: there is no \(file); looked for: \(places.joined(separator: ", "))")
        }
        return found
    }

    private static func regression(
        _ file: String, label: String?, positive: Double
    ) throws(EngineError) -> SampledTarget {
        let table: DelimitedTable
        do throws(DatasetError) { table = try readDelimitedTable(file) } catch {
            throw EngineError(error.description)
        }
        let width = table.columns.count
        guard let column = label.map({ table.columns.firstIndex(of: $0) }) ?? (width - 1) else {
            throw EngineError(
                "\(file): there is no column \"\(label ?? "")\"; allowed: "
                    + table.columns.prefix(50).joined(separator: ", "))
        }
        let classes = table.column(column)
        let labels = classes.map { $0 == positive ? 1 : 0 }
        guard Set(classes).count == 2, labels.contains(1) else {
            let found = Set(classes).sorted().prefix(10).map { String($0) }.joined(separator: ", ")
            throw EngineError(
                "\(file), column \(table.columns[column]): found the values \(found); "
                    + "allowed: two values, one of them \(positive)")
        }
        let features = (0..<table.rowCount).flatMap { row in
            (0..<width).filter { $0 != column }.map { table.values[row * width + $0] }
        }
        let density: LogisticRegression
        do throws(ParameterError) {
            density = try LogisticRegression(features: features, labels: labels)
        } catch {
            throw EngineError("\(file): \(error)")
        }
        let names = table.columns.indices.filter { $0 != column }.map { table.columns[$0] }
        let kept = names.indices.filter { !density.droppedFeatures.contains($0) }.map { names[$0] }
        return SampledTarget(name: regression, density: density, coordinates: kept + ["bias"])
    }
}
