// SPDX-License-Identifier: Apache-2.0
// Reverse mode: one walk over the tape, from the loss to the tensors whose gradients are asked for.

/// The gradients of a scalar with respect to `targets`, in their order.
///
/// Only what lies between the loss and the targets is computed. Zeros where the loss does not depend on a target.
///
/// - Parameter loss: a tensor with one element.
/// - Parameter targets: tensors that require gradients, leaves or intermediate results.
/// - Parameter keepGraph: whether the tape can be walked again; without it, memory is released on the way.
/// - Parameter differentiable: whether the gradients are themselves on the tape (implies `keepGraph`).
/// - Precondition: the loss has one element, and the tape has not been released by an earlier call.
public func gradients(
    of loss: Tensor, for targets: [Tensor], keepGraph: Bool = false, differentiable: Bool = false
) -> [Tensor] {
    check(loss.count == 1, "gradients", "a loss with one element", "\(loss.shape)")
    let context = ComputeContext.current
    context.nextPass += 1
    let pass = context.nextPass
    let order = nodesBetween(loss, targets, pass: pass)

    let wasRecording = context.isRecording
    context.isRecording = differentiable
    defer { context.isRecording = wasRecording }

    if let last = order.first { last.gradient = .ones(loss.shape, loss.dataType) }
    for node in order where node.isNeeded {
        guard let gradient = node.gradient else { continue }
        if !node.isTarget { node.gradient = nil }
        guard let rule = node.rule else {
            check(!node.isFreed, "gradients", "keepGraph in the earlier call", "a tape that was already released")
            continue
        }
        rule(gradient, InputGradients(node: node, isRecording: differentiable))
        if !keepGraph && !differentiable { node.free() }
    }
    let result = targets.map { target in
        target.node.flatMap { $0.pass == pass ? $0.gradient : nil } ?? .zeros(like: target)
    }
    for target in targets { target.node?.gradient = nil }
    return result
}

/// The nodes from which the loss was computed, youngest first, with `isNeeded` set on those that lead to a target.
private func nodesBetween(_ loss: Tensor, _ targets: [Tensor], pass: Int) -> [Node] {
    guard let root = loss.node else { return [] }
    var found: [Node] = [root]
    root.beginPass(pass)
    var next = 0
    while next < found.count {
        for case let input? in found[next].inputs where input.pass != pass {
            input.beginPass(pass)
            found.append(input)
        }
        next += 1
    }
    found.sort { $0.sequence > $1.sequence }
    for target in targets {
        if let node = target.node, node.pass == pass {
            node.isTarget = true
            node.isNeeded = true
        }
    }
    // From the oldest on: a node is needed if one of its inputs is.
    for node in found.reversed() where !node.isNeeded {
        for case let input? in node.inputs where input.isNeeded {
            node.isNeeded = true
            break
        }
    }
    return found
}

extension Node {
    fileprivate func beginPass(_ pass: Int) {
        self.pass = pass
        isNeeded = false
        isTarget = false
        gradient = nil
    }
}

/// Runs `body` without recording: for evaluation, and for what must not be differentiated.
public func withoutGradients<R>(_ body: () throws -> R) rethrows -> R {
    let context = ComputeContext.current
    let wasRecording = context.isRecording
    context.isRecording = false
    defer { context.isRecording = wasRecording }
    return try body()
}

/// Whether operations on the calling thread are recorded now; false inside of `withoutGradients`.
public var isRecordingGradients: Bool { ComputeContext.current.isRecording }

/// An operation with a gradient rule of its own, for closed forms and kernels outside of this module.
///
/// - Parameter inputs: the tensors that `output` was computed from.
/// - Parameter output: the result, computed without recording.
/// - Parameter backward: gives the gradients of the inputs from the gradient of the output, nil for none. When it uses
///   recorded operations on the inputs, second derivatives work too.
public func custom(inputs: [Tensor], output: Tensor, backward: @escaping (Tensor) -> [Tensor?]) -> Tensor {
    record(output.detached(), inputs) { gradient, sink in
        let contributions = backward(gradient)
        check(
            contributions.count == inputs.count, "custom", "\(inputs.count) gradients", "\(contributions.count)")
        for (index, contribution) in contributions.enumerated() {
            guard let contribution else { continue }
            check(
                contribution.shape == inputs[index].shape, "custom",
                "gradient \(index) of shape \(inputs[index].shape)",
                "\(contribution.shape)")
            sink.add(index, contribution)
        }
    }
}
