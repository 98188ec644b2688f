// SPDX-License-Identifier: Apache-2.0
// What a session file says of a run that knows its target by samples only.

import EngineKit
import Training

/// The empirical setting [Nek20]: data in the place of a density, a generator in the place of the proposal, a discriminator
/// in the place of the ratio.
struct EmpiricalSettings: Sendable, Equatable {
    /// Points of the target that training sees, N.
    var samples: Int
    /// Coordinates of the generator's noise.
    var latent: Int
    /// Units of each hidden layer of the generator.
    var generatorUnits: Int
    /// Units of each hidden layer of the discriminator.
    var discriminatorUnits: Int
    /// Steps of the discriminator for one of the generator.
    var discriminatorSteps: Int
    /// Learning rate of the discriminator.
    var discriminatorRate: Double
    /// Steps of the discriminator alone behind the training: a chain is as good as its ratio.
    var calibrationSteps: Int

    /// Reads `samples` of `[target]` and the sections `[generator]` and `[discriminator]`.
    init(_ settings: SettingsReader) {
        samples = settings.table("target").integer("samples", default: 10_000, in: 2...10_000_000)
        let generator = settings.table("generator")
        latent = generator.integer("latent", default: 2, in: 1...1000)
        generatorUnits = generator.integer("hidden", default: 64, in: 1...1024)
        let discriminator = settings.table("discriminator")
        discriminatorUnits = discriminator.integer("hidden", default: 64, in: 1...1024)
        discriminatorSteps = discriminator.integer("steps", default: 1, in: 1...100)
        discriminatorRate = discriminator.real("learningRate", default: 1e-3, in: 1e-9...1)
        calibrationSteps = discriminator.integer("calibrationSteps", default: 1000, in: 0...1_000_000)
    }
}
