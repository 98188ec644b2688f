// SPDX-License-Identifier: Apache-2.0
// The oneDNN primitives of one fully connected layer: forward, gradient of the data, gradients of the parameters.

import CDNNL

/// Which inner product.
///
/// The source may lie in the layout in which a convolution left it: then it has that layout's axes.
struct InnerProductKey: Hashable {
    /// Shape `[N, I]`, or `[N, C, H, W]` of the layout in which the source lies.
    let input: Shape
    /// Layout of the source, nil for row-major.
    let layout: ObjectIdentifier?
    let outputs: Int
    let options: ComputeOptions

    /// Shape `[O, I]` or `[O, C, H, W]`.
    var weight: Shape {
        var shape = input
        shape[0] = outputs
        return shape
    }

    /// Shape `[N, O]`.
    var output: Shape { [input[0], outputs] }
}

/// The compiled primitives of one fully connected layer.
final class InnerProductPlan {
    let key: InnerProductKey
    let source: Layout
    /// The result and its gradient are always row-major.
    let destination: Layout
    private let library: DNNLLibrary
    private var forwards = [ForwardStep?](repeating: nil, count: 12)
    private var hint: PrimitiveDescription?
    private var dataStep: ForwardStep?
    private var weightSteps: [ForwardStep?] = [nil, nil]

    /// A primitive and the layout in which it wants (or delivers the gradient of) the weights.
    struct ForwardStep {
        let primitive: Primitive
        let weights: Layout
    }

    private init(_ key: InnerProductKey, source: Layout, _ library: DNNLLibrary) {
        self.key = key
        self.library = library
        let isHalf = key.options.precision == .bfloat16
        // Maps in the other precision lose their layout here; within one precision it is kept.
        self.source = source.isHalfPrecision == isHalf ? source : .plain(key.input, halfPrecision: isHalf)
        destination = .tagged(key.output, dnnl_ab, halfPrecision: isHalf)
    }

    /// The calling thread's plan for a source and a number of outputs.
    static func of(_ x: Storage, rows: Int, columns: Int, outputs: Int) -> InnerProductPlan {
        let context = ComputeContext.current
        let dims = x.layout?.dims ?? [rows, columns]
        let key = InnerProductKey(
            input: dims, layout: x.layout.map { ObjectIdentifier($0) }, outputs: outputs, options: context.options)
        if let known = context.innerProducts[key] { return known }
        let plan = InnerProductPlan(key, source: x.layout ?? .plain(dims), context.library)
        context.innerProducts[key] = plan
        return plan
    }

    /// Arguments: source, weights, destination, then bias if any.
    func forward(hasBias: Bool, activation: Activation, isTraining: Bool) -> ForwardStep {
        let index = (hasBias ? 6 : 0) + Int(activation.rawValue) * 2 + (isTraining ? 1 : 0)
        if let known = forwards[index] { return known }
        let description = describeForward(hasBias: hasBias, activation: activation, isTraining: isTraining)
        let weights = description.layout(dnnl_query_weights_md, key.weight, halfPrecision: isHalf)
        var roles = [(DNNL_ARG_SRC, source), (DNNL_ARG_WEIGHTS, weights), (DNNL_ARG_DST, destination)]
        if hasBias { roles.append((DNNL_ARG_BIAS, .plain([key.outputs]))) }
        let step = ForwardStep(primitive: Primitive(description.handle, library, roles), weights: weights)
        forwards[index] = step
        return step
    }

    /// Arguments: gradient of the destination, weights, gradient of the source.
    func backwardData() -> ForwardStep {
        if let dataStep { return dataStep }
        let weights = Layout.makeDescriptor(key.weight, dnnl_format_tag_any, halfPrecision: isHalf)
        let attributes = library.makeAttributes()
        let forward = forwardHint()
        defer {
            elbo_descriptor_destroy(weights)
            dnnl_primitive_attr_destroy(attributes)
        }
        let description = required("linear, gradient of the data") {
            elbo_inner_product_backward_data(
                $0, library.engine, source.descriptor, weights, destination.descriptor, forward.handle, attributes)
        }
        let layout = description.layout(dnnl_query_weights_md, key.weight, halfPrecision: isHalf)
        let roles = [(DNNL_ARG_DIFF_DST, destination), (DNNL_ARG_WEIGHTS, layout), (DNNL_ARG_DIFF_SRC, source)]
        let step = ForwardStep(primitive: Primitive(description.handle, library, roles), weights: layout)
        dataStep = step
        return step
    }

    /// Arguments: source, gradient of the destination, gradient of the weights, then gradient of the bias if any.
    func backwardWeights(hasBias: Bool) -> ForwardStep {
        if let known = weightSteps[hasBias ? 1 : 0] { return known }
        let weights = Layout.makeDescriptor(key.weight, dnnl_format_tag_any)
        let bias = hasBias ? Layout.makeDescriptor([key.outputs], dnnl_a) : nil
        let attributes = library.makeAttributes()
        let forward = forwardHint()
        defer {
            elbo_descriptor_destroy(weights)
            if let bias { elbo_descriptor_destroy(bias) }
            dnnl_primitive_attr_destroy(attributes)
        }
        let description = required("linear, gradient of the weights") {
            elbo_inner_product_backward_weights(
                $0, library.engine, source.descriptor, weights, bias, destination.descriptor, forward.handle,
                attributes)
        }
        let layout = description.layout(dnnl_query_diff_weights_md, key.weight)
        var roles = [(DNNL_ARG_SRC, source), (DNNL_ARG_DIFF_DST, destination), (DNNL_ARG_DIFF_WEIGHTS, layout)]
        if hasBias { roles.append((DNNL_ARG_DIFF_BIAS, .plain([key.outputs]))) }
        let step = ForwardStep(primitive: Primitive(description.handle, library, roles), weights: layout)
        weightSteps[hasBias ? 1 : 0] = step
        return step
    }

    private var isHalf: Bool { key.options.precision == .bfloat16 }

    private func describeForward(hasBias: Bool, activation: Activation, isTraining: Bool) -> PrimitiveDescription {
        let weights = Layout.makeDescriptor(key.weight, dnnl_format_tag_any, halfPrecision: isHalf)
        let bias = hasBias ? Layout.makeDescriptor([key.outputs], dnnl_a) : nil
        let attributes = library.makeAttributes(activation: activation)
        defer {
            elbo_descriptor_destroy(weights)
            if let bias { elbo_descriptor_destroy(bias) }
            dnnl_primitive_attr_destroy(attributes)
        }
        return required("linear") {
            elbo_inner_product_forward(
                $0, library.engine, isTraining ? dnnl_forward_training : dnnl_forward_inference, source.descriptor,
                weights, bias, destination.descriptor, attributes)
        }
    }

    private func forwardHint() -> PrimitiveDescription {
        if let hint { return hint }
        let made = describeForward(hasBias: false, activation: .none, isTraining: true)
        hint = made
        return made
    }

    private func required(
        _ operation: StaticString, _ create: (UnsafeMutablePointer<dnnl_primitive_desc_t?>) -> dnnl_status_t
    ) -> PrimitiveDescription {
        guard let made = PrimitiveDescription.make(operation, create) else {
            stop(operation, "an implementation in oneDNN", "none for \(key)")
        }
        return made
    }
}
