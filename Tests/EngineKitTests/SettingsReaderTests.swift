// SPDX-License-Identifier: Apache-2.0
// Reading typed settings: values, defaults, and every kind of problem in one pass.
import EngineKit
import Testing

@Suite struct SettingsReaderTests {
    @Test func valuesAndDefaultsAreRead() {
        let reader = SettingsReader(
            table([
                ("name", .string("adam"), 1), ("epochs", .integer(20), 2), ("rate", .real(0.5), 3),
                ("decay", .integer(1), 4), ("shuffle", .boolean(false), 5),
                ("widths", .array([Setting(.integer(3), line: 6), Setting(.real(1.5), line: 6)]), 6),
                ("inner", .table(table([("k", .integer(2), 8)])), 7),
                ("list", .array([Setting(.table(table([("x", .integer(9), 9)])), line: 9)]), 9),
            ]))
        #expect(reader.string("name", allowed: ["adam", "sgd"]) == "adam")
        #expect(reader.string("method", default: "dense", allowed: ["dense"]) == "dense")
        #expect(reader.integer("epochs", in: 1...) == 20)
        #expect(reader.integer("batch", default: 100, in: 1...1000) == 100)
        #expect(reader.real("rate", in: 0...1) == 0.5)
        #expect(reader.real("decay", in: 0...1) == 1, "a whole number is a number")
        #expect(reader.boolean("shuffle") == false)
        #expect(reader.boolean("flip", default: true))
        #expect(reader.reals("widths", in: 0..., count: 1...2) == [3, 1.5])
        #expect(reader.strings("tags", default: ["a"]) == ["a"])
        #expect(reader.table("inner").integer("k", in: 0...5) == 2)
        #expect(reader.table("absent").integer("k", default: 4, in: 0...5) == 4)
        #expect(reader.tables("list").map { $0.integer("x") } == [9])
        #expect(reader.contains("rate") && !reader.contains("nothing"))
        #expect(reader.finish() == [])
    }

    /// Keys that are one number or several, and keys that are a list or a table.
    @Test func keysMayHaveTwoForms() {
        let reader = SettingsReader(
            table([
                ("one", .integer(3), 1),
                ("two", .array([Setting(.integer(1), line: 2), Setting(.real(2.5), line: 2)]), 2),
                ("wrong", .string("a"), 3), ("outside", .real(7), 4),
                ("many", .array([1, 2, 3].map { Setting(.integer($0), line: 5) }), 5),
                ("weights", .table(table([("a", .integer(1), 7)])), 6),
            ]))
        #expect(reader.numbers("one", in: 0...5, count: 1...2) == [3])
        #expect(reader.numbers("two", in: 0...5, count: 1...2) == [1, 2.5])
        #expect(reader.numbers("absent", default: [4], in: 0...5, count: 1...2) == [4])
        _ = reader.numbers("wrong", in: 0...5, count: 1...2)
        _ = reader.numbers("outside", in: 0...5, count: 1...2)
        _ = reader.numbers("many", in: 0...5, count: 1...2)
        #expect(reader.isTable("weights") && !reader.isTable("one") && !reader.isTable("nothing"))
        #expect(reader.table("weights").integer("a") == 1)
        let allowed = "a number or a list of numbers from 0 to 5, 1 to 2 of them"
        #expect(
            reader.finish() == [
                SettingProblem(line: 3, key: "wrong", found: "\"a\"", allowed: allowed),
                SettingProblem(line: 4, key: "outside", found: "7.0", allowed: "a number from 0 to 5"),
                SettingProblem(line: 5, key: "many", found: "3 of them", allowed: allowed),
            ])
    }

    @Test func allProblemsAreReportedInOnePassByLine() {
        let reader = SettingsReader(
            table([
                ("rate", .real(2), 9), ("name", .string("adm"), 3), ("epochs", .string("many"), 5),
                ("wide", .boolean(true), 0), ("train", .table(table([("lr", .integer(1), 12)])), 11),
            ]))
        _ = reader.real("rate", in: 0...1)
        _ = reader.string("name", allowed: ["adam", "sgd"])
        _ = reader.integer("epochs", in: 1...)
        _ = reader.integer("wide", in: 1...5)
        _ = reader.table("train").real("learningRate", in: .leastNonzeroMagnitude...1)
        let problems = reader.finish()
        #expect(
            problems == [
                SettingProblem(
                    line: 3, key: "name", found: "\"adm\"", allowed: "adam (did you mean this?), or one of adam, sgd"),
                SettingProblem(line: 5, key: "epochs", found: "\"many\"", allowed: "a whole number of at least 1"),
                SettingProblem(line: 9, key: "rate", found: "2.0", allowed: "a number from 0 to 1"),
                SettingProblem(
                    line: 11, key: "train.learningRate", found: "nothing", allowed: "a number above 0, up to 1"),
                SettingProblem(line: 12, key: "train.lr", found: "an unknown key", allowed: "one of learningRate"),
                SettingProblem(line: 0, key: "wide", found: "true", allowed: "a whole number from 1 to 5"),
            ])
    }

    @Test(arguments: [("learningrate", "learningRate"), ("learnignRate", "learningRate"), ("bacth", "batch")])
    func unknownKeySuggestsTheNearestName(written: String, meant: String) {
        let reader = SettingsReader(table([(written, .integer(1), 4)]))
        _ = reader.real("learningRate", default: 1, in: 0...1)
        _ = reader.integer("batch", default: 1, in: 1...)
        let problems = reader.finish()
        #expect(problems.count == 1)
        #expect(problems.first?.line == 4)
        #expect(problems.first?.allowed == "\(meant) (did you mean this?), or one of batch, learningRate")
    }

    @Test func namesThatAreFarAreNotSuggested() {
        #expect(nearestName(to: "zebra", among: ["learningRate", "batch"]) == nil)
        #expect(nearestName(to: "k", among: ["x"]) == "x")
        #expect(nearestName(to: String(repeating: "a", count: 1_000_000), among: ["a"]) == nil)
    }

    @Test func aTableThatIsNoTableIsOneProblem() {
        let reader = SettingsReader(table([("train", .integer(3), 2)]))
        _ = reader.table("train").integer("epochs", default: 1, in: 1...)
        #expect(reader.finish() == [SettingProblem(line: 2, key: "train", found: "3", allowed: "a table")])
    }

    @Test func readingATableTwiceReportsNothingTwice() {
        let reader = SettingsReader(table([("a", .table(table([("x", .integer(1), 2), ("y", .integer(9), 3)])), 1)]))
        _ = reader.table("a").integer("x")
        _ = reader.table("a").integer("y", in: 0...1)
        _ = reader.table("a").integer("y", in: 0...1)
        #expect(reader.finish().map(\.key) == ["a.y"])
    }

    @Test func listsNameTheElementThatIsWrong() {
        let elements: [Setting] = [
            Setting(.real(0.5), line: 4), Setting(.real(7), line: 5), Setting(.string("x"), line: 6),
        ]
        let reader = SettingsReader(
            table([("v", .array(elements), 4), ("w", .array(elements), 4), ("s", .real(1), 8)]))
        #expect(reader.reals("v", in: 0...1) == [0.5])
        _ = reader.reals("w", in: 0...10, count: 2...2)
        #expect(reader.strings("s") == [])
        #expect(reader.tables("v").isEmpty)
        let problems = reader.finish()
        #expect(
            problems.contains(
                SettingProblem(line: 5, key: "v[1]", found: "7.0", allowed: "a list of numbers from 0 to 1")))
        #expect(
            problems.contains(
                SettingProblem(line: 6, key: "v[2]", found: "\"x\"", allowed: "a list of numbers from 0 to 1")))
        #expect(problems.contains { $0.key == "w" && $0.found == "3 of them" && $0.allowed.hasSuffix("exactly 2") })
        #expect(problems.contains { $0.key == "s" && $0.found == "1.0" && $0.allowed == "a list of texts" })
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func numbersThatAreNotFiniteAreOutsideTheDefaultRange(value: Double) {
        let reader = SettingsReader(table([("x", .real(value), 1)]))
        #expect(reader.real("x", default: 2) == 2)
        #expect(reader.finish().count == 1)
    }

    @Test func rangesAreDescribedInWords() {
        let reader = SettingsReader(table([]))
        _ = reader.real("a", in: 0..<1)
        _ = reader.real("b", in: 0...)
        _ = reader.real("c", in: ...0.5)
        _ = reader.real("d", in: ..<5)
        _ = reader.real("e", in: Double.leastNonzeroMagnitude...)
        _ = reader.integer("f")
        _ = reader.real("g")
        _ = reader.integer("h", in: 2..<4)
        #expect(
            reader.finish().map(\.allowed) == [
                "a number from 0 to below 1", "a number of at least 0", "a number of at most 0.5", "a number below 5",
                "a number above 0", "a whole number", "a number", "a whole number from 2 to below 4",
            ])
    }

    @Test func valuesReturnedAfterAProblemAreInsideTheRange() {
        let reader = SettingsReader(table([("a", .integer(99), 1)]))
        #expect((5...7).contains(reader.integer("a", in: 5...7)))
        #expect((0.1...0.2).contains(reader.real("b", in: 0.1...0.2)))
        #expect(reader.string("c", allowed: ["x"]) == "x")
    }

    @Test func aCallerCanReportWhatOnlyItCanSee() {
        let reader = SettingsReader(table([("a", .integer(3), 7)]))
        _ = reader.integer("a")
        reader.report("a", allowed: "an even number")
        reader.report("b", found: "both", allowed: "one of a and b")
        #expect(
            reader.finish() == [
                SettingProblem(line: 1, key: "b", found: "both", allowed: "one of a and b"),
                SettingProblem(line: 7, key: "a", found: "3", allowed: "an even number"),
            ])
    }

    @Test func hostileTextIsMadePrintable() {
        let reader = SettingsReader(table([("a", .string("\u{1B}[2J"), 1), ("k\u{1B}", .integer(1), 2)]))
        _ = reader.string("a", allowed: ["x"])
        let problems = reader.finish()
        #expect(problems[0].found == "\"\\u{1b}[2J\"")
        #expect(problems[1].key == "k\\u{1b}")
    }

    private func table(_ entries: [(String, Setting.Value, Int)]) -> SettingTable {
        SettingTable(entries: entries.map { .init(key: $0.0, setting: Setting($0.1, line: $0.2)) })
    }
}
