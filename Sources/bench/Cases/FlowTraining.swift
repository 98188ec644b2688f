// SPDX-License-Identifier: Apache-2.0
// The training step of a learned proposal in the plane: draws, densities, loss, gradients, update and chains.

import EngineKit
import LearnedProposals
import TensorCore

extension Workload {
    /// Couplings of the flow, and units of the two hidden layers in each.
    private static let (couplings, hidden) = (6, 64)

    /// A step of the engine `proposal` with a flow on six hills, the divergence KL(q || p) + KL(p || q) as its loss.
    static func flow(_ name: String, batch: Int, ratioToReach: Double) -> Workload {
        let macs = couplings * (2 * hidden + hidden * hidden + hidden * 4)
        return Workload(
            // Forward, and the products of both gradients, for the draws and again for the states.
            name: "\(name) train", objects: batch, flopsPerObject: Double(2 * macs * 3 * 2),
            peer: PeerCase(name: name, mode: "train"), ratioToReach: ratioToReach
        ) {
            let engine = makeEngine(batch: batch)
            return {
                do throws(EngineError) { _ = try engine.advance() } catch { fatalError("\(error)") }
            }
        }
    }

    private static func makeEngine(batch: Int) -> any Engine {
        func table(_ keys: KeyValuePairs<String, Setting.Value>) -> SettingTable {
            SettingTable(entries: keys.map { .init(key: $0.key, setting: Setting($0.value, line: 0)) })
        }
        let settings = SettingsReader(
            table([
                "target": .table(table(["name": .string("mog6")])),
                "proposal": .table(
                    table([
                        "family": .string("flow"), "layers": .integer(couplings), "hidden": .integer(hidden),
                        "objective": .string("acceptance-lower-bound"),
                    ])),
                "train": .table(table(["batch": .integer(batch), "steps": .integer(100_000_000)])),
            ]))
        let recipe = LearnedProposals.recipe(from: settings)
        let problems = settings.finish()
        guard problems.isEmpty else { fatalError("\(problems)") }
        let context = EngineContext(seed: 1, threads: Compute.threads, dataDirectories: [], emit: { _ in })
        do throws(EngineError) { return try recipe.makeEngine(context: context) } catch { fatalError("\(error)") }
    }
}
