// SPDX-License-Identifier: Apache-2.0
// A run that is open in the workbench, with all of its data; grows by folding in events.

import EngineKit
import Screen

/// An opened run.
struct OpenRun: Sendable {
    /// The beginning of a stage.
    struct Stage: Sendable, Equatable {
        var step: Int
        var name: String
        var index: Int
        var count: Int
    }

    /// Live events that may wait while the past is read; more make the run read its past again.
    private static let heldCapacity = 100_000

    private(set) var description: RunDescription
    var state = RunState.starting
    var reason: String?
    var progress: Progress?
    var pace = Pace()
    /// Curves by metric name.
    private(set) var curves: [String: Curve] = [:]
    /// Names of metrics that came without a definition, in order of appearance.
    private(set) var undefinedMetrics: [String] = []
    private(set) var stages: [Stage] = []
    var sparsity: SparsityData
    /// Draws of chains and the density that they sample.
    private(set) var chains = ChainData()
    /// Predictions of objects and what they were made from.
    private(set) var uncertainty = UncertaintyData()
    /// Events lost on the way to the screen; the store has them.
    var droppedEvents = 0
    /// Whether the past is being read.
    private(set) var isLoading = false
    private var held: [RunEvent] = []
    private var mustLoadAgain = false
    /// Smoothing weight per metric; metrics without an entry use the default.
    private var smoothing: [String: Double] = [:]
    private var defaultSmoothing: Double

    init(_ description: RunDescription, smoothing: Double) {
        self.description = description
        sparsity = SparsityData(ownThreshold: description.ownThreshold)
        defaultSmoothing = smoothing
    }

    var name: String { description.name }

    /// The same run under a new description, such as after it was continued; its past stays.
    func continued(as description: RunDescription) -> OpenRun {
        var copy = self
        copy.description = description
        copy.reason = nil
        copy.pace.reset()
        return copy
    }

    /// The metrics that have values, in the order of the engine's table, unknown ones last.
    var metricNames: [String] {
        description.metrics.map(\.name).filter { curves[$0] != nil } + undefinedMetrics
    }

    /// The newest value of the metric that stands for the run.
    var headline: MetricValue? {
        curves[description.headlineMetric]?.last.map { MetricValue(description.headlineMetric, $0) }
    }

    /// Epochs per step, from the newest position; 0 when unknown.
    var epochsPerStep: Double {
        guard let progress, progress.step > 0 else { return 0 }
        return progress.epoch / Double(progress.step)
    }

    // MARK: Events

    /// Whether an update says anything that is not known; runs that are watched send some all the time.
    func isNews(_ update: EventFeed.Update) -> Bool {
        !update.events.isEmpty || update.mustReload || update.state != state || update.reason != reason
            || update.droppedEvents != droppedEvents || (update.progress != nil && update.progress != progress)
    }

    /// Takes over an event.
    ///
    /// - Returns: a line for the log, if the event is one.
    mutating func fold(_ event: RunEvent) -> (step: Int, level: MessageLevel, text: String)? {
        if isLoading {
            hold(event)
            return nil
        }
        return apply(event)
    }

    /// Takes stock behind events that were folded in together.
    mutating func settle() { uncertainty.settle() }

    /// Starts to read the past; live events wait from now on.
    mutating func beginLoading() { isLoading = true }

    /// Takes over a slice of the past.
    ///
    /// - Returns: lines for the log, and whether the past must be read again since too much happened meanwhile.
    mutating func load(_ history: RunHistory) -> (
        lines: [(step: Int, level: MessageLevel, text: String)], mustLoadAgain: Bool
    ) {
        if history.startsOver {
            curves = [:]
            undefinedMetrics = []
            stages = []
            sparsity = SparsityData(ownThreshold: description.ownThreshold)
            chains = ChainData()
            uncertainty = UncertaintyData()
        }
        var lines = history.events.compactMap { apply($0) }
        uncertainty.settle()
        guard history.isComplete else { return (lines, false) }
        if mustLoadAgain {
            mustLoadAgain = false
            return (lines, true)
        }
        isLoading = false
        let waiting = held
        held = []
        lines += waiting.compactMap { apply($0) }
        uncertainty.settle()
        return (lines, false)
    }

    private mutating func hold(_ event: RunEvent) {
        if mustLoadAgain { return }
        held.append(event)
        if held.count > Self.heldCapacity {
            held = []
            mustLoadAgain = true
        }
    }

    private mutating func apply(_ event: RunEvent) -> (step: Int, level: MessageLevel, text: String)? {
        switch event {
        case .metrics(let step, _, let values):
            for value in values { append(value, step: step) }
        case .layers(let snapshot):
            sparsity.take(snapshot)
            // A later test error would be that of other units, or of the network that fine-tuning has changed.
            if let percent = curves["test/error"]?.value(atStep: snapshot.step) {
                sparsity.take(ownTestError: percent, step: snapshot.step)
            }
        case .costGraph(let graph):
            if !sparsity.take(graph) {
                return (0, .warning, "The cost graph of this run is damaged; costs are not shown.")
            }
        case .stage(let step, let name, let index, let count):
            let stage = Stage(step: step, name: name, index: index, count: count)
            if !stages.contains(stage) { stages.append(stage) }
        case .progress(let progress): self.progress = progress
        case .evaluation(let evaluation): sparsity.take(evaluation)
        case .record(let record): take(record)
        case .message(let step, let level, let text): return (step, level, text)
        }
        return nil
    }

    private mutating func take(_ record: RunRecord) {
        switch record {
        case .target(let target): chains.take(target)
        case .draws(let draws): chains.take(draws)
        case .predictions(let block): uncertainty.take(block)
        case .statistics(let statistics): uncertainty.take(statistics)
        case .pictures(let pictures): uncertainty.take(pictures)
        }
    }

    private mutating func append(_ value: MetricValue, step: Int) {
        if curves[value.name] == nil {
            let definition = description.metrics.definition(named: value.name)
            if definition == nil { undefinedMetrics.append(value.name) }
            curves[value.name] = Curve(
                name: value.name, direction: definition?.direction ?? .neutral,
                smoothing: smoothing[value.name] ?? defaultSmoothing)
        }
        curves[value.name]?.append(step: step, value: value.value)
    }

    // MARK: Smoothing

    /// Changes the smoothing of one metric, or of all.
    mutating func smooth(_ metric: String?, weight: Double) {
        if let metric {
            smoothing[metric] = weight
            curves[metric]?.smooth(weight: weight)
        } else {
            smoothing = [:]
            defaultSmoothing = weight
            for name in curves.keys { curves[name]?.smooth(weight: weight) }
        }
    }
}
