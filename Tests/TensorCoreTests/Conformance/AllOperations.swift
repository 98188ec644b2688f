// SPDX-License-Identifier: Apache-2.0
// Every operation, with the shapes that it is tried on. A new operation adds its cases here.

let allOperations: [OperationCase] =
    arithmeticCases + functionCases + reductionCases + shapingCases + matrixCases + linearCases + convolutionCases
    + transposedConvolutionCases + normalizationCases + poolingCases + channelCases + affineCases + lossCases
    + smoothFunctionCases + piecewiseFunctionCases + maximumCases + selectionCases + softmaxCases + elementLossCases
