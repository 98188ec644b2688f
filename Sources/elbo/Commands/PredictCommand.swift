// SPDX-License-Identifier: Apache-2.0
// `elbo predict`: a network file on images, without the run it came from.

import ArgumentParser
import EngineKit
import Foundation
import Runner

/// The command `elbo predict FILE`.
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict", abstract: "Classify images with a network file.",
        discussion: """
            Takes the test images of the data set that the network was trained on, of another one (--set), or grey \
            images of an idx file (--images).
            """)

    @Argument(help: ArgumentHelp("A file that `elbo compact` wrote.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("Folder of data sets; otherwise $ELBO_DATA, then ./data.", valueName: "dir"))
    var data: String?

    @Option(
        name: .customLong("set"), help: ArgumentHelp("Data set whose test images are classified.", valueName: "name"))
    var dataSet: String?

    @Option(help: ArgumentHelp("An idx file of grey images.", valueName: "path"))
    var images: String?

    @Option(help: ArgumentHelp("The idx file of their labels.", valueName: "path"))
    var labels: String?

    @Option(help: ArgumentHelp("Classifies only the first so many images.", valueName: "n"))
    var limit: Int?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Writes one line per image: index, label, prediction, probability.", valueName: "csv"))
    var output: String?

    @Flag(help: "Print the result as one JSON object.")
    var json = false

    @Option(help: "Compute threads.")
    var threads: Int?

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit is \(limit), allowed: 1 and more") }
        if images != nil, dataSet != nil { throw ValidationError("--set and --images exclude each other") }
        if labels != nil, images == nil { throw ValidationError("--labels belongs to --images") }
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads is \(threads), allowed: 1 to 1024")
        }
    }

    func run() throws {
        let task = PredictRun(
            path: file, images: images.map { .idx(images: $0, labels: labels) } ?? .dataSet(dataSet), limit: limit,
            dataDirectories: dataDirectories(data), threads: threads ?? Planning.defaultThreads)
        let outcome = try explaining {
            guard let output else { return try task.perform() }
            let table = try PendingFile(output)
            var text = "index,label,prediction,probability\n"
            let outcome = try task.perform { row in
                let label = row.label.map(String.init) ?? ""
                text += "\(row.index),\(label),\(row.predicted),\(row.probability)\n"
                if text.utf8.count > 1 << 16 {
                    try table.write(text)
                    text = ""
                }
            }
            try table.write(text)
            try table.publish()
            return outcome
        }
        for note in outcome.notes { printError("elbo: \(note)") }
        print(json ? object(outcome).indentedText : lines(outcome).joined(separator: "\n"))
    }

    private func object(_ outcome: PredictRun.Outcome) -> JSONObject {
        [
            "file": .string(file), "images": .integer(outcome.images), "source": .string(outcome.source),
            "error": JSONValue(outcome.error), "crossEntropy": JSONValue(outcome.crossEntropy),
            "imagesPerSecond": .real(outcome.imagesPerSecond),
            "threads": .integer(threads ?? Planning.defaultThreads),
            "classes": .array(outcome.classNames.map { .string($0) }),
        ]
    }

    private func lines(_ outcome: PredictRun.Outcome) -> [String] {
        var lines = ["\(file.printable())  \(outcome.images) images of \(outcome.source)"]
        if let error = outcome.error, let crossEntropy = outcome.crossEntropy {
            lines.append("  error           \(SummaryText.number(error)) %")
            lines.append("  cross-entropy   \(SummaryText.number(crossEntropy)) nats")
        } else {
            lines.append("  error           not known, there are no labels")
        }
        lines.append("  images/second   \(SummaryText.number(outcome.imagesPerSecond))")
        if let output { lines.append("  written         \(output.printable())") }
        return lines
    }
}
