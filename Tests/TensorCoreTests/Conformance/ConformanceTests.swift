// SPDX-License-Identifier: Apache-2.0
// The laws that every operation keeps, checked for every row of the table.

import TestSupport
import Testing

@testable import TensorCore

@Suite struct ConformanceTests {
    @Test(arguments: allOperations)
    func resultEqualsTheReference(_ operation: OperationCase) {
        let trial = Trial(operation, .float32)
        let expected = operation.reference(trial.grids)
        let actual = operation.apply(trial.tensors())
        #expect(actual.shape.sizes == expected.shape)
        expectClose(actual.doubles(), expected.values, absolute: trial.tolerance(expected.values), operation.name)
    }

    @Test(arguments: allOperations.filter(\.supportsDouble))
    func resultInDoublesEqualsTheReference(_ operation: OperationCase) {
        let trial = Trial(operation, .float64)
        let expected = operation.reference(trial.grids)
        let actual = operation.apply(trial.tensors())
        #expect(actual.dataType == .float64)
        expectClose(actual.doubles(), expected.values, relative: 1e-12, absolute: 1e-12, operation.name)
    }

    @Test(arguments: allOperations)
    func gradientAlongDirectionsEqualsCentralDifferences(_ operation: OperationCase) {
        for type in operation.supportsDouble ? [DataType.float32, .float64] : [.float32] {
            let trial = Trial(operation, type)
            let inputs = trial.tensors().map { $0.requiringGradient() }
            let actual = gradients(of: trial.projection(operation.apply(inputs)), for: inputs)
            var numbers = TestNumbers(seed: 11)
            for index in inputs.indices {
                #expect(actual[index].shape.sizes == operation.inputs[index])
                let gradient = actual[index].doubles()
                for direction in trialDirections(gradient.count, using: &numbers) {
                    let expected = directionalDerivative(at: trial.grids[index].values, along: direction) {
                        trial.projectedReference(index, $0)
                    }
                    let terms = zip(gradient, direction).map { $0 * $1 }
                    let size = max(1, abs(expected), terms.map { abs($0) }.reduce(0, +))
                    expectClose(
                        terms.reduce(0, +), expected,
                        absolute: size * (type == .float32 ? 2 * operation.tolerance : 1e-8),
                        "\(operation.name), gradient \(index), \(type)")
                }
            }
        }
    }

    @Test(arguments: allOperations)
    func gradientsAddUp(_ operation: OperationCase) {
        let trial = Trial(operation, .float32)
        let inputs = trial.tensors().map { $0.requiringGradient() }
        let once = gradients(of: trial.projection(operation.apply(inputs)), for: inputs)
        let both = trial.projection(operation.apply(inputs)) + trial.projection(operation.apply(inputs)) * 2
        let thrice = gradients(of: both, for: inputs)
        for index in inputs.indices {
            let expected = once[index].doubles().map { 3 * $0 }
            expectClose(
                thrice[index].doubles(), expected, absolute: trial.tolerance(expected), "\(operation.name), \(index)")
        }
    }

    /// The derivative of the gradient along a direction, by the tape and by a difference of two gradients.
    @Test(arguments: allOperations.filter(\.isTwiceDifferentiable))
    func gradientOfTheGradientEqualsADifferenceOfGradients(_ operation: OperationCase) {
        let trial = Trial(operation, .float32)
        let inputs = trial.tensors().map { $0.requiringGradient() }
        // A square makes the second derivative of linear operations interesting too.
        let loss = trial.projection(operation.apply(inputs)).square()
        let first = gradients(of: loss, for: inputs, differentiable: true)
        var slope = Tensor.scalar(0)
        for (index, gradient) in first.enumerated() { slope = slope + (gradient * trial.direction(index)).sum() }
        let actual = gradients(of: slope, for: inputs)
        let step = 1.0 / 128
        let above = trial.gradientOfSquare(movedBy: step)
        let below = trial.gradientOfSquare(movedBy: -step)
        for index in inputs.indices {
            let expected = zip(above[index], below[index]).map { ($0 - $1) / (2 * step) }
            expectClose(
                actual[index].doubles(), expected, absolute: 5e-3 * max(1, largest(expected)),
                "\(operation.name), \(index)")
        }
    }

    @Test(arguments: allOperations.filter { $0.inputs.contains { $0.count == 4 } })
    func resultAndGradientDoNotDependOnTheLayout(_ operation: OperationCase) {
        let trial = Trial(operation, .float32)
        let plainInputs = trial.tensors().map { $0.requiringGradient() }
        let expected = operation.apply(plainInputs)
        let expectedGradients = gradients(of: trial.projection(expected), for: plainInputs)
        for order in [ChannelOrder.channelsLast, .blocked(16)] {
            let inputs = trial.tensors().map { $0.arranged(order).requiringGradient() }
            let actual = operation.apply(inputs)
            let values = expected.doubles()
            expectClose(actual.doubles(), values, absolute: trial.tolerance(values), "\(operation.name), \(order)")
            let actualGradients = gradients(of: trial.projection(actual), for: inputs)
            for index in inputs.indices {
                let values = expectedGradients[index].doubles()
                expectClose(
                    actualGradients[index].doubles(), values, absolute: 4 * trial.tolerance(values),
                    "\(operation.name), gradient \(index), \(order)")
            }
        }
    }
}
