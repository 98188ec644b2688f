// SPDX-License-Identifier: Apache-2.0
// A oneDNN primitive with its memory objects: made once per kind and shape, then run with new addresses each time.

import CDNNL

/// Stops when oneDNN reports a failure that our own checks should have excluded.
@inline(__always)
func expectSuccess(_ status: dnnl_status_t, _ operation: StaticString) {
    check(status == dnnl_success, operation, "oneDNN status 0", "status \(status.rawValue)")
}

/// The engine, stream and scratch memory of one thread.
final class DNNLLibrary {
    let engine: dnnl_engine_t
    let stream: dnnl_stream_t
    var primitivesCreated = 0
    var reorders = 0

    /// One buffer serves all primitives of the thread, since they run one after the other.
    private var scratchpad: UnsafeMutableRawPointer?
    private var scratchpadSize = 0

    init() {
        var engine: dnnl_engine_t?
        expectSuccess(dnnl_engine_create(&engine, dnnl_cpu, 0), "engine")
        self.engine = engine!
        var stream: dnnl_stream_t?
        expectSuccess(dnnl_stream_create(&stream, engine, dnnl_stream_default_flags.rawValue), "stream")
        self.stream = stream!
    }

    deinit {
        scratchpad?.deallocate()
        dnnl_stream_destroy(stream)
        dnnl_engine_destroy(engine)
    }

    /// Scratch memory of at least `size` bytes.
    @inline(__always)
    func scratch(_ size: Int) -> UnsafeMutableRawPointer? {
        if size > scratchpadSize {
            scratchpad?.deallocate()
            scratchpad = .allocate(byteCount: size, alignment: 4096)
            scratchpadSize = size
        }
        return scratchpad
    }

    /// Attributes that every primitive gets: scratch memory from us, so that no thread-local memory of the library is used.
    func makeAttributes(activation: Activation = .none) -> dnnl_primitive_attr_t {
        var attributes: dnnl_primitive_attr_t?
        expectSuccess(dnnl_primitive_attr_create(&attributes), "attributes")
        expectSuccess(
            dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user), "attributes")
        if activation != .none {
            var operations: dnnl_post_ops_t?
            expectSuccess(dnnl_post_ops_create(&operations), "post operations")
            let kind = activation == .relu ? dnnl_eltwise_relu : dnnl_eltwise_tanh
            expectSuccess(elbo_post_ops_append_activation(operations, kind), "post operations")
            expectSuccess(dnnl_primitive_attr_set_post_ops(attributes, operations), "attributes")
            dnnl_post_ops_destroy(operations)
        }
        return attributes!
    }
}

/// What a primitive must know of an argument: a layout of ours, or a descriptor of oneDNN's for opaque workspaces.
enum PrimitiveArgument {
    case layout(Layout)
    case descriptor(elbo_descriptor_t)

    var descriptor: elbo_descriptor_t {
        switch self {
        case .layout(let layout): layout.descriptor
        case .descriptor(let descriptor): descriptor
        }
    }
}

/// An executable operation with fixed shapes and layouts.
final class Primitive {
    private let handle: dnnl_primitive_t
    private let arguments: UnsafeMutableBufferPointer<dnnl_exec_arg_t>
    private let scratchSize: Int
    private let library: DNNLLibrary

    /// Compiles the primitive that `description` describes.
    /// - Parameter roles: the argument numbers (`DNNL_ARG_…`) with their layouts, in the order in which `run` takes addresses.
    init(
        _ description: dnnl_primitive_desc_t, _ library: DNNLLibrary, _ roles: [(role: Int32, shape: PrimitiveArgument)]
    ) {
        self.library = library
        var primitive: dnnl_primitive_t?
        expectSuccess(dnnl_primitive_create(&primitive, description), "primitive")
        handle = primitive!
        library.primitivesCreated += 1
        let scratch = elbo_query_descriptor(description, dnnl_query_scratchpad_md)
        scratchSize = scratch.map { elbo_descriptor_size($0) } ?? 0
        arguments = .allocate(capacity: roles.count + (scratchSize > 0 ? 1 : 0))
        for (index, entry) in roles.enumerated() {
            arguments.initializeElement(
                at: index,
                to: dnnl_exec_arg_t(arg: entry.role, memory: Primitive.memory(entry.shape.descriptor, library)))
        }
        if scratchSize > 0 {
            arguments.initializeElement(
                at: roles.count,
                to: dnnl_exec_arg_t(arg: DNNL_ARG_SCRATCHPAD, memory: Primitive.memory(scratch!, library)))
        }
    }

    /// Compiles a primitive whose arguments all have layouts of ours.
    convenience init(
        _ description: dnnl_primitive_desc_t, _ library: DNNLLibrary, _ roles: [(role: Int32, layout: Layout)]
    ) {
        self.init(description, library, roles.map { ($0.role, PrimitiveArgument.layout($0.layout)) })
    }

    deinit {
        for argument in arguments { dnnl_memory_destroy(argument.memory) }
        arguments.deallocate()
        dnnl_primitive_destroy(handle)
    }

    private static func memory(_ descriptor: elbo_descriptor_t, _ library: DNNLLibrary) -> dnnl_memory_t {
        var memory: dnnl_memory_t?
        expectSuccess(elbo_memory_create(&memory, descriptor, library.engine), "memory")
        return memory!
    }

    /// Sets the address of one argument for the next run.
    @inline(__always)
    func bind(_ index: Int, _ storage: Storage) {
        dnnl_memory_set_data_handle(arguments[index].memory, storage.address)
    }

    /// Executes with the bound addresses.
    @inline(__always)
    func run() {
        if scratchSize > 0 {
            dnnl_memory_set_data_handle(arguments[arguments.count - 1].memory, library.scratch(scratchSize))
        }
        expectSuccess(
            dnnl_primitive_execute(handle, library.stream, Int32(arguments.count), arguments.baseAddress), "execute")
    }

    /// Executes with the addresses of the given storages.
    @inline(__always)
    func run(_ a: Storage, _ b: Storage) {
        bind(0, a)
        bind(1, b)
        run()
    }

    /// Executes with the addresses of the given storages.
    @inline(__always)
    func run(_ a: Storage, _ b: Storage, _ c: Storage) {
        bind(0, a)
        bind(1, b)
        bind(2, c)
        run()
    }

    /// Executes with the addresses of the given storages.
    @inline(__always)
    func run(_ a: Storage, _ b: Storage, _ c: Storage, _ d: Storage) {
        bind(0, a)
        bind(1, b)
        bind(2, c)
        bind(3, d)
        run()
    }
}

/// A primitive descriptor that frees itself.
final class PrimitiveDescription {
    let handle: dnnl_primitive_desc_t

    init(_ handle: dnnl_primitive_desc_t) { self.handle = handle }

    deinit { dnnl_primitive_desc_destroy(handle) }

    /// The layout that the primitive has chosen for one of its arguments.
    func layout(_ what: dnnl_query_t, _ dims: Shape, halfPrecision: Bool = false) -> Layout {
        Layout.interning(elbo_query_descriptor(handle, what)!, dims: dims, halfPrecision: halfPrecision)
    }

    /// Calls a creation function; nil when oneDNN has no such implementation (status 3).
    static func make(
        _ operation: StaticString, _ create: (UnsafeMutablePointer<dnnl_primitive_desc_t?>) -> dnnl_status_t
    ) -> PrimitiveDescription? {
        var handle: dnnl_primitive_desc_t?
        let status = create(&handle)
        if status == dnnl_unimplemented { return nil }
        expectSuccess(status, operation)
        return PrimitiveDescription(handle!)
    }
}
