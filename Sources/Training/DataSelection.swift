// SPDX-License-Identifier: Apache-2.0
// The `[data]` section of a session file: which images a run trains and tests on.

import Datasets
public import EngineKit

/// Which data set a run uses and how its pixels become numbers.
public struct DataSelection: Sendable, Equatable {
    /// A name of the data set table.
    public var name: String
    /// Training images to use, from the front; `nil` for all.
    public var trainingLimit: Int?
    /// Test images to use, from the front; `nil` for all.
    public var testLimit: Int?
    /// Replaces the training labels by uniform random ones (test labels stay true).
    public var randomLabels: Bool

    /// Reads the section.
    public init(_ settings: SettingsReader) {
        name = settings.string("name", default: "glyphs", allowed: allDatasets.map(\.name))
        trainingLimit = settings.contains("trainingLimit") ? settings.integer("trainingLimit", in: 1...) : nil
        testLimit = settings.contains("testLimit") ? settings.integer("testLimit", in: 1...) : nil
        randomLabels = settings.boolean("randomLabels", default: false)
    }
}
