// SPDX-License-Identifier: Apache-2.0
// The table of all widgets with content that is hard on purpose: wide characters, controls, NaN, long lines.

import Glibc
import Screen
import Testing

/// A named widget of the table.
struct SampleWidget: Sendable, CustomTestStringConvertible {
    let name: String
    let make: @Sendable () -> any Widget
    var testDescription: String { name }

    init(_ name: String, _ make: @escaping @Sendable () -> any Widget) {
        self.name = name
        self.make = make
    }
}

/// Every widget at least once; a new widget adds a row.
let sampleWidgets: [SampleWidget] = [
    SampleWidget("Label") { Label("漢字 and\u{1B}[31m text e\u{301}", Style(.title), alignment: .center) },
    SampleWidget("Paragraph") { Paragraph("The quick 茶色 fox\tjumps over\nthe\u{202E} lazy dog", scroll: 1) },
    SampleWidget("Panel") { Panel("層 layers", note: "3/7", isFocused: true, clears: true) },
    SampleWidget("Table") {
        Table(
            columns: [TableColumn("名前"), TableColumn("n", alignment: .right), TableColumn("x", width: .fraction(1))],
            rows: (0..<40).map { [StyledText("層\($0)"), StyledText("\($0 * 997)"), StyledText("\u{7}bell")] },
            state: ListState(selected: 33, offset: 2))
    },
    SampleWidget("Bar") { Bar(0.43, marker: 0.9) },
    SampleWidget("LineChart") { sampleChart() },
    SampleWidget("LineChart without points") { LineChart(title: "空", lines: [ChartLine("a", SeriesPyramid())]) },
    SampleWidget("LineChart with nothing finite") {
        LineChart(title: "broken", lines: [ChartLine("a", SeriesPyramid([.nan, .infinity, .nan]))])
    },
    SampleWidget("Histogram") { Histogram(sorted: sampleScores().sorted(), threshold: 0.2, title: "分布") },
    SampleWidget("Histogram of nothing") { Histogram(sorted: [], threshold: .nan) },
    SampleWidget("Histogram of counts") { Histogram(sorted: [1, 1, 1], usesLogCounts: true) },
    SampleWidget("Slider") { Slider("しきい値", value: 0.3, range: -1...1, marks: [0], isFocused: true) },
    SampleWidget("Slider without extent") { Slider("x", value: .nan, range: 2...2) },
    SampleWidget("Sparkline") { Sparkline(SeriesPyramid([1, 3, .nan, 2, 8, 5])) },
    SampleWidget("Ribbon") { Ribbon([1, 0.5, .nan, 0, 0.01, .infinity, -2, 7]) },
    SampleWidget("Histogram with marks") {
        var histogram = Histogram(sorted: sampleScores().sorted(), threshold: 0.2)
        histogram.kept = sampleScores().filter { $0 > 0.1 }.sorted()
        histogram.marked = sampleScores().filter { $0 > 0.1 && $0 < 0.4 }.sorted()
        return histogram
    },
    SampleWidget("UnitMap with marks") {
        var map = UnitMap(scores: sampleScores(), survives: sampleScores().map { $0 > 0 }, selected: 7)
        map.marked = sampleScores().map { $0 > 0.5 }
        return map
    },
    SampleWidget("HeatMap") { HeatMap(rows: [[0, 1, .nan], [2, .infinity, -4]], cellWidth: 3) },
    SampleWidget("UnitMap") {
        UnitMap(scores: sampleScores(), survives: sampleScores().map { $0 > 0 }, selected: 7)
    },
    SampleWidget("PixelImage") { PixelImage(samplePicture(), enlarges: true) },
    SampleWidget("PixelImage without pixels") { PixelImage(PixelGrid(width: 0, height: 0, pixels: [])) },
    SampleWidget("StatusLine") { StatusLine(left: [StyledText("走 lenet5")], right: [StyledText("12:00", .dim)]) },
    SampleWidget("KeyHints") { KeyHints([KeyHint("?", "help"), KeyHint("戻", "back"), KeyHint("q", "quit")]) },
    SampleWidget("HelpOverlay") { sampleHelp(filter: "") },
    SampleWidget("Dialog") {
        Dialog(title: "停止?", message: "The run would stop.\nReally?", buttons: ["Stop", "Keep"], isDangerous: true)
    },
    SampleWidget("List") {
        List((0..<30).map { StyledText("項目 item \($0)") }, filter: "ITEM", state: ListState(selected: 20))
    },
    SampleWidget("ProgressBar") { ProgressBar(done: 12_400, total: 20_000, remainingSeconds: 185, unit: "steps") },
    SampleWidget("LogView") {
        LogView((0..<9).map { LogEntry(stamp: "12:0\($0)", level: .warning, "loss is NaN 警告 \u{1B}]0;x\u{7}") })
    },
    SampleWidget("TextField") { TextField(prompt: ":", state: TextFieldState("set 平滑 0.9"), completion: "9") },
    SampleWidget("DensityPlot") {
        DensityPlot(
            title: "環", x: (0..<200).map { cos(Double($0)) }, y: (0..<200).map { sin(Double($0) * 1.1) },
            xRange: -2...2, yRange: -2...2,
            field: ScalarField(columns: 20, rows: 20, x: -2...2, y: -2...2) { -$0 * $0 - $1 * $1 }, levels: [-2, -1])
    },
]

/// A chart with everything a chart can have.
func sampleChart() -> LineChart {
    let points = (0..<500).map { (index: Int) -> Double in
        if index == 200 { return 40 }
        if index == 320 { return .nan }
        let time = Double(index)
        return 2 * exp(-time / 100) + 0.1 * sin(time * 0.7)
    }
    let series = SeriesPyramid(points)
    let other = SeriesPyramid((0..<500).map { (index: Int) -> Double in 1.5 * exp(-Double(index) / 150) })
    var chart = LineChart(
        title: "train/損失",
        lines: [
            ChartLine("raw", series, smoothed: SmoothedSeries(series, weight: 0.9)),
            ChartLine("テスト", other, colorIndex: 1),
        ])
    chart.bands = [ChartBand(lower: SeriesPyramid([0.5, 0.2]), upper: other, colorIndex: 1)]
    chart.references = [
        ChartReference(.horizontal, at: 1, label: "基準"), ChartReference(.vertical, at: 100, label: "warm-up"),
    ]
    chart.markers = [ChartMarker(x: 50, y: 1.2)]
    chart.crosshair = 250
    chart.xName = "step"
    return chart
}

/// Fifty scores between -1 and 1, one of them missing.
func sampleScores() -> [Double] { (0..<50).map { $0 == 9 ? 0 : sin(Double($0) * 1.7) } }

/// A diagonal gradient.
func samplePicture() -> PixelGrid {
    PixelGrid(width: 6, height: 5, grey: (0..<30).map { Float($0 % 6 + $0 / 6) / 9 })
}

/// Help with two sections.
func sampleHelp(filter: String) -> HelpOverlay {
    HelpOverlay(
        title: "Help",
        sections: [
            HelpSection("Move", [KeyHint("h j k l", "move the focus"), KeyHint("g G", "first, last")]),
            HelpSection("Charts", [KeyHint("y", "log y"), KeyHint("s", "smoothing"), KeyHint("+ -", "zoom")]),
        ], filter: filter)
}
