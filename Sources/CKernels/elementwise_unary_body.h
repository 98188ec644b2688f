// SPDX-License-Identifier: Apache-2.0
// The functions of elbo_unary.h for one precision: a loop per function, cloned for each processor.

struct NAME(unary) {
    void (*loop)(const REAL *x, REAL *y, size_t count, REAL a, REAL b);
    const REAL *x;
    REAL *y;
    REAL a, b;
};

static void NAME(unary_share)(void *context, size_t begin, size_t end) {
    const struct NAME(unary) *u = context;
    u->loop(u->x + begin, u->y + begin, end - begin, u->a, u->b);
}

static void NAME(run_unary)(struct NAME(unary) unary, size_t count, size_t grain) {
    elbo_parallel(count, UNIT, grain, &unary, NAME(unary_share));
}

// `expression` says the result in terms of v, the element, and of the parameters a and b.
#define LOOP(name, expression)                                                                                        \
    ELBO_CLONES static void NAME(name##_loop)(const REAL *x, REAL *y, size_t count, REAL a, REAL b) {                 \
        (void)a, (void)b;                                                                                             \
        ELBO_LOOP for (size_t i = 0; i < count; i++) {                                                                \
            const REAL v = x[i];                                                                                      \
            y[i] = expression;                                                                                        \
        }                                                                                                             \
    }

#define UNARY(name, grain, expression)                                                                                \
    LOOP(name, expression)                                                                                            \
    void NAME(elbo_##name)(const REAL *x, REAL *y, size_t count) {                                                    \
        NAME(run_unary)((struct NAME(unary)){NAME(name##_loop), x, y, 0, 0}, count, grain);                           \
    }

UNARY(exp, COSTLY, NAME(exp1)(v))
UNARY(log, COSTLY, NAME(log1)(v))
UNARY(tanh, COSTLY, NAME(tanh1)(v))
UNARY(sigmoid, COSTLY, NAME(sigmoid1)(v))
UNARY(softplus, COSTLY, NAME(softplus1)(v))
UNARY(relu, CHEAP, v < 0 ? 0 : v)
UNARY(square, CHEAP, v *v)
UNARY(sqrt, COSTLY, __builtin_elementwise_sqrt(v))
UNARY(reciprocal, COSTLY, 1 / v)
UNARY(abs, CHEAP, NAME(magnitude)(v))
UNARY(sign, CHEAP, v > 0 ? 1 : (v < 0 ? -1 : v))
UNARY(negate, CHEAP, -v)
UNARY(cube, CHEAP, v * v * v)

LOOP(leaky_relu, v < 0 ? a * v : v)
void NAME(elbo_leaky_relu)(const REAL *x, REAL *y, size_t count, REAL slope) {
    NAME(run_unary)((struct NAME(unary)){NAME(leaky_relu_loop), x, y, slope, 0}, count, CHEAP);
}

LOOP(clamp, v < a ? a : (v > b ? b : v))
void NAME(elbo_clamp)(const REAL *x, REAL *y, size_t count, REAL lower, REAL upper) {
    NAME(run_unary)((struct NAME(unary)){NAME(clamp_loop), x, y, lower, upper}, count, CHEAP);
}

LOOP(affine, a *v + b)
void NAME(elbo_affine)(const REAL *x, REAL *y, size_t count, REAL factor, REAL offset) {
    NAME(run_unary)((struct NAME(unary)){NAME(affine_loop), x, y, factor, offset}, count, CHEAP);
}

static void NAME(fill_loop)(const REAL *x, REAL *y, size_t count, REAL a, REAL b) {
    (void)x, (void)b;
    for (size_t i = 0; i < count; i++) y[i] = a;
}
void NAME(elbo_fill)(REAL *y, size_t count, REAL value) {
    NAME(run_unary)((struct NAME(unary)){NAME(fill_loop), y, y, value, 0}, count, CHEAP);
}

// Derivatives: the same with two inputs, v = dy[i] and w = y[i].

struct NAME(derivative) {
    void (*loop)(const REAL *dy, const REAL *y, REAL *dx, size_t count, REAL a);
    const REAL *dy, *y;
    REAL *dx;
    REAL a;
};

static void NAME(derivative_share)(void *context, size_t begin, size_t end) {
    const struct NAME(derivative) *d = context;
    d->loop(d->dy + begin, d->y + begin, d->dx + begin, end - begin, d->a);
}

#define DERIVATIVE_LOOP(name, expression)                                                                             \
    ELBO_CLONES static void NAME(name##_loop)(const REAL *dy, const REAL *y, REAL *dx, size_t count, REAL a) {        \
        (void)a;                                                                                                      \
        ELBO_LOOP for (size_t i = 0; i < count; i++) {                                                                \
            const REAL v = dy[i], w = y[i];                                                                           \
            dx[i] = expression;                                                                                       \
        }                                                                                                             \
    }

#define DERIVATIVE(name, expression)                                                                                  \
    DERIVATIVE_LOOP(name, expression)                                                                                 \
    void NAME(elbo_##name)(const REAL *dy, const REAL *y, REAL *dx, size_t count) {                                   \
        struct NAME(derivative) d = {NAME(name##_loop), dy, y, dx, 0};                                                \
        elbo_parallel(count, UNIT, CHEAP, &d, NAME(derivative_share));                                                \
    }

DERIVATIVE(tanh_backward, v * (1 - w * w))
DERIVATIVE(sigmoid_backward, v * (w * (1 - w)))
DERIVATIVE(relu_backward, w > 0 ? v : 0)

DERIVATIVE_LOOP(leaky_relu_backward, w > 0 ? v : a * v)
void NAME(elbo_leaky_relu_backward)(const REAL *dy, const REAL *y, REAL *dx, size_t count, REAL slope) {
    struct NAME(derivative) d = {NAME(leaky_relu_backward_loop), dy, y, dx, slope};
    elbo_parallel(count, UNIT, CHEAP, &d, NAME(derivative_share));
}

#undef LOOP
#undef UNARY
#undef DERIVATIVE_LOOP
#undef DERIVATIVE
