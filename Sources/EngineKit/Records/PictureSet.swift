// SPDX-License-Identifier: Apache-2.0
// Pictures of objects that stand out, with what a method says of them.

/// The most and the least certain objects of a domain, by one method.
public struct PictureSet: NumericRecord {
    /// What the store calls it.
    public static let kind = "pictures"

    /// One object.
    public struct Entry: Sendable, Equatable, Codable {
        /// Its index in the domain.
        public var object: Int
        /// Entropy of its averaged prediction, nats.
        public var entropy: Double

        /// Creates an entry.
        public init(object: Int, entropy: Double) {
            self.object = object
            self.entropy = entropy
        }
    }

    /// Steps of the run that were done when it was made.
    public var step: Int
    /// Name of the method.
    public var method: String
    /// Networks that were averaged.
    public var members: Int
    /// Where the objects come from.
    public var domain: PredictionBlock.Domain
    /// Size of a picture.
    public var height: Int, width: Int
    /// 1 for grey, 3 for red, green and blue.
    public var channels: Int
    /// Classes, K.
    public var classes: Int
    /// The most certain objects, the most certain one first.
    public var certain: [Entry]
    /// The least certain objects, the least certain one first.
    public var uncertain: [Entry]
    /// Brightness in [0, 1], `[certain + uncertain, channels, height, width]`.
    public var pixels: [Float] = []
    /// Averaged probabilities, `[certain + uncertain, K]`.
    public var probabilities: [Float] = []

    private enum CodingKeys: CodingKey {
        case step, method, members, domain, height, width, channels, classes, certain, uncertain
    }

    /// The arrays, in the order of their declaration.
    public var numbers: [[Float]] {
        get { [pixels, probabilities] }
        set { (pixels, probabilities) = (newValue[0], newValue[1]) }
    }

    /// Creates a set.
    public init(
        step: Int, method: String, members: Int, domain: PredictionBlock.Domain, height: Int, width: Int,
        channels: Int, classes: Int, certain: [Entry], uncertain: [Entry], pixels: [Float], probabilities: [Float]
    ) {
        self.step = step
        self.method = method
        self.members = members
        self.domain = domain
        self.height = height
        self.width = width
        self.channels = channels
        self.classes = classes
        self.certain = certain
        self.uncertain = uncertain
        self.pixels = pixels
        self.probabilities = probabilities
    }
}
