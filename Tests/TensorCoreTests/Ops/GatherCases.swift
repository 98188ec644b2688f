// SPDX-License-Identifier: Apache-2.0
// Gathering along each axis, with repeated and missing entries.

import TensorCore

let gatherCases: [OperationCase] = [
    OperationCase(name: "gather columns", inputs: [[3, 5]], supportsDouble: true) {
        gather($0[0], axis: 1, indices: [4, 0, 0, 2])
    } reference: { inputs in
        Grid([3, 4]) { inputs[0][$0[0], [4, 0, 0, 2][$0[1]]] }
    },
    OperationCase(name: "gather rows", inputs: [[4, 3]], supportsDouble: true) {
        gather($0[0], axis: 0, indices: [3, 1])
    } reference: { inputs in
        Grid([2, 3]) { inputs[0][[3, 1][$0[0]], $0[1]] }
    },
    OperationCase(name: "gather channels of a map", inputs: [[2, 17, 3, 2]], supportsDouble: true) {
        gather($0[0], axis: 1, indices: [16, 2, 5])
    } reference: { inputs in
        Grid([2, 3, 3, 2]) { inputs[0][$0[0], [16, 2, 5][$0[1]], $0[2], $0[3]] }
    },
    OperationCase(name: "gather along the last axis from the end", inputs: [[2, 2, 3]], supportsDouble: true) {
        gather($0[0], axis: -1, indices: [1])
    } reference: { inputs in
        Grid([2, 2, 1]) { inputs[0][[$0[0], $0[1], 1]] }
    },
]
