// SPDX-License-Identifier: Apache-2.0
// The steps of one convolution geometry: forward, gradient of the data, gradient of the weights.

import CDNNL
import CKernels

/// The steps of one convolution, made when first needed.
final class ConvolutionPlan {
    let key: ConvolutionKey
    private let library: DNNLLibrary
    private var window = elbo_window_t()
    private var forwards = [ConvolutionStep?](repeating: nil, count: 12)
    private var hint: PrimitiveDescription?
    private var dataStep: ConvolutionStep?
    private var weightSteps: [ConvolutionStep?] = [nil, nil]

    private init(_ key: ConvolutionKey, _ library: DNNLLibrary) {
        self.key = key
        self.library = library
        window.strides.0 = Int64(key.stride)
        window.strides.1 = Int64(key.stride)
        window.padding_before.0 = Int64(key.padding)
        window.padding_before.1 = Int64(key.padding)
        window.padding_after = window.padding_before
    }

    /// The calling thread's plan for a geometry.
    static func of(input: Shape, weight: Shape, stride: Int, padding: Int) -> ConvolutionPlan {
        let context = ComputeContext.current
        let key = ConvolutionKey(
            input: input, weight: weight, stride: stride, padding: padding, options: context.options)
        if let known = context.convolutions[key] { return known }
        let plan = ConvolutionPlan(key, context.library)
        context.convolutions[key] = plan
        return plan
    }

    /// The forward step; a primitive's arguments: source, weights, destination, then bias if any.
    func forward(hasBias: Bool, activation: Activation, isTraining: Bool) -> ConvolutionStep {
        let index = (hasBias ? 6 : 0) + Int(activation.rawValue) * 2 + (isTraining ? 1 : 0)
        if let known = forwards[index] { return known }
        if key.usesWinograd {
            let step = ConvolutionStep(WinogradConvolution(key, ELBO_WINOGRAD_OUTPUT, activation: activation))
            forwards[index] = step
            return step
        }
        let description = describeForward(hasBias: hasBias, activation: activation, isTraining: isTraining)
        let source = description.layout(dnnl_query_src_md, key.input, halfPrecision: isHalf)
        let weights = description.layout(dnnl_query_weights_md, key.weight, halfPrecision: isHalf)
        let destination = description.layout(dnnl_query_dst_md, key.output, halfPrecision: isHalf)
        var roles = [(DNNL_ARG_SRC, source), (DNNL_ARG_WEIGHTS, weights), (DNNL_ARG_DST, destination)]
        if hasBias { roles.append((DNNL_ARG_BIAS, .plain([key.weight[0]]))) }
        let step = ConvolutionStep(
            Primitive(description.handle, library, roles), source: source, weights: weights,
            destination: destination)
        forwards[index] = step
        return step
    }

    /// The step to the gradient of the source.
    ///
    /// A primitive's arguments: gradient of the destination, weights, gradient of the source.
    func backwardData() -> ConvolutionStep {
        if let dataStep { return dataStep }
        if key.usesWinograd {
            let step = ConvolutionStep(WinogradConvolution(key, ELBO_WINOGRAD_DATA_GRADIENT))
            dataStep = step
            return step
        }
        let forward = forwardHint()
        let (source, weights, destination) = (descriptor(.source), descriptor(.weights), descriptor(.destination))
        let attributes = library.makeAttributes()
        defer {
            for descriptor in [source, weights, destination] { elbo_descriptor_destroy(descriptor) }
            dnnl_primitive_attr_destroy(attributes)
        }
        let description = required("convolution, gradient of the data") { result in
            elbo_convolution_backward_data(
                result, library.engine, dnnl_convolution_direct, source, weights, destination, &window, forward.handle,
                attributes)
        }
        let step = makeStep(
            description, source: (dnnl_query_diff_src_md, DNNL_ARG_DIFF_SRC),
            weights: (dnnl_query_weights_md, DNNL_ARG_WEIGHTS), order: { [$2, $1, $0] }, weightsAreHalf: isHalf)
        dataStep = step
        return step
    }

    /// The step to the gradient of the weights.
    ///
    /// A primitive's arguments: source, gradient of the destination, gradient of the weights, then gradient of the bias if any. The
    /// gradients are 32-bit whatever the precision.
    func backwardWeights(hasBias: Bool) -> ConvolutionStep {
        if let known = weightSteps[hasBias ? 1 : 0] { return known }
        if key.usesWinograd {
            let step = ConvolutionStep(WinogradConvolution(key, ELBO_WINOGRAD_WEIGHT_GRADIENT))
            weightSteps[hasBias ? 1 : 0] = step
            return step
        }
        let forward = forwardHint()
        let (source, destination) = (descriptor(.source), descriptor(.destination))
        let weights = Layout.makeDescriptor(key.weight, dnnl_format_tag_any)
        let bias = hasBias ? Layout.makeDescriptor([key.weight[0]], dnnl_a) : nil
        let attributes = library.makeAttributes()
        defer {
            for descriptor in [source, weights, destination] { elbo_descriptor_destroy(descriptor) }
            if let bias { elbo_descriptor_destroy(bias) }
            dnnl_primitive_attr_destroy(attributes)
        }
        let description = required("convolution, gradient of the weights") { result in
            elbo_convolution_backward_weights(
                result, library.engine, dnnl_convolution_direct, source, weights, bias, destination, &window,
                forward.handle,
                attributes)
        }
        let extra = hasBias ? [(DNNL_ARG_DIFF_BIAS, Layout.plain([key.weight[0]]))] : []
        let step = makeStep(
            description, source: (dnnl_query_src_md, DNNL_ARG_SRC),
            weights: (dnnl_query_diff_weights_md, DNNL_ARG_DIFF_WEIGHTS), order: { [$0, $2, $1] + extra },
            weightsAreHalf: false)
        weightSteps[hasBias ? 1 : 0] = step
        return step
    }

    // MARK: - Descriptions

    private enum Operand { case source, weights, destination }

    private typealias Role = (role: Int32, layout: Layout)

    private var isHalf: Bool { key.options.precision == .bfloat16 }

    /// What we ask oneDNN for: a free choice, or channels innermost where blocks would be wasteful.
    private func descriptor(_ operand: Operand) -> elbo_descriptor_t {
        let tag = key.prefersChannelsLast ? dnnl_nhwc : dnnl_format_tag_any
        return switch operand {
        case .source: Layout.makeDescriptor(key.input, tag, halfPrecision: isHalf)
        case .weights: Layout.makeDescriptor(key.weight, dnnl_format_tag_any, halfPrecision: isHalf)
        case .destination: Layout.makeDescriptor(key.output, tag, halfPrecision: isHalf)
        }
    }

    private func describeForward(hasBias: Bool, activation: Activation, isTraining: Bool) -> PrimitiveDescription {
        let (source, weights, destination) = (descriptor(.source), descriptor(.weights), descriptor(.destination))
        let bias = hasBias ? Layout.makeDescriptor([key.weight[0]], dnnl_a) : nil
        let attributes = library.makeAttributes(activation: activation)
        defer {
            for descriptor in [source, weights, destination] { elbo_descriptor_destroy(descriptor) }
            if let bias { elbo_descriptor_destroy(bias) }
            dnnl_primitive_attr_destroy(attributes)
        }
        let kind = isTraining ? dnnl_forward_training : dnnl_forward_inference
        return required("convolution") { result in
            elbo_convolution_forward(
                result, library.engine, kind, dnnl_convolution_direct, source, weights, bias, destination, &window,
                attributes)
        }
    }

    /// Backward primitives are described with the help of the forward one.
    private func forwardHint() -> PrimitiveDescription {
        if let hint { return hint }
        let made = describeForward(hasBias: false, activation: .none, isTraining: true)
        hint = made
        return made
    }

    private func required(
        _ operation: StaticString, _ create: (UnsafeMutablePointer<dnnl_primitive_desc_t?>) -> dnnl_status_t
    ) -> PrimitiveDescription {
        guard let found = PrimitiveDescription.make(operation, create) else {
            stop(operation, "an implementation in oneDNN", "none for \(key)")
        }
        return found
    }

    private func makeStep(
        _ description: PrimitiveDescription, source: (dnnl_query_t, Int32), weights: (dnnl_query_t, Int32),
        order: (Role, Role, Role) -> [Role], weightsAreHalf: Bool
    ) -> ConvolutionStep {
        let sourceLayout = description.layout(source.0, key.input, halfPrecision: isHalf)
        let weightLayout = description.layout(weights.0, key.weight, halfPrecision: weightsAreHalf)
        let destination = description.layout(dnnl_query_diff_dst_md, key.output, halfPrecision: isHalf)
        let roles = order((source.1, sourceLayout), (weights.1, weightLayout), (DNNL_ARG_DIFF_DST, destination))
        return ConvolutionStep(
            Primitive(description.handle, library, roles), source: sourceLayout, weights: weightLayout,
            destination: destination)
    }
}
