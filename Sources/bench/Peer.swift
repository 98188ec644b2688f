// SPDX-License-Identifier: Apache-2.0
// PyTorch's side: the script beside this file, run as a process in turn with our own measurements.

import Foundation

/// What the script calls a workload.
struct PeerCase {
    /// `lenet5`, `vgg-like`, `mlp256`, `mlp32` or `flow256`.
    let name: String
    /// `train` or `infer`.
    let mode: String
}

/// One round of the peer.
struct PeerRound {
    /// Of torch, such as `2.8.0+cpu`.
    fileprivate(set) var version = "unknown"
    /// Objects per second of the median step by configuration.
    fileprivate(set) var rates: [String: Double] = [:]

    /// Reads the script's lines; those that are neither a version nor a rate are passed over.
    fileprivate init(_ text: String) {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 3, words[0] == "#", words[1] == "torch" { version = String(words[2]) }
            if words.count == 2, let rate = Double(words[1]), rate > 0 { rates[String(words[0])] = rate }
        }
    }
}

/// A Python that has torch.
struct Peer {
    private let python: String
    private let threads: Int
    private let seconds: Double

    /// The peer that `ELBO_TORCH_PYTHON` names, nil if it names none.
    init?(_ options: Options) {
        guard let python = ProcessInfo.processInfo.environment["ELBO_TORCH_PYTHON"], !python.isEmpty else {
            return nil
        }
        self.python = python
        threads = options.threads
        seconds = options.seconds
    }

    /// Runs all configurations of a workload once.
    ///
    /// What the script has to say about configurations that do not work goes to our standard error.
    /// - Returns: the medians by configuration, or nil with a line of progress if Python could not be run.
    func round(_ work: PeerCase) -> PeerRound? {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("peer_torch.py")
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [script.path, work.name, work.mode, "\(seconds)", "\(threads)"]
        process.standardOutput = output
        do {
            try process.run()
        } catch {
            writeProgress("PyTorch: \(python) does not start: \(error.localizedDescription)")
            return nil
        }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let round = PeerRound(text)
        if process.terminationStatus != 0 || round.rates.isEmpty {
            writeProgress("PyTorch: \(work.name) \(work.mode) ended with status \(process.terminationStatus)")
        }
        return round.rates.isEmpty ? nil : round
    }
}

/// What the peer showed over all rounds.
struct PeerResult: Codable {
    /// Of torch.
    let version: String
    /// The configuration with the highest median.
    let configuration: String
    /// Its objects per second, the median over rounds.
    let objectsPerSecond: Double
    /// The best of all readings of all configurations, for a ratio on the safe side.
    let bestReading: Double
    /// The medians of all configurations.
    let configurations: [String: Double]

    /// The result of the rounds that worked, nil if none did.
    init?(_ rounds: [PeerRound]) {
        var readings: [String: [Double]] = [:]
        for (configuration, rate) in rounds.map(\.rates).joined() { readings[configuration, default: []].append(rate) }
        version = rounds.last?.version ?? "unknown"
        configurations = readings.mapValues { Quartiles($0).median }
        guard let best = configurations.max(by: { $0.value < $1.value }) else { return nil }
        (configuration, objectsPerSecond) = best
        bestReading = readings.values.joined().reduce(0, max)
    }
}
