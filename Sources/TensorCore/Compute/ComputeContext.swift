// SPDX-License-Identifier: Apache-2.0
// What a thread needs to compute: its oneDNN engine and stream, its memory pool, its primitives and its tape's state.

import CDNNL
import Glibc

/// The state of one computing thread.
///
/// A oneDNN primitive must run on the thread that created it, so nothing here is shared. Each thread finds its own context
/// through a pthread key; it is destroyed when the thread ends.
final class ComputeContext {
    var pool = BufferPool()
    var options = ComputeOptions()
    let library = DNNLLibrary()

    // The tape.
    var isRecording = true
    var nextSequence = 0
    var nextPass = 0
    let graveyard = Graveyard()

    // Primitives, one cache per kind of operation.
    var reorders: [ReorderKey: ReorderPlan] = [:]
    var convolutions: [ConvolutionKey: ConvolutionPlan] = [:]
    var innerProducts: [InnerProductKey: InnerProductPlan] = [:]
    var poolings: [PoolingKey: PoolingPlan] = [:]
    var batchNormalizations: [BatchNormalizationKey: BatchNormalizationPlan] = [:]

    /// The context of the calling thread.
    @inline(__always)
    static var current: ComputeContext {
        if let known = pthread_getspecific(key) {
            return Unmanaged<ComputeContext>.fromOpaque(known).takeUnretainedValue()
        }
        return makeCurrent()
    }

    @inline(never)
    private static func makeCurrent() -> ComputeContext {
        let context = ComputeContext()
        pthread_setspecific(key, Unmanaged.passRetained(context).toOpaque())
        return context
    }

    /// Made once for the process; the destructor releases a thread's context when the thread ends.
    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key) { context in
            if let context { Unmanaged<ComputeContext>.fromOpaque(context).release() }
        }
        return key
    }()
}
