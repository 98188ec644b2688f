// SPDX-License-Identifier: Apache-2.0
// The smallest program with a screen, for tests of Terminal in a real pseudo terminal: it shows what it was told and
// ends in every way in which a program can end.

import Glibc
import Screen
import Terminal

@main
struct TerminalDemo {
    static func main() {
        do {
            let signals = try SignalSource()
            if CommandLine.arguments.contains("headless") { return try runHeadless(signals) }
            var options = TerminalOptions()
            for argument in CommandLine.arguments.dropFirst() {
                if let choice = ColorChoice(rawValue: argument) { options.color = choice }
                if argument == "mouse" { options.isMouseOn = true }
            }
            let screen = try TerminalScreen(options: options)
            let application = DemoApplication()
            let loop = try EventLoop(signals: signals, screen: screen)
            loop.run(application)
            screen.close()
            report("\(application.ending) wakeUps=\(loop.statistics.wakeUps) frames=\(loop.statistics.frames)")
            exit(application.exitCode)
        } catch {
            print("demo: \(error)")
            exit(1)
        }
    }

    /// The same loop without a screen: a thread wakes it, a timer ends it, or a signal.
    private static func runHeadless(_ signals: SignalSource) throws {
        let application = DemoApplication()
        let loop = try EventLoop(signals: signals, screen: nil)
        let handle = loop.wakeHandle
        startThread { handle.wake() }
        loop.run(application)
        print("headless \(application.news) frames=\(loop.statistics.frames)")
        exit(application.exitCode)
    }

    /// Leaves a line for the test where no terminal is needed to read it.
    static func report(_ line: String) {
        guard let path = getenv("DEMO_REPORT") else { return }
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        let bytes = Array((line + "\n").utf8)
        _ = write(file, bytes, bytes.count)
        close(file)
    }
}

/// Shows its state on a few lines; single keys make it do things.
final class DemoApplication: TerminalApplication {
    private(set) var exitCode: Int32 = 0
    private(set) var ending = "quit"
    private var last = "nothing yet"
    private(set) var news = "none"
    private var ticks = 0
    private var isNoisy = false
    private var hasCursor = false
    private var wakeUpsShown = 0
    private var skippedShown = 0
    let theme = Theme(tier: .indexed)

    func handle(_ event: LoopEvent, in loop: EventLoop) -> FrameDemand {
        switch event {
        case .input(.key(let press)): return handle(press, in: loop)
        case .reply: return .none
        case .input(.mouse(let mouse)): last = "mouse \(mouse.kind) \(mouse.column),\(mouse.row)"
        case .input(let input): last = "\(input)"
        case .wake:
            news = "woken"
            DemoReport.line("woken")
        case .timer(let name):
            if name == "afterLoss" {
                ending = "lost"
                loop.stop()
                return .none
            }
            ticks += 1
            loop.setTimer("tick", after: .milliseconds(20))
            return .whenDue
        case .signal(let signal):
            DemoReport.line("signal \(signal)")
            // A lost terminal is told twice; the work goes on without it.
            if signal == .hangUp { return .none }
            ending = "signal"
            exitCode = signal.exitCode
            loop.stop()
        case .printed(let lines): news = "printed " + lines.joined(separator: "|")
        case .resized, .suspending: break
        case .resumed: news = "resumed"
        case .terminalLost:
            DemoReport.line("terminalLost")
            loop.setTimer("afterLoss", after: .milliseconds(200))
        }
        return .now
    }

    private func handle(_ press: KeyPress, in loop: EventLoop) -> FrameDemand {
        last = "\(press.key) \(press.modifiers.rawValue)"
        switch press {
        case KeyPress(.character("q")): loop.stop()
        case KeyPress(.character("z"), .control): loop.suspend()
        case KeyPress(.character("l"), .control): loop.repaint()
        case KeyPress(.character("p")):
            print("stray print")
            fflush(nil)
            perror("library warning")
        case KeyPress(.character("w")):
            let handle = loop.wakeHandle
            startThread { handle.wake() }
        case KeyPress(.character("n")):
            isNoisy.toggle()
            if isNoisy { loop.setTimer("tick", after: .milliseconds(20)) } else { loop.cancelTimer("tick") }
        case KeyPress(.character("N")): isNoisy.toggle()
        case KeyPress(.character("r")):
            ticks += 1
            DemoReport.line("r")
        case KeyPress(.character("c")): hasCursor.toggle()
        case KeyPress(.character("m")): loop.screen?.setMouse(!(loop.screen?.isMouseOn ?? true))
        case KeyPress(.character("u")):
            (wakeUpsShown, skippedShown) = (loop.statistics.wakeUps, loop.statistics.framesSkipped)
        case KeyPress(.character("T")): fatalError("trap on purpose")
        case KeyPress(.character("S")): UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = 1
        case KeyPress(.character("E")): exit(3)
        default: break
        }
        return .now
    }

    func frame(size: ScreenSize, capabilities: Capabilities) -> CellBuffer {
        var buffer = CellBuffer(height: size.rows, width: size.columns, capabilities: capabilities)
        if isNoisy {
            for row in 0..<size.rows {
                for column in 0..<size.columns {
                    let dots = UInt32(0x2800 + (row * 31 + column * 17 + ticks * 101) % 256)
                    buffer.put(
                        Cell(Unicode.Scalar(dots) ?? " ", style: Style(.series(column % 8))), row: row, column: column)
                }
            }
        }
        let lines = [
            "size \(size.columns)x\(size.rows) end", "last \(last) end", "news \(news) end",
            "glyphs \(capabilities.glyphs) colors \(capabilities.colors) end",
            "wakeUps \(wakeUpsShown) skipped \(skippedShown) end", "│ ⣿ 日本 é end",
        ]
        for (row, line) in lines.enumerated() {
            buffer.write(line, at: Position(row: row, column: 0), style: Style(row == 0 ? .title : .text))
        }
        buffer.write("corner", in: Rectangle(top: size.rows - 1, height: 1, width: size.columns), alignment: .right)
        if hasCursor { buffer.cursor = Position(row: 1, column: 5) }
        return buffer
    }
}

/// Runs a closure on a thread of its own.
func startThread(_ body: @escaping @Sendable () -> Void) {
    let box = Unmanaged.passRetained(ThreadBody(body))
    var thread = pthread_t()
    pthread_create(&thread, nil, runThreadBody, box.toOpaque())
    pthread_detach(thread)
}

/// Reports from inside the application.
enum DemoReport {
    static func line(_ text: String) { TerminalDemo.report(text) }
}

/// What a thread of the demo runs.
final class ThreadBody: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

/// The entry of a thread; a named function, since a closure in main-actor code would trap on another thread.
func runThreadBody(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let context { Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().body() }
    return nil
}
