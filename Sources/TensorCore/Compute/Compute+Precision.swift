// SPDX-License-Identifier: Apache-2.0
// Which number formats the heavy operations can multiply in on this machine.

import CDNNL

extension Compute {
    /// Whether the compute library has kernels for a number format on this processor; for brain floats it wants AVX-512.
    public static func supports(_ precision: Precision) -> Bool {
        if precision == .float32 { return true }
        let library = ComputeContext.current.library
        let maps = Layout.makeDescriptor([1, 16, 1, 1], dnnl_format_tag_any, halfPrecision: true)
        let weights = Layout.makeDescriptor([16, 16, 1, 1], dnnl_format_tag_any, halfPrecision: true)
        let attributes = library.makeAttributes()
        defer {
            for descriptor in [maps, weights] { elbo_descriptor_destroy(descriptor) }
            dnnl_primitive_attr_destroy(attributes)
        }
        var window = elbo_window_t()
        window.strides.0 = 1
        window.strides.1 = 1
        let found = PrimitiveDescription.make("convolution") {
            elbo_convolution_forward(
                $0, library.engine, dnnl_forward_inference, dnnl_convolution_direct, maps, weights, nil, maps, &window,
                attributes)
        }
        return found != nil
    }
}
