// SPDX-License-Identifier: Apache-2.0
// What a random stream is for; keeps streams of one seed apart.

/// The purpose of a random stream, such as `shuffle`; write any text, or use one of the constants.
///
/// Two purposes are the same when their `identifier` is, which is a hash of the text that never changes between runs,
/// versions and machines.
public struct StreamPurpose: Sendable, Hashable, ExpressibleByStringLiteral {
    /// FNV-1a hash of the UTF-8 text, 32 bits.
    public let identifier: UInt32

    /// Creates a purpose from a name.
    public init(_ name: String) {
        // Offset basis and prime of the 32-bit FNV-1a hash.
        var hash: UInt32 = 0x811C_9DC5
        for byte in name.utf8 {
            hash = (hash ^ UInt32(byte)) &* 0x0100_0193
        }
        identifier = hash
    }

    /// Creates a purpose from a literal.
    public init(stringLiteral name: String) {
        self.init(name)
    }

    /// Initial values of parameters.
    public static let initialization = StreamPurpose("initialization")
    /// The order of the objects in an epoch.
    public static let shuffle = StreamPurpose("shuffle")
    /// Random crops, flips and the like.
    public static let augmentation = StreamPurpose("augmentation")
    /// Multiplicative noise of the variational layers.
    public static let noise = StreamPurpose("noise")
    /// Binary dropout masks.
    public static let dropout = StreamPurpose("dropout")
    /// Images of the built-in data sets.
    public static let synthesis = StreamPurpose("synthesis")
    /// Labels replaced by random ones.
    public static let randomLabels = StreamPurpose("randomLabels")
    /// Proposed states of Markov chains.
    public static let proposal = StreamPurpose("proposal")
    /// Accept or reject decisions of Markov chains.
    public static let acceptance = StreamPurpose("acceptance")
    /// Latent codes of generators.
    public static let latent = StreamPurpose("latent")

    /// The purposes named above.
    public static let named: [StreamPurpose] = [
        .initialization, .shuffle, .augmentation, .noise, .dropout, .synthesis, .randomLabels, .proposal, .acceptance,
        .latent,
    ]
}
