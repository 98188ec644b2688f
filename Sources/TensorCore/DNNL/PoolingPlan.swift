// SPDX-License-Identifier: Apache-2.0
// The oneDNN primitives of one pooling: forward with its workspace, and backward.

import CDNNL

/// Which pooling.
struct PoolingKey: Hashable {
    /// Shape `[N, C, H, W]`.
    let input: Shape
    /// Layout of the input, nil for row-major.
    let layout: ObjectIdentifier?
    let window: Int
    let stride: Int
    let padding: Int
    let isMaximum: Bool
    let isTraining: Bool

    /// Shape `[N, C, oh, ow]`.
    var output: Shape {
        [
            input[0], input[1], (input[2] + 2 * padding - window) / stride + 1,
            (input[3] + 2 * padding - window) / stride + 1,
        ]
    }
}

/// The compiled primitives of one pooling.
final class PoolingPlan {
    let key: PoolingKey
    let source: Layout
    let destination: Layout
    /// Where the maxima were found; nil for averages and without training.
    let workspaceBytes: Int
    let forward: Primitive
    private let description: PrimitiveDescription
    private let library: DNNLLibrary
    private var window = elbo_window_t()
    private var backwardPrimitive: Primitive?

    init(_ key: PoolingKey, source: Layout, _ library: DNNLLibrary) {
        self.key = key
        self.source = source
        self.library = library
        window.strides.0 = Int64(key.stride)
        window.strides.1 = Int64(key.stride)
        window.window.0 = Int64(key.window)
        window.window.1 = Int64(key.window)
        window.padding_before.0 = Int64(key.padding)
        window.padding_before.1 = Int64(key.padding)
        window.padding_after = window.padding_before
        let wanted = Layout.makeDescriptor(key.output, dnnl_format_tag_any, halfPrecision: source.isHalfPrecision)
        let attributes = library.makeAttributes()
        defer {
            elbo_descriptor_destroy(wanted)
            dnnl_primitive_attr_destroy(attributes)
        }
        var window = window
        let made = PrimitiveDescription.make("pooling") {
            elbo_pooling_forward(
                $0, library.engine, key.isTraining ? dnnl_forward_training : dnnl_forward_inference,
                PoolingPlan.algorithm(key), source.descriptor, wanted, &window, attributes)
        }
        guard let made else { stop("pooling", "an implementation in oneDNN", "none for \(key)") }
        description = made
        destination = made.layout(dnnl_query_dst_md, key.output, halfPrecision: source.isHalfPrecision)
        var roles: [(Int32, PrimitiveArgument)] = [
            (DNNL_ARG_SRC, .layout(source)), (DNNL_ARG_DST, .layout(destination)),
        ]
        let workspace =
            key.isMaximum && key.isTraining ? elbo_query_descriptor(made.handle, dnnl_query_workspace_md) : nil
        workspaceBytes = workspace.map { elbo_descriptor_size($0) } ?? 0
        if let workspace, workspaceBytes > 0 { roles.append((DNNL_ARG_WORKSPACE, .descriptor(workspace))) }
        forward = Primitive(made.handle, library, roles)
    }

    /// Arguments: gradient of the destination, gradient of the source, then the workspace if any.
    func backward() -> Primitive {
        if let backwardPrimitive { return backwardPrimitive }
        let attributes = library.makeAttributes()
        defer { dnnl_primitive_attr_destroy(attributes) }
        let made = PrimitiveDescription.make("pooling, backward") {
            elbo_pooling_backward(
                $0, library.engine, PoolingPlan.algorithm(key), source.descriptor, destination.descriptor, &window,
                description.handle, attributes)
        }
        guard let made else { stop("pooling, backward", "an implementation in oneDNN", "none for \(key)") }
        var roles: [(Int32, PrimitiveArgument)] = [
            (DNNL_ARG_DIFF_DST, .layout(destination)), (DNNL_ARG_DIFF_SRC, .layout(source)),
        ]
        if workspaceBytes > 0 {
            let workspace = elbo_query_descriptor(description.handle, dnnl_query_workspace_md)!
            roles.append((DNNL_ARG_WORKSPACE, .descriptor(workspace)))
        }
        let primitive = Primitive(made.handle, library, roles)
        backwardPrimitive = primitive
        return primitive
    }

    private static func algorithm(_ key: PoolingKey) -> dnnl_alg_kind_t {
        key.isMaximum ? dnnl_pooling_max : dnnl_pooling_avg_include_padding
    }
}
