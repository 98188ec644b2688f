// SPDX-License-Identifier: Apache-2.0
// What is known of a density before it is sampled: its coordinates and, in the plane, its height on a grid.

/// The density that the chains of a run sample.
public struct TargetDescription: NumericRecord {
    /// What the store calls it.
    public static let kind = "target"

    /// The visible part of a density of the plane.
    public struct Plane: Sendable, Equatable, Codable {
        /// The ends of the horizontal axis.
        public var left: Double, right: Double
        /// The ends of the vertical axis.
        public var bottom: Double, top: Double
        /// Points of the grid along each axis; they are the centres of equal cells.
        public var columns: Int, rows: Int
        /// Natural logarithm of the integral of `exp(logDensity)`; `nil` where nobody knows it.
        public var logNormalizer: Double?

        /// Creates a part of the plane.
        public init(
            horizontal: ClosedRange<Double>, vertical: ClosedRange<Double>, columns: Int, rows: Int,
            logNormalizer: Double?
        ) {
            (left, right) = (horizontal.lowerBound, horizontal.upperBound)
            (bottom, top) = (vertical.lowerBound, vertical.upperBound)
            (self.columns, self.rows) = (columns, rows)
            self.logNormalizer = logNormalizer
        }
    }

    /// Steps of the run that were done when it was made.
    public var step: Int
    /// Name of the density, such as `mog6`.
    public var name: String
    /// Names of the coordinates.
    public var coordinates: [String]
    /// `nil` unless there are two coordinates.
    public var plane: Plane?
    /// Unnormalised log density on the grid of `plane`, `[rows, columns]` from the bottom up; empty without.
    public var logDensity: [Float] = []
    /// Places of the modes, `[modes, 2]`; empty where nobody knows them.
    public var modes: [Float] = []

    private enum CodingKeys: CodingKey { case step, name, coordinates, plane }

    /// The arrays, in the order of their declaration.
    public var numbers: [[Float]] {
        get { [logDensity, modes] }
        set { (logDensity, modes) = (newValue[0], newValue[1]) }
    }

    /// Creates a description.
    public init(
        step: Int, name: String, coordinates: [String], plane: Plane? = nil, logDensity: [Float] = [],
        modes: [Float] = []
    ) {
        self.step = step
        self.name = name
        self.coordinates = coordinates
        self.plane = plane
        self.logDensity = logDensity
        self.modes = modes
    }
}
