// SPDX-License-Identifier: Apache-2.0
// One invocation: every selected case in turn, with the peak and the peer between the rounds.

import Glibc
import TensorCore

/// Measures on the calling thread.
struct Run {
    private let options: Options
    private let peer: Peer?
    private var peak: Peak
    private let loadBefore: Double

    /// Seconds of warm-up as a share of one measurement.
    private static let warmUpShare = 0.25

    init(_ options: Options) {
        self.options = options
        loadBefore = Self.loadAverage()
        Compute.configure(threads: options.threads, winograd: options.isDirect ? .never : .automatic)
        peer = Peer(options)
        peak = Peak()
    }

    /// Measures what the options select.
    consuming func measureAll() -> Report {
        var results: [(workload: Workload, timer: StepTimer, peer: PeerResult?)] = []
        for workload in Workload.all where options.selects(workload.name) {
            let (timer, peer) = measure(workload)
            results.append((workload, timer, peer))
            Compute.releaseUnusedMemory()
        }
        var noise: [NoiseCost] = []
        if options.selects(NoiseCost.name) {
            writeProgress("\(NoiseCost.name) …")
            peak.measure()
            for perObject in [false, true] {
                noise.append(
                    NoiseCost.measure(perObject: perObject, rounds: options.rounds, seconds: options.seconds))
            }
        }
        let published = PublishedSpeed.measureAll(rounds: options.rounds, selects: options.selects)
        var virtualBatches: [VirtualBatchCost] = []
        if options.selects(VirtualBatchCost.name) {
            writeProgress("\(VirtualBatchCost.name) …")
            virtualBatches.append(VirtualBatchCost.measure(rounds: options.rounds, seconds: options.seconds))
        }
        var proposals: [ProposalSpeed] = []
        if options.selects(ProposalSpeed.name) {
            writeProgress("\(ProposalSpeed.name) …")
            proposals = ProposalSpeed.measureAll(rounds: options.rounds, seconds: options.seconds)
        }
        // A run of published networks alone has no other use for the peak.
        if !self.peak.isMeasured { self.peak.measure() }
        let peak = self.peak.flopsPerSecond
        return Report(
            threads: options.threads, loadBefore: loadBefore, oneDNN: Compute.libraryVersion, hasPeer: peer != nil,
            peakGigaflops: Quartiles([peak.first, peak.median, peak.third].map { $0 * 1e-9 }),
            rows: results.map { Report.Row($0.workload, $0.timer, $0.peer, peak: peak.median) }, noise: noise,
            virtualBatches: virtualBatches, proposals: proposals, published: published)
    }

    private mutating func measure(_ workload: Workload) -> (StepTimer, PeerResult?) {
        let step = workload.makeStep()
        var timer = StepTimer()
        var peerRounds: [PeerRound] = []
        for round in 1...options.rounds {
            writeProgress("\(workload.name) \(round)/\(options.rounds) …")
            peak.measure()
            // Each round warms up: the peer has had the caches and the cores meanwhile.
            StepTimer.warmUp(seconds: Self.warmUpShare * options.seconds, step)
            timer.round(seconds: options.seconds, step)
            if let peerRound = peer?.round(workload.peer) { peerRounds.append(peerRound) }
        }
        return (timer, PeerResult(peerRounds))
    }

    /// Runnable threads of the machine, averaged over the last minute; 0 where the system does not say.
    private static func loadAverage() -> Double {
        var load = 0.0
        return getloadavg(&load, 1) == 1 ? load : 0
    }
}
