// SPDX-License-Identifier: Apache-2.0
// The conformance suite itself is tested: it must reject operations that are wrong in the usual ways.

import TensorCore
import Testing

@Suite struct RejectionTests {
    private func broken(_ name: String, _ apply: @escaping @Sendable (Tensor) -> Tensor) -> OperationCase {
        OperationCase(name: name, inputs: [[5]], range: 0.5...1) {
            apply($0[0])
        } reference: {
            $0[0].map { $0 * $0 }
        }
    }

    @Test func aWrongValueIsRejected() {
        let operation = broken("cube instead of square") { $0 * $0 * $0 }
        withKnownIssue { ConformanceTests().resultEqualsTheReference(operation) }
    }

    @Test func aWrongGradientIsRejected() {
        let operation = broken("gradient without the factor 2") { x in
            custom(inputs: [x], output: withoutGradients { x.square() }) { [$0 * x] }
        }
        ConformanceTests().resultEqualsTheReference(operation)
        withKnownIssue { ConformanceTests().gradientAlongDirectionsEqualsCentralDifferences(operation) }
    }

    @Test func aGradientThatCannotBeDifferentiatedIsRejected() {
        let operation = broken("gradient that forgets its input") { x in
            custom(inputs: [x], output: withoutGradients { x.square() }) { [$0 * x.detached() * 2] }
        }
        ConformanceTests().gradientAlongDirectionsEqualsCentralDifferences(operation)
        withKnownIssue { ConformanceTests().gradientOfTheGradientEqualsADifferenceOfGradients(operation) }
    }
}
