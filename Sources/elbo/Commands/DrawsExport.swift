// SPDX-License-Identifier: Apache-2.0
// Kept draws of a run's chains as files that CmdStanPy, ArviZ and NumPy read.

import Diagnostics
import EngineKit
import Foundation
import Store

/// The kept draws of a run with a learned proposal.
struct DrawsExport {
    private let blocks: [DrawBlock]
    private let names: [String]
    private let chains: Int
    private let warmUpSteps: Int
    private let model: String
    private let seed: UInt64

    /// Collects the draws that are stored, also those of a run that was interrupted.
    init(_ reader: RunReader) throws {
        var (kept, burnIn, coordinates) = ([DrawBlock](), 0, [String]())
        for case .record(let record) in try reader.update().events {
            switch record {
            case .target(let target): coordinates = target.coordinates
            case .draws(let block) where block.sampler == "learned":
                if block.phase == .burnIn { burnIn += block.stepCount }
                if block.phase == .kept, Self.isSound(block) { kept.append(block) }
            default: break
            }
        }
        guard let first = kept.first else {
            throw CommandFailure.failed(
                "\(reader.header.name.printable(limit: 60)) has no kept draws; "
                    + "runs of the engine proposal have them behind their burn-in")
        }
        blocks = kept.filter { $0.chains == first.chains && $0.dimension == first.dimension }
        chains = first.chains
        warmUpSteps = burnIn
        names = Self.columns(coordinates, count: first.dimension)
        model = Self.column(reader.header.name)
        seed = reader.header.seed
    }

    /// Whether the sizes of a block fit each other; a damaged store can hold anything.
    private static func isSound(_ block: DrawBlock) -> Bool {
        (1...100_000).contains(block.chains) && (1...1_000_000).contains(block.dimension) && block.count > 0
            && block.points.count == block.count * block.chains * block.dimension
    }

    /// Names as columns of Stan's files can have them: letters, digits, `_` and `.`, each once.
    private static func columns(_ coordinates: [String], count: Int) -> [String] {
        var seen: Set<String> = []
        return (0..<count).map { index in
            var name = index < coordinates.count ? column(coordinates[index]) : "x\(index + 1)"
            if seen.contains(name) { name += ".\(index + 1)" }
            seen.insert(name)
            return name
        }
    }

    private static func column(_ name: String) -> String {
        var text = String(
            name.unicodeScalars.map { scalar -> Character in
                scalar.isASCII && (scalar.properties.isAlphabetic || "0123456789_.".unicodeScalars.contains(scalar))
                    ? Character(scalar) : "_"
            })
        // Two of these at the end mark statistics of the sampler.
        while text.hasSuffix("_") { text.removeLast() }
        return text.isEmpty ? "x" : text
    }

    /// A file per chain.
    var chainFiles: [(suffix: String, bytes: Data)] {
        let count = blocks.reduce(0) { $0 + $1.count }
        return (0..<chains).map { chain in
            let file = StanCSV(
                model: model, names: names, drawCount: count, warmupCount: warmUpSteps, chain: chain + 1, seed: seed)
            var text = file.header
            for block in blocks {
                for draw in 0..<block.count {
                    let row = draw * chains + chain
                    let density = row < block.logDensities.count ? Double(block.logDensities[row]) : .nan
                    text += file.row(
                        logDensity: density, acceptance: block.acceptanceRate,
                        values: block.points[row * names.count..<(row + 1) * names.count].map(Double.init))
                }
            }
            text += file.footer(warmupSeconds: 0, samplingSeconds: blocks.reduce(0) { $0 + $1.seconds })
            return ("-\(chain + 1)", Data(text.utf8))
        }
    }

    /// `draws` of shape (chains, draws, quantities), `parameters` with the names, as in a NumPy archive.
    var archive: [UInt8] {
        let states = (0..<chains).flatMap { chain in
            blocks.flatMap { block in
                (0..<block.count).flatMap { draw in
                    let row = draw * chains + chain
                    return block.points[row * names.count..<(row + 1) * names.count].map(Double.init)
                }
            }
        }
        return NumPyArchive(Draws(names: names, chainCount: chains, states: states)).data
    }
}
