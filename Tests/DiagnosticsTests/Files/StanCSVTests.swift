// SPDX-License-Identifier: Apache-2.0
// What elbo writes is read back by itself, by CmdStanPy and ArviZ, and by NumPy, where these are installed.

import Foundation
import TestSupport
import Testing

@testable import Diagnostics

/// Two chains of a file with 50 draws of beta.1, beta.2 and a statistic, as text.
private func exampleFile(chain: Int) -> String {
    var words = TestWords(seed: UInt64(chain))
    let file = StanCSV(
        model: "line_model", names: ["beta.1", "beta.2"], statistics: ["log_proposal__"], drawCount: 50,
        warmupCount: 10,
        chain: chain, seed: 7)
    let text = (0..<50).reduce(into: file.header) { text, draw in
        text += file.row(
            logDensity: -words.uniform(), acceptance: words.uniform(), statistics: [words.normal()],
            values: [words.normal(), draw == 3 ? -.infinity : words.normal() * 1e-7])
    }
    return text + file.footer(warmupSeconds: 0.25, samplingSeconds: 1.5)
}

@Suite("Written draws") struct StanCSVTests {
    @Test func headerHasWhatReadersLookFor() {
        let header = exampleFile(chain: 2).split(separator: "\n").prefix { !$0.hasPrefix("lp__") }
        for line in [
            "# model = line_model", "# method = sample (Default)", "#     num_samples = 50", "#     num_warmup = 10",
            "#     save_warmup = 0 (Default)", "#     thin = 1 (Default)", "#       metric = unit_e", "# id = 2",
            "#   seed = 7",
        ] {
            #expect(header.contains(Substring(line)))
        }
    }

    @Test func footerHasPlainSeconds() {
        let file = StanCSV(model: "m", names: ["x"], drawCount: 1)
        let footer = file.footer(warmupSeconds: 1e-5, samplingSeconds: 75.0625)
        #expect(footer.contains("Elapsed Time: 0.000 seconds (Warm-up)\n#                75.062 seconds (Sampling)"))
    }

    @Test func everyNumberComesBack() throws {
        let texts = [1, 2].map(exampleFile)
        let files = try DrawsFiles(parsing: texts.map { ("f.csv", Array($0.utf8)) })
        #expect(files.notes.isEmpty && files.warmupCount == 0)
        #expect(files.parameters.names == ["beta.1", "beta.2"])
        #expect(files.statistics.names == ["lp__", "accept_stat__", "log_proposal__"])
        #expect(files.parameters.chainCount == 2 && files.parameters.drawCount == 50)
        var words = TestWords(seed: 2)
        for draw in 0..<3 {
            #expect(files.statistics.value(0, chain: 1, draw: draw) == -words.uniform())
            #expect(files.statistics.value(1, chain: 1, draw: draw) == words.uniform())
            #expect(files.statistics.value(2, chain: 1, draw: draw) == words.normal())
            #expect(files.parameters.value(0, chain: 1, draw: draw) == words.normal())
            #expect(files.parameters.value(1, chain: 1, draw: draw) == words.normal() * 1e-7)
        }
        #expect(files.parameters.value(1, chain: 0, draw: 3) == -.infinity)
    }

    @Test(.enabled(if: python(importing: "cmdstanpy, arviz") != nil, "no CmdStanPy and ArviZ in ELBO_PYTHON"))
    func cmdStanPyAndArvizReadIt() throws {
        let folder = try TemporaryFolder()
        let paths = [1, 2].map { folder.file("draws_\($0).csv", Array(exampleFile(chain: $0).utf8)) }
        let printed = try runPython(
            try #require(python(importing: "cmdstanpy, arviz")),
            """
            import sys, arviz, cmdstanpy
            fit = cmdstanpy.from_csv(sys.argv[1:])
            print(fit.chains, fit.num_draws_sampling, list(fit.stan_variable("beta").shape))
            print(sorted(fit.method_variables()))
            data = arviz.from_cmdstan(sys.argv[1:])
            print(list(data.posterior), data.posterior["beta"].shape, sorted(data.sample_stats))
            print(repr(float(data.posterior["beta"].values[1, 4, 0])))
            """, paths
        ).split(separator: "\n")
        #expect(printed.count == 4)
        #expect(printed[0] == "2 50 [100, 2]")
        #expect(printed[1] == "['accept_stat__', 'log_proposal__', 'lp__']")
        #expect(printed[2].hasPrefix("['beta'] (2, 50, 2) ["))
        let files = try DrawsFiles(reading: paths)
        #expect(Double(printed[3]) == files.parameters.value(0, chain: 1, draw: 4))
    }

    @Test(.enabled(if: python(importing: "numpy") != nil, "no NumPy for python3"))
    func numPyLoadsTheArchive() throws {
        let folder = try TemporaryFolder()
        let draws = Draws(
            names: ["beta.1", "σ²"], chainCount: 2, states: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, -.infinity])
        let statistics = Draws(names: ["lp__"], chainCount: 2, states: [-1, -2, -3, .nan, -5, -6e-300])
        let path = folder.file("draws.npz", NumPyArchive(draws, statistics: statistics).data)
        let printed = try runPython(
            try #require(python(importing: "numpy")),
            """
            import sys, zipfile, numpy
            print(zipfile.ZipFile(sys.argv[1]).testzip())
            data = numpy.load(sys.argv[1])
            print(sorted(data), data["draws"].shape, data["draws"].dtype, ascii(list(map(str, data["parameters"]))))
            print(data["draws"].tolist())
            print(data["statistics"][..., 0].tolist(), list(map(str, data["statistic_names"])))
            """, [path]
        ).split(separator: "\n")
        #expect(
            printed == [
                "None",
                "['draws', 'parameters', 'statistic_names', 'statistics'] (2, 3, 2) float64 ['beta.1', '\\u03c3\\xb2']",
                "[[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], [[7.0, 8.0], [9.0, 10.0], [11.0, -inf]]]",
                "[[-1.0, -2.0, -3.0], [nan, -5.0, -6e-300]] ['lp__']",
            ])
    }

    @Test func archiveOfNothingIsStillAnArchive() throws {
        #expect(NumPyArchive().data.count == 22)
        var archive = NumPyArchive()
        archive.add("x", shape: [0, 3], [])
        archive.add("names", texts: [])
        #expect(archive.data.count > 22)
    }
}
