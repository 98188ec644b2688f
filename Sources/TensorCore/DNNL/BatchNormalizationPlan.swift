// SPDX-License-Identifier: Apache-2.0
// The oneDNN primitives of one batch normalization: forward, with or without given statistics, and backward.

import CDNNL

/// Which batch normalization.
struct BatchNormalizationKey: Hashable {
    /// Shape `[N, C, H, W]`.
    let input: Shape
    /// Layout of the input.
    let layout: ObjectIdentifier
    let epsilon: Float
    let relu: Bool
    /// Whether mean and variance are inputs; then there is no backward primitive.
    let usesGivenStatistics: Bool
}

/// The compiled primitives of one batch normalization.
final class BatchNormalizationPlan {
    let key: BatchNormalizationKey
    let source: Layout
    /// Forward; arguments: source, destination, mean, variance, scale, shift, then the workspace of a fused relu.
    let forward: Primitive
    /// Where the fused relu cut off; 0 without one.
    let workspaceBytes: Int
    private let description: PrimitiveDescription
    private let library: DNNLLibrary
    private var backwardPrimitive: Primitive?

    private init(_ key: BatchNormalizationKey, source: Layout, _ library: DNNLLibrary) {
        self.key = key
        self.source = source
        self.library = library
        let attributes = library.makeAttributes()
        defer { dnnl_primitive_attr_destroy(attributes) }
        let kind = key.usesGivenStatistics ? dnnl_forward_inference : dnnl_forward_training
        let made = PrimitiveDescription.make("batchNormalization") {
            elbo_batch_normalization_forward(
                $0, library.engine, kind, source.descriptor, key.epsilon, BatchNormalizationPlan.flags(key), attributes)
        }
        guard let made else { stop("batchNormalization", "an implementation in oneDNN", "none for \(key)") }
        description = made
        let workspace =
            key.relu && !key.usesGivenStatistics ? elbo_query_descriptor(made.handle, dnnl_query_workspace_md) : nil
        workspaceBytes = workspace.map { elbo_descriptor_size($0) } ?? 0
        var roles = [(DNNL_ARG_SRC, PrimitiveArgument.layout(source)), (DNNL_ARG_DST, .layout(source))]
        let channels = PrimitiveArgument.layout(.plain([key.input[1]]))
        for role in [DNNL_ARG_MEAN, DNNL_ARG_VARIANCE, DNNL_ARG_SCALE, DNNL_ARG_SHIFT] {
            roles.append((role, channels))
        }
        if let workspace, workspaceBytes > 0 { roles.append((DNNL_ARG_WORKSPACE, .descriptor(workspace))) }
        forward = Primitive(made.handle, library, roles)
    }

    /// The calling thread's plan.
    static func of(
        _ layout: Layout, epsilon: Float, relu: Bool, usesGivenStatistics: Bool
    ) -> BatchNormalizationPlan {
        let context = ComputeContext.current
        let key = BatchNormalizationKey(
            input: layout.dims, layout: ObjectIdentifier(layout), epsilon: epsilon, relu: relu,
            usesGivenStatistics: usesGivenStatistics)
        if let known = context.batchNormalizations[key] { return known }
        let plan = BatchNormalizationPlan(key, source: layout, context.library)
        context.batchNormalizations[key] = plan
        return plan
    }

    /// The backward primitive.
    ///
    /// Arguments: source, gradients of destination and source, mean, variance, scale, gradients of scale and shift, then
    /// the workspace of a fused relu, then (oneDNN 2 only) the shift.
    func backward() -> Primitive {
        if let backwardPrimitive { return backwardPrimitive }
        let attributes = library.makeAttributes()
        defer { dnnl_primitive_attr_destroy(attributes) }
        let made = PrimitiveDescription.make("batchNormalization, backward") {
            elbo_batch_normalization_backward(
                $0, library.engine, source.descriptor, key.epsilon, BatchNormalizationPlan.flags(key),
                description.handle, attributes)
        }
        guard let made else { stop("batchNormalization, backward", "an implementation in oneDNN", "none for \(key)") }
        let channels = PrimitiveArgument.layout(.plain([key.input[1]]))
        var roles: [(Int32, PrimitiveArgument)] = [
            (DNNL_ARG_SRC, .layout(source)), (DNNL_ARG_DIFF_DST, .layout(source)),
            (DNNL_ARG_DIFF_SRC, .layout(source)), (DNNL_ARG_MEAN, channels), (DNNL_ARG_VARIANCE, channels),
            (DNNL_ARG_SCALE, channels), (DNNL_ARG_DIFF_SCALE, channels), (DNNL_ARG_DIFF_SHIFT, channels),
        ]
        if workspaceBytes > 0 {
            let workspace = elbo_query_descriptor(description.handle, dnnl_query_workspace_md)!
            roles.append((DNNL_ARG_WORKSPACE, .descriptor(workspace)))
        }
        // oneDNN 2 wants the shift here and 3 refuses it; it comes last so that the other positions are the same.
        if ELBO_DNNL_MAJOR < 3 { roles.append((DNNL_ARG_SHIFT, channels)) }
        let primitive = Primitive(made.handle, library, roles)
        backwardPrimitive = primitive
        return primitive
    }

    private static func flags(_ key: BatchNormalizationKey) -> UInt32 {
        var flags = dnnl_use_scale.rawValue | dnnl_use_shift.rawValue
        if key.relu { flags |= dnnl_fuse_norm_relu.rawValue }
        if key.usesGivenStatistics { flags |= dnnl_use_global_stats.rawValue }
        return flags
    }
}
