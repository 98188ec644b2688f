// SPDX-License-Identifier: Apache-2.0
// `make bench`: how fast training and inference are, as shares of the machine's own peak and against PyTorch.

import Dispatch
import Foundation

/// The executable: reads the options and measures on a thread of its own.
///
/// The thread is a dedicated one because oneDNN's workers belong to the thread that calls it; it is what a run of elbo
/// computes on too, except for the nice value: here both sides of a comparison run at the one of the shell.
@main
enum Bench {
    static func main() {
        let options: Options
        do throws(OptionError) {
            options = try Options(CommandLine.arguments.dropFirst())
        } catch {
            writeProgress("bench: \(error.text)\n\n\(Options.usage)")
            exit(2)
        }
        if options.wantsHelp {
            print(Options.usage)
            return
        }
        let finished = DispatchSemaphore(value: 0)
        let thread = Thread {
            let report = Run(options).measureAll()
            print(options.isJSON ? report.json : report.table)
            finished.signal()
        }
        thread.name = "bench"
        thread.stackSize = 16 << 20
        thread.start()
        finished.wait()
    }
}

/// Writes one line to standard error, where progress does not mix with the result.
func writeProgress(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
}
