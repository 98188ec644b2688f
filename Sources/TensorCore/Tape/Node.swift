// SPDX-License-Identifier: Apache-2.0
// The tape: every recorded operation leaves a node that knows its inputs and how to add to their gradients.

/// One recorded operation, or a leaf for which gradients can be asked.
///
/// The whole of reverse mode in three sentences: an operation builds its result and a rule that, given the gradient of the
/// result, adds to the gradients of its inputs. A node is always younger than its inputs, so visiting nodes from the
/// youngest to the oldest visits every node after all its users. Gradients add up.
final class Node {
    /// Adds to the inputs' gradients, given the gradient of the output.
    typealias Rule = (_ gradient: Tensor, _ inputs: InputGradients) -> Void

    /// Age: larger is younger.
    let sequence: Int
    private(set) var inputs: [Node?]
    private(set) var rule: Rule?

    // Valid during one pass of `gradients`.
    var pass = 0
    var isNeeded = false
    var isTarget = false
    var gradient: Tensor?

    init(_ inputs: [Node?], _ context: ComputeContext, _ rule: Rule?) {
        self.inputs = inputs
        self.rule = rule
        sequence = context.nextSequence
        context.nextSequence += 1
    }

    deinit {
        if inputs.isEmpty { return }
        let graveyard = ComputeContext.current.graveyard
        graveyard.take(rule, inputs)
        rule = nil
        inputs = []
        graveyard.bury()
    }

    /// The start of a tape.
    static func leaf() -> Node {
        Node([], ComputeContext.current, nil)
    }

    /// Whether the rule has been released by an earlier walk.
    var isFreed: Bool { rule == nil && !inputs.isEmpty }

    /// Releases the rule and with it everything that it has kept.
    func free() {
        rule = nil
    }
}

/// Releases the rules of dead nodes one after the other.
///
/// A rule holds tensors, they hold older nodes, and these hold rules: released naively, a long tape would be taken down by
/// recursion as deep as the tape is long, and overflow a worker's stack.
final class Graveyard {
    private var waiting: [(Node.Rule?, [Node?])] = []
    private var isBurying = false

    /// Takes over what a node that is being destroyed holds.
    func take(_ rule: Node.Rule?, _ inputs: [Node?]) {
        waiting.append((rule, inputs))
    }

    /// Releases everything taken over; inside such a release there is nothing to do, the outermost call goes on.
    func bury() {
        if isBurying { return }
        isBurying = true
        // What is popped is released at the end of each round, which may take over more.
        while waiting.popLast() != nil {}
        isBurying = false
    }
}

/// What a rule sees of the inputs: which gradients are wanted, and where to add them.
struct InputGradients {
    let node: Node
    let isRecording: Bool

    /// Whether the gradient of this input is needed.
    @inline(__always)
    func wants(_ index: Int) -> Bool {
        if let input = node.inputs[index] { return input.isNeeded }
        return false
    }

    /// Adds to the gradient of this input; `contribution` is evaluated only if it is needed.
    @inline(__always)
    func add(_ index: Int, _ contribution: @autoclosure () -> Tensor) {
        if wants(index) { node.inputs[index]!.accumulate(contribution(), isRecording: isRecording) }
    }

    /// The output of the operation, at its place of the tape.
    ///
    /// A rule that kept it so would keep itself alive.
    @inline(__always)
    func output(_ detached: Tensor) -> Tensor {
        Tensor(detached.storage, detached.shape, node: isRecording ? node : nil)
    }
}

extension Node {
    /// Adds to this node's gradient.
    func accumulate(_ contribution: Tensor, isRecording: Bool) {
        guard gradient != nil else {
            gradient = contribution
            return
        }
        gradient = gradient! + contribution
    }
}

/// Puts an operation of one input on the tape.
@inline(__always)
func record(_ output: Tensor, _ a: Tensor, _ rule: @escaping Node.Rule) -> Tensor {
    guard a.node != nil else { return output }
    let context = ComputeContext.current
    guard context.isRecording else { return output }
    return Tensor(output.storage, output.shape, node: Node([a.node], context, rule))
}

/// Puts an operation of two inputs on the tape.
@inline(__always)
func record(_ output: Tensor, _ a: Tensor, _ b: Tensor, _ rule: @escaping Node.Rule) -> Tensor {
    guard a.node != nil || b.node != nil else { return output }
    let context = ComputeContext.current
    guard context.isRecording else { return output }
    return Tensor(output.storage, output.shape, node: Node([a.node, b.node], context, rule))
}

/// Puts an operation of three inputs on the tape; the last one may be missing.
@inline(__always)
func record(_ output: Tensor, _ a: Tensor, _ b: Tensor, _ c: Tensor?, _ rule: @escaping Node.Rule) -> Tensor {
    guard a.node != nil || b.node != nil || c?.node != nil else { return output }
    let context = ComputeContext.current
    guard context.isRecording else { return output }
    return Tensor(output.storage, output.shape, node: Node([a.node, b.node, c?.node], context, rule))
}

/// Puts an operation of any number of inputs on the tape.
func record(_ output: Tensor, _ inputs: [Tensor], _ rule: @escaping Node.Rule) -> Tensor {
    guard inputs.contains(where: { $0.node != nil }) else { return output }
    let context = ComputeContext.current
    guard context.isRecording else { return output }
    return Tensor(output.storage, output.shape, node: Node(inputs.map(\.node), context, rule))
}

/// Whether an operation on these inputs will be recorded.
@inline(__always)
func willRecord(_ a: Tensor, _ b: Tensor, _ c: Tensor? = nil) -> Bool {
    (a.node != nil || b.node != nil || c?.node != nil) && ComputeContext.current.isRecording
}
