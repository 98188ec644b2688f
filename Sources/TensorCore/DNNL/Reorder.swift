// SPDX-License-Identifier: Apache-2.0
// Moving elements from one layout to another.

import CDNNL

/// Which reorder: layouts are interned, so their identities are enough.
struct ReorderKey: Hashable {
    let from: ObjectIdentifier
    let to: ObjectIdentifier
}

/// A compiled reorder, or the knowledge that oneDNN needs a detour through the row-major layout.
enum ReorderPlan {
    case direct(Primitive)
    case throughPlain
}

extension Storage {
    /// This storage if it already lies in `wanted`, else a copy that does.
    @inline(__always)
    func arranged(in wanted: Layout) -> Storage {
        if layout === wanted || (layout == nil && wanted.isPlain) { return self }
        return rearranged(in: wanted)
    }

    /// A copy in another layout.
    @inline(never)
    private func rearranged(in wanted: Layout) -> Storage {
        check(
            dataType == .float32 && count == wanted.dims.count, "layout", "\(wanted.dims.count) 32-bit elements",
            "\(count) of \(dataType)")
        guard let current = layout else { return moved(from: .plain(wanted.dims), to: wanted) }
        // A reshaped tensor lies in blocks of other axes: only the row-major order relates the two.
        if current.dims != wanted.dims { return plain().arranged(in: wanted) }
        return moved(from: current, to: wanted)
    }

    /// This storage if it is row-major, else a row-major copy.
    @inline(__always)
    func plain() -> Storage {
        guard let layout else { return self }
        return moved(from: layout, to: .plain(layout.dims))
    }

    private func moved(from: Layout, to wanted: Layout) -> Storage {
        let context = ComputeContext.current
        let result = Storage(layout: wanted)
        let key = ReorderKey(from: ObjectIdentifier(from), to: ObjectIdentifier(wanted))
        let plan: ReorderPlan
        if let known = context.reorders[key] {
            plan = known
        } else {
            plan = Storage.makeReorder(from, wanted, context.library)
            context.reorders[key] = plan
        }
        switch plan {
        case .direct(let primitive):
            context.library.reorders += 1
            primitive.run(self, result)
            return result
        case .throughPlain:
            check(!from.isPlain && !wanted.isPlain, "layout", "a reorder of oneDNN", "none")
            return moved(from: from, to: .plain(from.dims)).moved(from: .plain(wanted.dims), to: wanted)
        }
    }

    private static func makeReorder(_ from: Layout, _ to: Layout, _ library: DNNLLibrary) -> ReorderPlan {
        let attributes = library.makeAttributes()
        defer { dnnl_primitive_attr_destroy(attributes) }
        let description = PrimitiveDescription.make("reorder") {
            elbo_reorder($0, library.engine, from.descriptor, to.descriptor, attributes)
        }
        guard let description else { return .throughPlain }
        return .direct(Primitive(description.handle, library, [(DNNL_ARG_FROM, from), (DNNL_ARG_TO, to)]))
    }

    /// Changes the arrangement of this very storage, for parameters that one operation uses again and again.
    ///
    /// Only from row-major: a storage that an operation has already arranged stays so, and others make copies, else two
    /// users with different wishes would move it to and fro at every step.
    func arrangeInPlace(in wanted: Layout) {
        if layout == nil && !wanted.isPlain { adopt(arranged(in: wanted)) }
    }

    /// The contents in a layout for constant weights; kept until the contents change.
    func packed(in wanted: Layout) -> Storage {
        if layout === wanted || (layout == nil && wanted.isPlain) { return self }
        return packed(as: .layout(ObjectIdentifier(wanted))) { arranged(in: wanted) }
    }
}
