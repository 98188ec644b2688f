// SPDX-License-Identifier: Apache-2.0
// Averages in the log domain, the order of an evaluation, and scores against small cases done by hand.

import Glibc
import TestSupport
import Testing

@testable import StochasticBatchNorm

@Suite struct EvaluationTests {
    @Test func probabilitiesAreAveragedForEveryNumberOfDraws() {
        #expect(EnsembleSums.drawCounts(upTo: 1) == [1])
        #expect(EnsembleSums.drawCounts(upTo: 2) == [1, 2])
        #expect(EnsembleSums.drawCounts(upTo: 6) == [1, 2, 4, 6])
        #expect(EnsembleSums.drawCounts(upTo: 8) == [1, 2, 4, 8])
        var numbers = TestNumbers(seed: 1)
        // Two members, three objects, six draws, two classes.
        let members = (0..<2).map { _ in
            (0..<18).flatMap { _ -> [Double] in
                let p = numbers.numbers(1, in: 0.01...0.99)[0]
                return [p, 1 - p]
            }
        }
        var sums = EnsembleSums(objects: 3, classes: 2, draws: 6)
        for member in members {
            let logs = member.map { log($0) }
            // In slices of objects, and of draws.
            sums.add(Array(logs[..<6]), first: 0, draws: 0..<3)
            sums.add(Array(logs[6..<12]), first: 0, draws: 3..<6)
            sums.add(Array(logs[12...]), first: 1)
        }
        for (place, draws) in [1, 2, 4, 6].enumerated() {
            let actual = sums.logMeans(place, members: 2, objects: 0..<3).map { exp($0) }
            let expected = (0..<6).map { index in
                let (object, label) = index.quotientAndRemainder(dividingBy: 2)
                let all = members.flatMap { member in
                    (0..<draws).map { member[(object * 6 + $0) * 2 + label] }
                }
                return all.reduce(0, +) / Double(all.count)
            }
            expectClose(actual, expected, relative: 1e-12, "\(draws) draws")
        }
    }

    /// Every draw is certain and wrong, far below the smallest number there is.
    @Test func certainMistakesStayFinite() {
        var sums = EnsembleSums(objects: 1, classes: 2, draws: 2)
        sums.add([-2000, 0, -2001, 0], first: 0)
        let logs = sums.logMeans(1, members: 1, objects: 0..<1)
        expectClose(logs[0], -2000 + log((1 + exp(-1)) / 2), relative: 1e-14)
        expectClose(UncertaintyScores.negativeLogLikelihood(logs, [0]), -logs[0], relative: 1e-14)
        #expect(UncertaintyScores.mistakes(logs, [0]) == 1)
    }

    @Test func anEvaluationMeetsEveryObjectOnce() {
        let methods = PredictionMethod.all
        let plan = EvaluationPlan(
            methods: methods, members: 3, draws: 100, inside: 41, outside: 7, directObjects: 5, batch: 8)
        var seen: [String: [Int]] = [:]
        var order: [Int] = []
        for number in 0..<plan.steps {
            let slice = plan.slice(number)
            let method = methods[slice.method]
            order.append(slice.method * 3 + slice.member)
            if slice.endsObjects {
                seen["\(method.name)/\(slice.member)/\(slice.domain)", default: []] += Array(slice.objects)
            }
            // Real batches of 8 are 64 draws to a step; the second step has the rest.
            let all = method.isRandom ? 100 : 1
            let parts = method.name == "direct" ? [0..<64, 64..<100] : [0..<all]
            #expect(slice.draws == parts[slice.endsObjects ? parts.count - 1 : 0])
            let isLast = number + 1 == plan.steps || plan.slice(number + 1).member != slice.member
            #expect(slice.endsMember == isLast)
            #expect(!slice.objects.isEmpty)
        }
        #expect(order == order.sorted())
        #expect(seen.count == methods.count * 3 * 2)
        for (name, objects) in seen {
            let all = name.hasSuffix("inside") ? 41 : 7
            #expect(objects == Array(0..<(name.hasPrefix("direct") ? min(all, 5) : all)), "\(name)")
        }
    }

    @Test func withoutAnotherDomainNothingIsAskedOfIt() {
        let plan = EvaluationPlan(
            methods: [PredictionMethod.all[0]], members: 1, draws: 1, inside: 5, outside: 0, directObjects: 5, batch: 8)
        #expect(plan.steps == 1)
        #expect(plan.slice(0).endsMember)
        let scores = UncertaintyScores(
            inDomain: [0.9, 0.1, 0.2, 0.8].map { log($0) }, labels: [0, 0], outOfDomain: [], classes: 2)
        expectClose(scores["error"], 50)
        expectClose(scores["nll"], -(log(0.9) + log(0.2)) / 2, relative: 1e-12)
        expectClose(scores["brier"], (0.02 + 1.28) / 2, relative: 1e-12)
        #expect(scores["auroc"].isNaN && scores["cdfOut05"].isNaN)
    }

    @Test func scoresSeeTheOtherDomain() {
        // Entropies 0.325 and 0.5004 in the domain, 0.673 and log 2 outside of it.
        let scores = UncertaintyScores(
            inDomain: [0.9, 0.1, 0.2, 0.8].map { log($0) }, labels: [0, 1],
            outOfDomain: [0.6, 0.4, 0.5, 0.5].map { log($0) }, classes: 2)
        #expect(scores["error"] == 0 && scores["auroc"] == 1 && scores["fpr95"] == 0)
        #expect(scores["cdfIn05"] == 0.5 && scores["cdfIn10"] == 1 && scores["cdfOut05"] == 0)
        expectClose(scores["meanEntropyOut"], (0.6730116670092565 + log(2)) / 2, relative: 1e-12)
        let curve = EntropyCurve(scores.entropies.outOfDomain, classes: 2)
        #expect(curve.thresholds.count == 8 && curve.thresholds[5] == 0.5)
        #expect(curve.shares[6] == 0 && curve.shares[7] == 1)
    }

    /// Right in three of four cases at any place, and sure of it at odds of e⁴: the temperature brings that down to 3.
    @Test func aTemperatureBringsConfidenceDownToTheShareOfRightAnswers() {
        let logs = (0..<100).flatMap { object -> [Double] in
            let predicted = object % 2
            return (0..<2).map { $0 == predicted ? -log(1 + exp(-4)) : -4 - log(1 + exp(-4)) }
        }
        let labels = (0..<100).map { object in object % 4 == 3 ? 1 - object % 2 : object % 2 }
        let values = TemperatureComparison.values(logs: logs, labels: labels, classes: 2)
        expectClose(values[0], 4 / log(3), relative: 1e-4, "temperature")
        expectClose(values[1], 0.25 * 4 + log(1 + exp(-4)), relative: 1e-9, "nll before")
        expectClose(values[2], -0.75 * log(0.75) - 0.25 * log(0.25), relative: 1e-6, "nll")
        expectClose(values[4], 0, absolute: 1e-4, "ece")
        #expect(values[3] > 0.2)
        let nothing = TemperatureComparison.values(logs: [0, -1], labels: [0], classes: 2)
        #expect(nothing.count == 5 && nothing.allSatisfy { $0.isNaN })
    }

    @Test func aPredictionThatIsNoNumberIsAMistake() {
        #expect(UncertaintyScores.mistakes([.nan, 0], [1]) == 1)
        #expect(UncertaintyScores.mistakes([-1, -1], [0]) == 0)
        #expect(UncertaintyScores.mistakes([-1, -1], [1]) == 1)
    }
}
