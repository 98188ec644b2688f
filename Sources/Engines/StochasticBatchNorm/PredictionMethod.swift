// SPDX-License-Identifier: Apache-2.0
// The ways to predict with a batch-norm network, as a table: where its statistics come from and what is random.

/// One way to predict.
struct PredictionMethod: Sendable, Equatable {
    /// Where the stochastic batch normalizations take their statistics from.
    enum Statistics: Sendable, Equatable {
        /// The running statistics of the training.
        case running
        /// The middle of the fitted distribution.
        case centre
        /// One draw per channel for all objects, as in the released code.
        case drawPerPass
        /// A draw of its own for every copy of every object: the virtual batch.
        case drawPerCopy
        /// A real batch of the object with random training objects.
        case companions
    }

    let name: String
    let statistics: Statistics
    /// Whether dropout stays on, as in [GG16].
    var hasDropout = false
    /// What it is, to follow "predicted by".
    let meaning: String

    /// Whether one prediction differs from the next, so that averaging over draws means something.
    var isRandom: Bool { hasDropout || ![.running, .centre].contains(statistics) }

    /// Every method, deterministic ones first.
    static let all: [PredictionMethod] = [
        PredictionMethod(
            name: "running", statistics: .running, meaning: "the running statistics, as usual"),
        PredictionMethod(
            name: "fitted", statistics: .centre, meaning: "the middle of the fitted distribution"),
        PredictionMethod(
            name: "one-draw", statistics: .drawPerPass, meaning: "draws that all objects share"),
        PredictionMethod(
            name: "virtual", statistics: .drawPerCopy, meaning: "a draw of its own for every copy of an object"),
        PredictionMethod(
            name: "direct", statistics: .companions, meaning: "real batches with random training objects"),
        PredictionMethod(
            name: "dropout", statistics: .running, hasDropout: true,
            meaning: "the running statistics and dropout"),
        PredictionMethod(
            name: "dropout-virtual", statistics: .drawPerCopy, hasDropout: true,
            meaning: "a draw of its own for every copy of an object and dropout"),
    ]

    /// The method of a name.
    static func named(_ name: String) -> PredictionMethod? { all.first { $0.name == name } }

    /// Images that go through a network between two looks at the user's wishes.
    private static let imagesPerStep = 512

    /// Draws that one step predicts: all of them, unless every draw needs a batch of its own.
    ///
    /// - Parameter batch: objects of a real batch.
    func drawsPerStep(draws: Int, batch: Int) -> Int {
        statistics == .companions ? min(draws, max(1, Self.imagesPerStep / batch)) : draws
    }

    /// Objects that one step predicts.
    func objectsPerStep(draws: Int) -> Int {
        switch statistics {
        case .companions: 1
        case .drawPerCopy: max(1, Self.imagesPerStep / draws)
        // Fewer than 16 at once and the kernels are slow.
        case .running, .centre, .drawPerPass: max(16, Self.imagesPerStep / draws)
        }
    }
}
