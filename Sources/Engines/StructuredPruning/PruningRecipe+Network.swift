// SPDX-License-Identifier: Apache-2.0
// The network of a pruning run as a file: rebuilt from a checkpoint, cut at any threshold, compared, written.

import Datasets
public import EngineKit
import Nets
import Probability
import TensorCore
import Training

extension PruningRecipe: NetworkRecipe {
    /// Writes the network that remains at the thresholds of the request.
    ///
    /// Without data the scale of the images comes from the checkpoint, the test error stays unknown, and the networks are
    /// compared on images of noise.
    public func writeNetwork(
        of checkpoint: Checkpoint, _ request: NetworkRequest, context: EngineContext
    ) throws(EngineError) -> JSONObject {
        let kind: DatasetKind
        do throws(DatasetError) { kind = try datasetKind(named: data.name) } catch {
            throw EngineError(error.description)
        }
        var context = context
        context.isResuming = true
        let stored = try checkpoint.normalization(for: kind.shape)
        var absence: String?
        let images: ClassifierData
        do throws(EngineError) {
            images = try ClassifierData(data, context, normalization: stored)
        } catch {
            guard let stored else {
                throw EngineError("\(error.description) (this checkpoint is too old to do without the training images)")
            }
            absence = error.description
            images = ClassifierData(standIn: .noise(of: kind), normalization: stored, context)
        }
        let engine = try StructuredPruningEngine(self, context, data: images)
        try engine.restore(checkpoint)
        let cut = try NetworkCut(engine, request.thresholds)
        var file = NetworkFile(
            network: cut.network, imageShape: kind.shape, classNames: images.train.classNames,
            normalization: images.normalization, provenance: request.provenance)
        file.provenance["step"] = .integer(engine.step)
        file.provenance["stage"] = .string(engine.current.name)
        file.provenance["data"] = provenanceOfData
        file.report = cut.report(engine)
        if let absence {
            file.report["testError"] = .null
            file.report["testErrorAbsent"] = .string(absence)
        } else {
            let test = engine.test(cut.network, gates: [])
            file.report["testError"] = .real(test.error)
            file.report["testCrossEntropy"] = .real(test.crossEntropy)
            file.report["testImages"] = .integer(images.test.count)
        }
        var batches = images.testBatches
        guard let batch = batches.next() else { throw EngineError("\(data.name): there are no test images") }
        let tensor = Tensor(batch)
        file.report["comparedOn"] = .string("\(batch.count) \(absence == nil ? "test images" : "images of noise")")
        return try file.write(to: request.path, expecting: cut.expectedLogits(engine, tensor), for: tensor)
    }

    private var provenanceOfData: JSONValue {
        ["name": .string(data.name), "testLimit": data.testLimit.map { .integer($0) } ?? .null]
    }
}

/// A network of an engine that may lose units, with what it is compared with.
struct NetworkCut {
    /// What leaves: no gates, no dropout.
    let network: FeedForwardNetwork
    private let masks: [[Bool]]
    private let thresholds: [Double]
    /// Whether the network has been trained after the cut; then no masked network computes the same.
    private let isFineTuned: Bool
    /// Whether the gates are at work: before the stage with noise they are not.
    private let isGated: Bool

    /// Cuts the engine's network.
    ///
    /// - Throws: `EngineError` when there are no thresholds to cut at, or when nothing is left.
    init(_ engine: StructuredPruningEngine, _ wanted: NetworkRequest.Thresholds) throws(EngineError) {
        let layers = engine.recipe.method.hasNoise ? engine.costGraph.groups.count : 0
        let recipe = Array(repeating: engine.recipe.threshold, count: layers)
        switch wanted {
        case .session: thresholds = recipe
        case .all(let threshold): thresholds = Array(repeating: threshold, count: layers)
        case .each(let each): thresholds = each
        }
        isGated = layers > 0 && (engine.current.hasNoise || engine.current.trainsCompact)
        guard isGated else {
            if wanted != .session {
                let reason =
                    layers == 0
                    ? "method \(engine.recipe.method.rawValue) has no noise"
                    : "stage \(engine.current.name) has no noise yet"
                throw EngineError("\(reason), so there are no thresholds; without one the whole network is written")
            }
            masks = engine.network.gates.map { Array(repeating: true, count: $0.units) }
            isFineTuned = false
            let ones = masks.map { $0.map { _ in 1.0 } }
            guard let whole = Compaction.compact(engine.network, keep: masks, scales: ones) else {
                fatalError("a network without a removed unit is no constant")
            }
            network = whole
            return
        }
        guard thresholds.count == layers else {
            let names = engine.costGraph.groups.map(\.name).joined(separator: ", ")
            throw EngineError("\(thresholds.count) thresholds for \(layers) layers: \(names)")
        }
        masks = engine.currentMasks(thresholds: thresholds)
        if thresholds == recipe, let tuned = engine.compactNetwork {
            (network, isFineTuned) = (tuned, true)
            return
        }
        isFineTuned = false
        let dense = engine.predictingNetwork(masks: masks, thresholds: thresholds)
        guard let compact = Compaction.compact(dense, keep: masks, scales: engine.unitScales) else {
            throw Self.nothingLeft(engine, masks, thresholds)
        }
        network = compact
    }

    private static func nothingLeft(
        _ engine: StructuredPruningEngine, _ masks: [[Bool]], _ thresholds: [Double]
    ) -> EngineError {
        let empty = masks.indices.filter { !masks[$0].contains(true) }
        let layers = empty.map { layer in
            let largest = engine.snapshot.layers[layer].signalToNoise.max() ?? 0
            return
                "\(engine.costGraph.groups[layer].name) at \(thresholds[layer]) (its largest signal-to-noise ratio is "
                + "\((largest * 1000).rounded() / 1000))"
        }
        return EngineError(
            "no unit is left of \(layers.joined(separator: ", ")): the network would be a constant. "
                + "Choose a smaller threshold there")
    }

    /// The logits that the network is to give: those of the masked network, or its own after fine-tuning.
    func expectedLogits(_ engine: StructuredPruningEngine, _ images: Tensor) -> Tensor {
        withoutGradients {
            if isFineTuned { return network(images, .prediction()) }
            guard isGated else { return engine.network(images, .prediction()) }
            let dense = engine.predictingNetwork(masks: masks, thresholds: thresholds)
            return dense(images, .prediction(gates: engine.gates(masks: masks)))
        }
    }

    /// The facts that follow from the cut.
    func report(_ engine: StructuredPruningEngine) -> JSONObject {
        let survivors = masks.map { mask in mask.count { $0 } }
        let (cost, dense) = (engine.costGraph.cost(survivors: survivors), engine.costGraph.denseCost)
        var report = JSONObject()
        report["method"] = .string(engine.recipe.method.rawValue)
        report["fineTuned"] = .boolean(isFineTuned)
        report["thresholds"] = .array(isGated ? thresholds.map { .real($0) } : [])
        report["layers"] = .array(
            zip(engine.costGraph.groups, survivors).map { group, survivors in
                ["name": .string(group.name), "units": .integer(group.units), "survivors": .integer(survivors)]
            })
        report["widths"] = .array(engine.widths(masks).map { .integer($0) })
        report["macs"] = .integer(dense.macs)
        report["macsCompact"] = .integer(cost.macs)
        report["parameters"] = .integer(dense.parameters)
        report["parametersCompact"] = .integer(cost.parameters)
        return report
    }
}

extension ImageDataset {
    /// Images of uniform noise in the place of those of a data set.
    fileprivate static func noise(of kind: DatasetKind) -> ImageDataset {
        let count = 250
        var stream = RandomStream(seed: 0, purpose: StreamPurpose("files/noise"))
        var values = [Float](repeating: 0, count: count * kind.shape.count)
        stream.fillUniform(&values)
        return ImageDataset(
            name: "noise in place of \(kind.name)", shape: kind.shape, pixels: .floats(values),
            labels: Array(repeating: 0, count: count), classNames: kind.classNames, source: "drawn")
    }
}
