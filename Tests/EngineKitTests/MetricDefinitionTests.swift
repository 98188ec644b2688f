// SPDX-License-Identifier: Apache-2.0
// Metric tables: finding a definition, splitting its name, comparing values by direction.
import EngineKit
import Testing

@Suite struct MetricDefinitionTests {
    private let table = [
        MetricDefinition(name: "train/loss", unit: "nats", direction: .lowerIsBetter, definition: "Mean loss."),
        MetricDefinition(name: "speed", unit: "1/s", direction: .neutral, definition: "Steps per second."),
    ]

    @Test func definitionsAreFoundByName() {
        #expect(table.definition(named: "speed")?.unit == "1/s")
        #expect(table.definition(named: "none") == nil)
        #expect(table.direction(of: "train/loss") == .lowerIsBetter)
        #expect(table.direction(of: "none") == .neutral)
    }

    @Test func namesSplitAtTheSlash() {
        #expect(table[0].group == "train")
        #expect(table[0].shortName == "loss")
        #expect(table[1].group == "")
        #expect(table[1].shortName == "speed")
    }

    @Test func directionDecidesWhatIsBetter() {
        #expect(MetricDirection.lowerIsBetter.isBetter(1, than: 2))
        #expect(!MetricDirection.lowerIsBetter.isBetter(2, than: 2))
        #expect(MetricDirection.higherIsBetter.isBetter(3, than: 2))
        #expect(!MetricDirection.higherIsBetter.isBetter(.nan, than: 2))
        #expect(MetricDirection.lowerIsBetter.isBetter(9, than: .nan))
        #expect(!MetricDirection.neutral.isBetter(1, than: 2))
    }
}
