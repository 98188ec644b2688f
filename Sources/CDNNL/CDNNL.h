// SPDX-License-Identifier: Apache-2.0
// One C interface over oneDNN 2.x and 3.x for Swift: descriptors are opaque pointers, operation descriptors of 2.x stay
// inside. It holds no logic of its own; what to compute and in which layout is decided in TensorCore.

#ifndef ELBO_CDNNL_H
#define ELBO_CDNNL_H

#include <oneapi/dnnl/dnnl.h>
#include <stdlib.h>
#include <string.h>

// The few entries of GNU OpenMP that are needed; oneDNN runs on the same pool.
extern void omp_set_num_threads(int count);
extern int omp_get_max_threads(void);

// A memory descriptor. In 2.x it is a struct (here on the heap), in 3.x already an opaque object.
typedef struct elbo_descriptor *elbo_descriptor_t;

#if DNNL_VERSION_MAJOR >= 3
#define ELBO_MD(descriptor) ((const_dnnl_memory_desc_t)(descriptor))
#else
#define ELBO_MD(descriptor) ((const dnnl_memory_desc_t *)(descriptor))
#endif

// The arguments that every primitive descriptor of a windowed operation has: strides, dilations, padding before, after.
typedef struct {
    dnnl_dims_t strides, dilations, padding_before, padding_after, window;
} elbo_window_t;

enum { ELBO_DNNL_MAJOR = DNNL_VERSION_MAJOR };

static inline dnnl_status_t elbo_descriptor_create(
    elbo_descriptor_t *result, int rank, const int64_t *sizes, dnnl_data_type_t type, dnnl_format_tag_t tag) {
#if DNNL_VERSION_MAJOR >= 3
    dnnl_memory_desc_t descriptor = NULL;
    dnnl_status_t status = dnnl_memory_desc_create_with_tag(&descriptor, rank, sizes, type, tag);
    *result = (elbo_descriptor_t)descriptor;
    return status;
#else
    dnnl_memory_desc_t *descriptor = (dnnl_memory_desc_t *)calloc(1, sizeof *descriptor);
    *result = (elbo_descriptor_t)descriptor;
    return dnnl_memory_desc_init_by_tag(descriptor, rank, sizes, type, tag);
#endif
}

static inline elbo_descriptor_t elbo_descriptor_copy(elbo_descriptor_t source) {
#if DNNL_VERSION_MAJOR >= 3
    dnnl_memory_desc_t copy = NULL;
    dnnl_memory_desc_clone(&copy, ELBO_MD(source));
    return (elbo_descriptor_t)copy;
#else
    dnnl_memory_desc_t *copy = (dnnl_memory_desc_t *)malloc(sizeof *copy);
    memcpy(copy, source, sizeof *copy);
    return (elbo_descriptor_t)copy;
#endif
}

static inline void elbo_descriptor_destroy(elbo_descriptor_t descriptor) {
#if DNNL_VERSION_MAJOR >= 3
    dnnl_memory_desc_destroy((dnnl_memory_desc_t)descriptor);
#else
    free(descriptor);
#endif
}

static inline size_t elbo_descriptor_size(elbo_descriptor_t descriptor) {
    return dnnl_memory_desc_get_size(ELBO_MD(descriptor));
}

static inline int elbo_descriptor_equal(elbo_descriptor_t a, elbo_descriptor_t b) {
    return dnnl_memory_desc_equal(ELBO_MD(a), ELBO_MD(b));
}

// The descriptor that a primitive descriptor chose; it belongs to the primitive descriptor.
static inline elbo_descriptor_t elbo_query_descriptor(const_dnnl_primitive_desc_t pd, dnnl_query_t what) {
    return (elbo_descriptor_t)(void *)dnnl_primitive_desc_query_md(pd, what, 0);
}

static inline const char *elbo_query_implementation(const_dnnl_primitive_desc_t pd) {
    const char *name = "";
    dnnl_primitive_desc_query(pd, dnnl_query_impl_info_str, 0, &name);
    return name;
}

// A memory object without a buffer; its handle is set before each execution.
static inline dnnl_status_t elbo_memory_create(dnnl_memory_t *result, elbo_descriptor_t d, dnnl_engine_t engine) {
    return dnnl_memory_create(result, ELBO_MD(d), engine, DNNL_MEMORY_NONE);
}

static inline dnnl_status_t elbo_post_ops_append_activation(dnnl_post_ops_t ops, dnnl_alg_kind_t kind) {
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_post_ops_append_eltwise(ops, kind, 0.0f, 0.0f);
#else
    return dnnl_post_ops_append_eltwise(ops, 1.0f, kind, 0.0f, 0.0f);
#endif
}

static inline dnnl_status_t elbo_reorder(
    dnnl_primitive_desc_t *pd, dnnl_engine_t engine, elbo_descriptor_t from, elbo_descriptor_t to,
    const_dnnl_primitive_attr_t attributes) {
    return dnnl_reorder_primitive_desc_create(pd, ELBO_MD(from), engine, ELBO_MD(to), engine, attributes);
}

static inline dnnl_status_t elbo_convolution_forward(
    dnnl_primitive_desc_t *pd, dnnl_engine_t engine, dnnl_prop_kind_t kind, dnnl_alg_kind_t algorithm,
    elbo_descriptor_t source, elbo_descriptor_t weights, elbo_descriptor_t bias, elbo_descriptor_t destination,
    const elbo_window_t *w, const_dnnl_primitive_attr_t attributes) {
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_convolution_forward_primitive_desc_create(
        pd, engine, kind, algorithm, ELBO_MD(source), ELBO_MD(weights), ELBO_MD(bias), ELBO_MD(destination),
        w->strides, w->dilations, w->padding_before, w->padding_after, attributes);
#else
    dnnl_convolution_desc_t operation;
    dnnl_status_t status = dnnl_dilated_convolution_forward_desc_init(
        &operation, kind, algorithm, ELBO_MD(source), ELBO_MD(weights), ELBO_MD(bias), ELBO_MD(destination),
        w->strides, w->dilations, w->padding_before, w->padding_after);
    return status ? status : dnnl_primitive_desc_create(pd, &operation, attributes, engine, NULL);
#endif
}

static inline dnnl_status_t elbo_convolution_backward_data(
    dnnl_primitive_desc_t *pd, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    elbo_descriptor_t source_gradient, elbo_descriptor_t weights, elbo_descriptor_t destination_gradient,
    const elbo_window_t *w, const_dnnl_primitive_desc_t forward, const_dnnl_primitive_attr_t attributes) {
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_convolution_backward_data_primitive_desc_create(
        pd, engine, algorithm, ELBO_MD(source_gradient), ELBO_MD(weights), ELBO_MD(destination_gradient),
        w->strides, w->dilations, w->padding_before, w->padding_after, forward, attributes);
#else
    dnnl_convolution_desc_t operation;
    dnnl_status_t status = dnnl_dilated_convolution_backward_data_desc_init(
        &operation, algorithm, ELBO_MD(source_gradient), ELBO_MD(weights), ELBO_MD(destination_gradient),
        w->strides, w->dilations, w->padding_before, w->padding_after);
    return status ? status : dnnl_primitive_desc_create(pd, &operation, attributes, engine, forward);
#endif
}

static inline dnnl_status_t elbo_convolution_backward_weights(
    dnnl_primitive_desc_t *pd, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    elbo_descriptor_t source, elbo_descriptor_t weights_gradient, elbo_descriptor_t bias_gradient,
    elbo_descriptor_t destination_gradient, const elbo_window_t *w, const_dnnl_primitive_desc_t forward,
    const_dnnl_primitive_attr_t attributes) {
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_convolution_backward_weights_primitive_desc_create(
        pd, engine, algorithm, ELBO_MD(source), ELBO_MD(weights_gradient), ELBO_MD(bias_gradient),
        ELBO_MD(destination_gradient), w->strides, w->dilations, w->padding_before, w->padding_after, forward, attributes);
#else
    dnnl_convolution_desc_t operation;
    dnnl_status_t status = dnnl_dilated_convolution_backward_weights_desc_init(
        &operation, algorithm, ELBO_MD(source), ELBO_MD(weights_gradient), ELBO_MD(bias_gradient),
        ELBO_MD(destination_gradient), w->strides, w->dilations, w->padding_before, w->padding_after);
    return status ? status : dnnl_primitive_desc_create(pd, &operation, attributes, engine, forward);
#endif
}

static inline dnnl_status_t elbo_inner_product_forward(
    dnnl_primitive_desc_t *pd, dnnl_engine_t engine, dnnl_prop_kind_t kind, elbo_descriptor_t source,
    elbo_descriptor_t weights, elbo_descriptor_t bias, elbo_descriptor_t destination,
    const_dnnl_primitive_attr_t attributes) {
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_inner_product_forward_primitive_desc_create(
        pd, engine, kind, ELBO_MD(source), ELBO_MD(weights), ELBO_MD(bias), ELBO_MD(destination), attributes);
#else
    dnnl_inner_product_desc_t operation;
    dnnl_status_t status = dnnl_inner_product_forward_desc_init(
        &operation, kind, ELBO_MD(source), ELBO_MD(weights), ELBO_MD(bias), ELBO_MD(destination));
    return status ? status : dnnl_primitive_desc_create(pd, &operation, attributes, engine, NULL);
#endif
}

static inline dnnl_status_t elbo_inner_product_backward_data(
    dnnl_primitive_desc_t *pd, dnnl_engine_t engine, elbo_descriptor_t source_gradient, elbo_descriptor_t weights,
    elbo_descriptor_t destination_gradient, const_dnnl_primitive_desc_t forward,
    const_dnnl_primitive_attr_t attributes) {
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_inner_product_backward_data_primitive_desc_create(
        pd, engine, ELBO_MD(source_gradient), ELBO_MD(weights), ELBO_MD(destination_gradient), forward, attributes);
#else
    dnnl_inner_product_desc_t operation;
    dnnl_status_t status = dnnl_inner_product_backward_data_desc_init(
        &operation, ELBO_MD(source_gradient), ELBO_MD(weights), ELBO_MD(destination_gradient));
    return status ? status : dnnl_primitive_desc_create(pd, &operation, attributes, engine, forward);
#endif
}

static inline dnnl_status_t elbo_inner_product_backward_weights(
    dnnl_primitive_desc_t *pd, dnnl_engine_t engine, elbo_descriptor_t source, elbo_descriptor_t weights_gradient,
    elbo_descriptor_t bias_gradient, elbo_descriptor_t destination_gradient, const_dnnl_primitive_desc_t forward,
    const_dnnl_primitive_attr_t attributes) {
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_inner_product_backward_weights_primitive_desc_create(
        pd, engine, ELBO_MD(source), ELBO_MD(weights_gradient), ELBO_MD(bias_gradient),
        ELBO_MD(destination_gradient), forward, attributes);
#else
    dnnl_inner_product_desc_t operation;
    dnnl_status_t status = dnnl_inner_product_backward_weights_desc_init(
        &operation, ELBO_MD(source), ELBO_MD(weights_gradient), ELBO_MD(bias_gradient),
        ELBO_MD(destination_gradient));
    return status ? status : dnnl_primitive_desc_create(pd, &operation, attributes, engine, forward);
#endif
}

static inline dnnl_status_t elbo_pooling_forward(
    dnnl_primitive_desc_t *pd, dnnl_engine_t engine, dnnl_prop_kind_t kind, dnnl_alg_kind_t algorithm,
    elbo_descriptor_t source, elbo_descriptor_t destination, const elbo_window_t *w,
    const_dnnl_primitive_attr_t attributes) {
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_pooling_forward_primitive_desc_create(
        pd, engine, kind, algorithm, ELBO_MD(source), ELBO_MD(destination), w->strides, w->window, w->dilations,
        w->padding_before, w->padding_after, attributes);
#else
    dnnl_pooling_desc_t operation;
    dnnl_status_t status = dnnl_pooling_forward_desc_init(
        &operation, kind, algorithm, ELBO_MD(source), ELBO_MD(destination), w->strides, w->window,
        w->padding_before, w->padding_after);
    return status ? status : dnnl_primitive_desc_create(pd, &operation, attributes, engine, NULL);
#endif
}

static inline dnnl_status_t elbo_pooling_backward(
    dnnl_primitive_desc_t *pd, dnnl_engine_t engine, dnnl_alg_kind_t algorithm, elbo_descriptor_t source_gradient,
    elbo_descriptor_t destination_gradient, const elbo_window_t *w, const_dnnl_primitive_desc_t forward,
    const_dnnl_primitive_attr_t attributes) {
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_pooling_backward_primitive_desc_create(
        pd, engine, algorithm, ELBO_MD(source_gradient), ELBO_MD(destination_gradient), w->strides, w->window,
        w->dilations, w->padding_before, w->padding_after, forward, attributes);
#else
    dnnl_pooling_desc_t operation;
    dnnl_status_t status = dnnl_pooling_backward_desc_init(
        &operation, algorithm, ELBO_MD(source_gradient), ELBO_MD(destination_gradient), w->strides, w->window,
        w->padding_before, w->padding_after);
    return status ? status : dnnl_primitive_desc_create(pd, &operation, attributes, engine, forward);
#endif
}

static inline dnnl_status_t elbo_batch_normalization_forward(
    dnnl_primitive_desc_t *pd, dnnl_engine_t engine, dnnl_prop_kind_t kind, elbo_descriptor_t source, float epsilon,
    unsigned flags, const_dnnl_primitive_attr_t attributes) {
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_batch_normalization_forward_primitive_desc_create(
        pd, engine, kind, ELBO_MD(source), ELBO_MD(source), epsilon, flags, attributes);
#else
    dnnl_batch_normalization_desc_t operation;
    dnnl_status_t status = dnnl_batch_normalization_forward_desc_init(&operation, kind, ELBO_MD(source), epsilon, flags);
    return status ? status : dnnl_primitive_desc_create(pd, &operation, attributes, engine, NULL);
#endif
}

static inline dnnl_status_t elbo_batch_normalization_backward(
    dnnl_primitive_desc_t *pd, dnnl_engine_t engine, elbo_descriptor_t source, float epsilon, unsigned flags,
    const_dnnl_primitive_desc_t forward, const_dnnl_primitive_attr_t attributes) {
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_batch_normalization_backward_primitive_desc_create(
        pd, engine, dnnl_backward, ELBO_MD(source), ELBO_MD(source), ELBO_MD(source), epsilon, flags, forward,
        attributes);
#else
    dnnl_batch_normalization_desc_t operation;
    dnnl_status_t status = dnnl_batch_normalization_backward_desc_init(
        &operation, dnnl_backward, ELBO_MD(source), ELBO_MD(source), epsilon, flags);
    return status ? status : dnnl_primitive_desc_create(pd, &operation, attributes, engine, forward);
#endif
}

#endif
