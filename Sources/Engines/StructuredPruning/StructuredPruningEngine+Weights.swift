// SPDX-License-Identifier: Apache-2.0
// Sparse variational dropout in the engine: units from weights, the network without its noisy weights, and what it shows.

import EngineKit
import Nets
import Probability
import TensorCore

extension StructuredPruningEngine {
    /// The network that predicts: with noise on weights a copy without those that are removed, else the network itself.
    ///
    /// - Parameters:
    ///   - masks: the units that remain.
    ///   - thresholds: per gate as for `currentMasks`; a weight has that of the layer which it belongs to.
    func predictingNetwork(masks: [[Bool]], thresholds: [Double]? = nil) -> FeedForwardNetwork {
        guard let weightPosterior else { return network }
        var values: [String: Tensor] = [:]
        for (edge, layer) in weightPosterior.layers.enumerated() {
            let kept = keptWeights(edge, weightPosterior, masks: masks, thresholds: thresholds)
            let means = layer.mean.value.scalars()
            values[layer.mean.name] = Tensor(
                shape: layer.mean.value.shape, scalars: means.indices.map { kept[$0] ? means[$0] : 0 })
        }
        return network.copied(replacing: values)
    }

    /// A network drawn from the posterior of the remaining weights.
    func drawnNetwork(masks: [[Bool]], _ stream: inout RandomStream) -> FeedForwardNetwork {
        guard let weightPosterior else { return network }
        var values: [String: Tensor] = [:]
        for (edge, layer) in weightPosterior.layers.enumerated() {
            let kept = keptWeights(edge, weightPosterior, masks: masks, thresholds: nil)
            let means = layer.mean.value
            var noise = [Float](repeating: 0, count: means.count)
            stream.fillNormal(&noise)
            let drawn = withoutGradients {
                means.detached() + (layer.logVariance.value.detached() * 0.5).exp()
                    * Tensor(shape: means.shape, scalars: noise)
            }.scalars()
            values[layer.mean.name] = Tensor(
                shape: means.shape, scalars: drawn.indices.map { kept[$0] ? drawn[$0] : 0 })
        }
        return network.copied(replacing: values)
    }

    /// Which weights of a layer are left: above the threshold, between units that remain.
    private func keptWeights(
        _ edge: Int, _ posterior: WeightPosterior, masks: [[Bool]], thresholds: [Double]?
    ) -> [Bool] {
        let threshold = costGraph.owner(edge).flatMap { thresholds?[$0] } ?? recipe.threshold
        let ends = costGraph.edges[edge]
        let (outputs, inputs) = (ends.output.remaining(masks), ends.input.remaining(masks))
        let scores = posterior.scores(edge)
        let area = scores.count / (outputs.count * inputs.count)
        return scores.indices.map { index in
            let pair = index / area
            return outputs[pair / inputs.count] && inputs[pair % inputs.count] && !(scores[index] <= threshold)
        }
    }

    /// The score of every unit per gate, in units of the threshold: that of the strongest way of weights through it.
    func unitScores(_ posterior: WeightPosterior) -> [[Double]] {
        WeightWays(
            graph: costGraph, strengths: posterior.layers.indices.map { strongestPairs($0, posterior.scores($0)) }
        ).strongest()
    }

    /// The score of the strongest weight between each output and input of a layer.
    private func strongestPairs(_ edge: Int, _ scores: [Double]) -> [Double] {
        let ends = costGraph.edges[edge]
        let pairs = costGraph.units(ends.output) * costGraph.units(ends.input)
        let area = scores.count / pairs
        if area == 1 { return scores }
        return (0..<pairs).map { pair in
            scores[(pair * area)..<((pair + 1) * area)].reduce(0) { $0.isNaN || $0 > $1 ? $0 : $1 }
        }
    }

    /// The state of every unit: its score, and the weight that decides about the unit.
    ///
    /// That is the strongest of the weights into it, for units without such the strongest of those out of it; `mu` is its
    /// mean and `logSigma` the logarithm of its standard deviation.
    func snapshot(_ posterior: WeightPosterior) -> [LayerState] {
        let scores = unitScores(posterior)
        let divergences = posterior.divergences
        return costGraph.groups.enumerated().map { group, description in
            let decisive = decisiveWeights(group, posterior)
            let owned = costGraph.edges.indices.filter { costGraph.owner($0) == group }
            return LayerState(
                name: description.name, signalToNoise: scores[group], mu: decisive.map(\.mean),
                logSigma: decisive.map(\.logDeviation),
                kullbackLeibler: owned.reduce(0) { $0 + divergences[$1] })
        }
    }

    private func decisiveWeights(
        _ group: Int, _ posterior: WeightPosterior
    ) -> [(mean: Double, logDeviation: Double)] {
        let into = costGraph.edges.firstIndex { $0.output.group == group }
        let units = costGraph.groups[group].units
        guard let edge = into ?? costGraph.edges.firstIndex(where: { $0.input.group == group }) else {
            return Array(repeating: (0, 0), count: units)
        }
        let (scores, layer) = (posterior.scores(edge), posterior.layers[edge])
        let outputs = costGraph.units(costGraph.edges[edge].output)
        // Weights of one unit: a row of the matrix, or a column of it with all pixels and features of the unit.
        let row = scores.count / outputs
        let column = row / units
        var best = [Int](repeating: -1, count: units)
        for index in scores.indices {
            let unit = into == nil ? (index % row) / column : index / row
            if best[unit] < 0 || scores[index] > scores[best[unit]] { best[unit] = index }
        }
        let (means, logVariances) = (layer.mean.value.scalars(), layer.logVariance.value.scalars())
        return best.map { (Double(means[$0]), 0.5 * Double(logVariances[$0])) }
    }

    /// Weights of each layer, and those of them that are left.
    func weightCounts(masks: [[Bool]]) -> [(name: String, weights: Int, survivors: Int)] {
        guard let weightPosterior else { return [] }
        return weightPosterior.layers.enumerated().map { edge, layer in
            let kept = keptWeights(edge, weightPosterior, masks: masks, thresholds: nil)
            return (layer.name, kept.count, kept.count { $0 })
        }
    }
}

extension CostGraph {
    /// The group that the weights of an edge belong to: that which they lead into, in front of the logits the last one.
    ///
    /// - Returns: `nil` for weights between units that are never pruned.
    fileprivate func owner(_ edge: Int) -> Int? { edges[edge].output.group ?? edges[edge].input.group }

    /// Units on one side of an edge, flattened features one by one.
    fileprivate func units(_ side: CostEdge.Side) -> Int {
        switch side {
        case .fixed(let units): units
        case .group(let group, let multiplicity): groups[group].units * multiplicity
        }
    }
}

extension CostEdge.Side {
    /// The group of a side, if it has one.
    fileprivate var group: Int? {
        if case .group(let group, _) = self { group } else { nil }
    }

    /// Which units of a side remain, flattened features one by one.
    fileprivate func remaining(_ masks: [[Bool]]) -> [Bool] {
        switch self {
        case .fixed(let units): Array(repeating: true, count: units)
        case .group(let group, let multiplicity):
            masks[group].flatMap { Array(repeating: $0, count: multiplicity) }
        }
    }
}

extension FeedForwardNetwork {
    /// A network of its own with the same values, except for some parameters.
    ///
    /// - Parameter values: by the name of the parameter, in its shape.
    func copied(replacing values: [String: Tensor]) -> FeedForwardNetwork {
        let copy = FeedForwardNetwork(architecture, initializer: NetworkInitializer(seed: 0))
        for (own, other) in zip(copy.parameters, parameters) { own.value.assign(values[own.name] ?? other.value) }
        for (own, other) in zip(copy.statistics, statistics) { own.value = other.value }
        return copy
    }
}
