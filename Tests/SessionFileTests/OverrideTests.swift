// SPDX-License-Identifier: Apache-2.0
// Values set on the command line: dotted keys, values with and without quotes, and the session file that records them.
import EngineKit
import SessionFile
import Testing

@Suite struct OverrideTests {
    private let text = "engine = \"sbp\"\n[train]\nepochs = 3 # few\n"

    @Test func valuesReplaceAndAddSettings() throws {
        let session = try parse([
            "train.epochs=20", "data.name=mnist", "train.optimizer.learningRate = 1e-3", "seed=7", "list=[1, 2]",
            "title=My run",
        ])
        #expect(session.seed == 7)
        #expect(session.title == "My run")
        let reader = SettingsReader(session.settings)
        #expect(reader.table("train").integer("epochs") == 20)
        #expect(reader.table("train").table("optimizer").real("learningRate") == 0.001)
        #expect(reader.table("data").string("name") == "mnist")
        #expect(reader.integers("list", in: 0...) == [1, 2])
        #expect(reader.finish() == [])
    }

    @Test func problemsWithOverriddenValuesHaveNoLine() throws {
        let session = try parse(["train.epochs=-1"])
        let reader = SettingsReader(session.settings)
        _ = reader.table("train").integer("epochs", in: 1...)
        let problems = reader.finish()
        #expect(
            problems == [
                SettingProblem(line: 0, key: "train.epochs", found: "-1", allowed: "a whole number of at least 1")
            ])
        #expect(SessionError(file: "a.toml", problems: problems).description.hasPrefix("--set: train.epochs: found -1"))
    }

    @Test(arguments: [
        ("train.epochs", "found \"train.epochs\", allowed key=value"),
        ("=3", "allowed a key"), ("a b=3", "allowed a key"), ("a.=3", "allowed a key"),
        ("x=\"open", "allowed a TOML value"), ("x=[1", "allowed a TOML value"),
        ("engine.name=1", "found engine, which is \"sbp\", allowed a key inside a table"),
        ("x=1\ny=2", "control characters"), ("x=\u{1B}[2J", "\\u{1b}[2J"),
    ])
    func malformedOverrideIsExplained(override: String, message: String) {
        let error = #expect(throws: SessionError.self) { try parse([override]) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
        #expect(error?.description.hasPrefix("--set: ") == true)
    }

    @Test func recordedTextIsASessionFileThatSaysTheSame() throws {
        let session = try parse([
            "train.epochs=20", "data.name=mnist", "list=[1.5, {a = \"x\\\"y\"}]", "\"odd key\".z=nan",
        ])
        #expect(session.text.contains("#   train.epochs=20\n"))
        let again = try Session.parse(Array(session.text.utf8), name: "session.toml")
        #expect(again.settings.toml == session.settings.toml)
        #expect(again.engine == session.engine)
        #expect(again.seed == session.seed)
        #expect(try parse([]).text == text, "without overrides the text is kept as written")
    }

    private func parse(_ overrides: [String]) throws -> Session {
        try Session.parse(Array(text.utf8), name: "s.toml", overrides: overrides)
    }
}
