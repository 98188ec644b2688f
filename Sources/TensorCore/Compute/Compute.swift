// SPDX-License-Identifier: Apache-2.0
// The settings and counters of the calling thread's computations.

import CDNNL

/// Settings of computations on the calling thread.
public enum Compute {
    /// The number format that the heavy operations multiply in.
    public enum Precision: Hashable, Sendable {
        /// 32-bit floating point.
        case float32
        /// 16-bit brain floating point with 32-bit sums and parameters.
        case bfloat16
    }

    /// Whether convolutions may use Winograd's algorithm.
    public enum Winograd: Hashable, Sendable {
        /// Where it is faster: 3x3, stride 1, more than three channels.
        case automatic
        /// Always the direct algorithm.
        case never
    }

    /// Counters of the calling thread since it first computed.
    public struct Statistics: Hashable, Sendable {
        /// Blocks of memory taken from the system.
        public var freshBuffers: Int
        /// Blocks that tensors hold now.
        public var buffersInUse: Int
        /// Bytes of memory held, in use or not.
        public var reservedBytes: Int
        /// oneDNN primitives made.
        public var primitivesCreated: Int
        /// Changes of layout that moved data.
        public var reorders: Int
    }

    /// Sets how the calling thread computes; what is nil stays.
    ///
    /// - Parameter threads: number of threads that share the work, at least 1.
    public static func configure(threads: Int? = nil, precision: Precision? = nil, winograd: Winograd? = nil) {
        let context = ComputeContext.current
        if let threads {
            check(threads >= 1, "Compute.configure", "at least one thread", "\(threads)")
            omp_set_num_threads(Int32(clamping: threads))
        }
        if let precision { context.options.precision = precision }
        if let winograd { context.options.winograd = winograd }
    }

    /// Number of threads that the calling thread's computations use.
    public static var threads: Int { Int(omp_get_max_threads()) }

    /// The counters of the calling thread.
    public static var statistics: Statistics {
        let context = ComputeContext.current
        return Statistics(
            freshBuffers: context.pool.freshBuffers, buffersInUse: context.pool.buffersInUse,
            reservedBytes: context.pool.reservedBytes, primitivesCreated: context.library.primitivesCreated,
            reorders: context.library.reorders)
    }

    /// Gives memory that no tensor holds back to the system.
    public static func releaseUnusedMemory() {
        ComputeContext.current.pool.releaseUnused()
    }
}

/// The settings of one thread; part of the key of every primitive that they influence.
struct ComputeOptions: Hashable {
    var precision = Compute.Precision.float32
    var winograd = Compute.Winograd.automatic
}
