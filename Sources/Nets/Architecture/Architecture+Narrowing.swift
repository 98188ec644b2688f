// SPDX-License-Identifier: Apache-2.0
// The architecture that is left when units are gone, before anybody says which: for costs and speed only numbers count.

extension Architecture {
    /// This network with so many units behind each gate, and without gates.
    ///
    /// Inputs and flattened features are selected evenly; of a flattened map the first channels stay.
    ///
    /// - Parameter survivors: units that stay, one number per gate, in the order of `gates`; at most those of the gate, and
    ///   of a flattened map at most the features of the channels that stay.
    public func narrowed(to survivors: [Int]) -> Architecture {
        let counts = gates.map(\.units)
        guard survivors.count == counts.count, zip(survivors, counts).allSatisfy({ (1...$1).contains($0) }) else {
            fatalError("\(name): \(survivors) units behind gates of \(counts)")
        }
        var walk = NarrowingWalk(survivors: survivors, shape: inputShape)
        return Architecture(name: name, inputShape: inputShape, layers: walk.follow(layers))
    }
}

/// A walk along the layers that makes each as narrow as told.
private struct NarrowingWalk {
    let survivors: [Int]
    /// Shape in front of the next layer, of the narrow network.
    var shape: [Int]
    private var gate = 0

    init(survivors: [Int], shape: [Int]) {
        (self.survivors, self.shape) = (survivors, shape)
    }

    mutating func follow(_ layers: [LayerDescription]) -> [LayerDescription] {
        var narrow: [LayerDescription] = []
        for layer in layers {
            let added = self.narrow(layer)
            shape = Architecture.shapes(after: added, of: shape).last ?? shape
            narrow += added
        }
        return narrow
    }

    private mutating func narrow(_ layer: LayerDescription) -> [LayerDescription] {
        switch layer {
        case .inputGate:
            return selection(of: next(), from: shape[0])
        case .convolution(var convolution):
            if convolution.gate != nil { convolution.channels = next() }
            convolution.gate = nil
            return [.convolution(convolution)]
        case .dense(var dense):
            if dense.gate != nil { dense.units = next() }
            dense.gate = nil
            return [.dense(dense)]
        case .flatten(let gate):
            let features = shape.reduce(1, *)
            return [.flatten(gate: nil)] + (gate == nil ? [] : selection(of: next(), from: features))
        case .residual(var block):
            let input = shape
            block.body = follow(block.body)
            shape = input
            block.shortcut = follow(block.shortcut)
            shape = input
            return [.residual(block)]
        case .maxPool, .globalAveragePool, .selectFeatures, .dropout, .offset:
            return [layer]
        }
    }

    private mutating func next() -> Int {
        gate += 1
        return survivors[gate - 1]
    }

    private func selection(of count: Int, from features: Int) -> [LayerDescription] {
        guard count <= features else { fatalError("\(count) of \(features) features") }
        return count == features ? [] : [.selectFeatures((0..<count).map { $0 * features / count })]
    }
}
