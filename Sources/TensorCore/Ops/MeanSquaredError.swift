// SPDX-License-Identifier: Apache-2.0
// The squared distance between predictions and targets.

/// `(prediction - target)²`, averaged or added up over all elements.
///
/// Shapes: equal and arbitrary; the result is a scalar. NaN for the mean of nothing.
public func meanSquaredError(_ prediction: Tensor, _ target: Tensor, reduction: Reduction = .mean) -> Tensor {
    check(prediction.shape == target.shape, "meanSquaredError", "targets of \(prediction.shape)", "\(target.shape)")
    let squares = (prediction - target).square()
    return reduction == .mean ? squares.mean() : squares.sum()
}
