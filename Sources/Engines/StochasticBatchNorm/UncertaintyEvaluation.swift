// SPDX-License-Identifier: Apache-2.0
// An evaluation under way: predictions come in slice by slice, metrics and scores go out.

import EngineKit
import RealModule

/// What one method gave, with one member or with all of them.
struct MethodResult {
    let method: String
    /// Members that were averaged.
    let members: Int
    /// Objects by domain, inside and outside.
    let objects: [Int]
    /// Numbers of draws per member.
    let drawCounts: [Int]
    /// Per number of draws one number per `UncertaintyScores.names`.
    let scores: [[Double]]
    /// With all draws, the scores of the objects that are predicted with real batches too; `nil` without such.
    let directScores: [Double]?
    /// With all draws, one number per `TemperatureComparison.names`.
    let temperature: [Double]
    /// With all draws, two numbers per `ResampledScores.names`.
    let intervals: [Double]
    /// With all draws, shares of `EntropyCurve` inside and outside of the domain.
    let curves: [[Double]]
}

/// Averages predictions over draws and members and scores them.
struct UncertaintyEvaluation {
    let plan: EvaluationPlan
    let labels: [Int]
    private let classes: Int
    private let seed: UInt64
    /// Of the method at work, by domain.
    private var sums: [EnsembleSums] = []
    /// Over the slices of this pass so far: mistakes, sum of `-log p(label)`, sum of entropies.
    private var mistakes = 0
    private var logLoss = 0.0
    private var entropy = 0.0
    /// Of the methods that are through.
    private(set) var results: [MethodResult] = []

    /// - Parameters:
    ///   - labels: true classes of all objects inside.
    ///   - seed: of the run, for the resampling of objects.
    init(_ plan: EvaluationPlan, labels: [Int], classes: Int, seed: UInt64) {
        self.plan = plan
        self.labels = labels
        self.classes = classes
        self.seed = seed
    }

    /// Takes the predictions of a slice.
    ///
    /// - Parameter logProbabilities: `[objects, draws, classes]` of the slice's member.
    /// - Returns: the metrics of the ensemble so far over the objects so far; none between two draws of an object.
    mutating func add(_ slice: EvaluationPlan.Slice, _ logProbabilities: [Double]) -> [MetricValue] {
        let method = plan.methods[slice.method]
        if slice.objects.lowerBound == 0, slice.draws.lowerBound == 0 {
            (mistakes, logLoss, entropy) = (0, 0, 0)
            if slice.member == 0, slice.domain == .inside { sums = emptySums(method) }
        }
        let domain = slice.domain.rawValue
        sums[domain].add(logProbabilities, first: slice.objects.lowerBound, draws: slice.draws)
        guard slice.endsObjects else { return [] }
        let logs = sums[domain].logMeans(
            sums[domain].drawCounts.count - 1, members: slice.member + 1, objects: slice.objects)
        let seen = Double(slice.objects.upperBound)
        entropy += logs.reduce(0) { $1 == -.infinity ? $0 : $0 - $1 * .exp($1) }
        var values: [MetricValue]
        switch slice.domain {
        case .inside:
            let own = Array(labels[slice.objects])
            mistakes += UncertaintyScores.mistakes(logs, own)
            logLoss += UncertaintyScores.negativeLogLikelihood(logs, own)
            values = [
                MetricValue("error/\(method.name)", 100 * Double(mistakes) / seen),
                MetricValue("nll/\(method.name)", logLoss / seen),
                MetricValue("entropyIn/\(method.name)", entropy / seen),
            ]
        case .outside:
            values = [MetricValue("entropyOut/\(method.name)", entropy / seen)]
        }
        if slice.endsMember, slice.member == 0 || slice.member == plan.members - 1 {
            let result = score(method, members: slice.member + 1)
            results.append(result)
            for name in ["ece", "auroc"] {
                let place = UncertaintyScores.names.firstIndex(of: name) ?? 0
                let value = result.scores[result.scores.count - 1][place]
                if name == "ece" || plan.objects(method, .outside) > 0 {
                    values.append(MetricValue("\(name)/\(method.name)", value))
                }
            }
        }
        return values
    }

    private func emptySums(_ method: PredictionMethod) -> [EnsembleSums] {
        EvaluationPlan.Domain.allCases.map {
            EnsembleSums(objects: plan.objects(method, $0), classes: classes, draws: plan.draws(method))
        }
    }

    private func score(_ method: PredictionMethod, members: Int) -> MethodResult {
        let counts = sums.map(\.objects)
        func scored(_ place: Int, _ counts: [Int]) -> UncertaintyScores {
            let logs = zip(sums, counts).map { $0.logMeans(place, members: members, objects: 0..<$1) }
            return UncertaintyScores(
                inDomain: logs[0], labels: Array(labels[..<counts[0]]), outOfDomain: logs[1], classes: classes)
        }
        let scores = sums[0].drawCounts.indices.map { scored($0, counts) }
        let direct = plan.methods.first { $0.statistics == .companions }.map { direct in
            scored(scores.count - 1, EvaluationPlan.Domain.allCases.map { plan.objects(direct, $0) }).values
        }
        let last = scores[scores.count - 1]
        let logs = sums[0].logMeans(scores.count - 1, members: members, objects: 0..<counts[0])
        let own = Array(labels[..<counts[0]])
        return MethodResult(
            method: method.name, members: members, objects: counts, drawCounts: sums[0].drawCounts,
            scores: scores.map(\.values), directScores: direct,
            temperature: TemperatureComparison.values(logs: logs, labels: own, classes: classes),
            intervals: ResampledScores.values(
                inDomain: logs, labels: own, entropies: last.entropies, classes: classes, seed: seed),
            curves: [last.entropies.inDomain, last.entropies.outOfDomain].map {
                EntropyCurve($0, classes: classes).shares
            })
    }

    /// The averages of the method at work.
    func sums(_ domain: EvaluationPlan.Domain) -> EnsembleSums { sums[domain.rawValue] }

    // MARK: Checkpoints

    /// Stores everything behind step `number`.
    func save(_ checkpoint: inout Checkpoint, prefix: String) {
        checkpoint.put(prefix + "mistakes", mistakes)
        checkpoint.put(prefix + "logLoss", logLoss)
        checkpoint.put(prefix + "entropy", entropy)
        for (domain, sums) in sums.enumerated() { sums.save(&checkpoint, "\(prefix)sums\(domain)") }
        checkpoint.put(prefix + "results", results.count)
        for (index, result) in results.enumerated() {
            let name = "\(prefix)result\(index)."
            checkpoint.put(name + "members", result.members)
            checkpoint.put(name + "scores", result.scores.flatMap(\.self))
            checkpoint.put(name + "directScores", result.directScores ?? [])
            checkpoint.put(name + "temperature", result.temperature)
            checkpoint.put(name + "intervals", result.intervals)
            for (domain, shares) in result.curves.enumerated() { checkpoint.put("\(name)curve\(domain)", shares) }
        }
    }

    /// Takes over what `save` stored for the same plan.
    ///
    /// - Parameter done: slices that are done.
    mutating func restore(_ checkpoint: Checkpoint, prefix: String, done: Int) throws(EngineError) {
        mistakes = try checkpoint.integer(prefix + "mistakes")
        logLoss = try checkpoint.number(prefix + "logLoss")
        entropy = try checkpoint.number(prefix + "entropy")
        if done > 0 {
            sums = emptySums(plan.methods[plan.slice(done - 1).method])
            for domain in sums.indices { try sums[domain].restore(checkpoint, "\(prefix)sums\(domain)") }
        }
        results = []
        let perMethod = plan.members > 1 ? 2 : 1
        for index in 0..<(try checkpoint.integer(prefix + "results")) {
            guard index / perMethod < plan.methods.count else {
                throw EngineError("checkpoint: results of more methods than the session has")
            }
            let method = plan.methods[index / perMethod]
            let name = "\(prefix)result\(index)."
            let drawCounts = EnsembleSums.drawCounts(upTo: plan.draws(method))
            let width = UncertaintyScores.names.count
            let scores = try checkpoint.doubles(name + "scores", shape: [drawCounts.count * width])
            let direct = try checkpoint.doubles(name + "directScores")
            results.append(
                MethodResult(
                    method: method.name, members: try checkpoint.integer(name + "members"),
                    objects: EvaluationPlan.Domain.allCases.map { plan.objects(method, $0) }, drawCounts: drawCounts,
                    scores: drawCounts.indices.map { Array(scores[$0 * width..<($0 + 1) * width]) },
                    directScores: direct.isEmpty ? nil : direct,
                    temperature: try checkpoint.doubles(
                        name + "temperature", shape: [TemperatureComparison.names.count]),
                    intervals: try checkpoint.doubles(name + "intervals", shape: [2 * ResampledScores.names.count]),
                    curves: [try checkpoint.doubles("\(name)curve0"), try checkpoint.doubles("\(name)curve1")]))
        }
    }
}
