// SPDX-License-Identifier: Apache-2.0
// The functions of elbo_softmax.h for one precision. Exponentials are kept in the output row, or in a piece of the
// stack where there is none.

struct NAME(softmax) {
    const REAL *x, *dy;
    const int32_t *labels;
    REAL *y, *losses;
    size_t columns;
    REAL scale;
};

// y = e^(x - shift).
ELBO_CLONES static void NAME(shifted_exp)(const REAL *x, REAL *y, size_t count, REAL shift) {
    ELBO_LOOP for (size_t i = 0; i < count; i++) y[i] = NAME(exp1)(x[i] - shift);
}

// y = a x + b.
ELBO_CLONES static void NAME(affine_run)(const REAL *x, REAL *y, size_t count, REAL a, REAL b) {
    ELBO_LOOP for (size_t i = 0; i < count; i++) y[i] = a * x[i] + b;
}

// dx = y (dy - mean).
ELBO_CLONES static void NAME(softmax_derivative)(
    const REAL *dy, const REAL *y, REAL *dx, size_t count, REAL mean) {
    ELBO_LOOP for (size_t i = 0; i < count; i++) dx[i] = y[i] * (dy[i] - mean);
}

// dx = dy - e^y total.
ELBO_CLONES static void NAME(log_softmax_derivative)(
    const REAL *dy, const REAL *y, REAL *dx, size_t count, REAL total) {
    ELBO_LOOP for (size_t i = 0; i < count; i++) dx[i] = dy[i] - NAME(exp1)(y[i]) * total;
}

// The sum of e^(x - shift) where the exponentials themselves are not wanted.
static double NAME(sum_of_exp)(const REAL *x, size_t count, REAL shift) {
    REAL piece[PIECE];
    double sum = 0;
    for (size_t i = 0; i < count; i += PIECE) {
        const size_t length = count - i < PIECE ? count - i : PIECE;
        NAME(shifted_exp)(x + i, piece, length, shift);
        sum += NAME(elbo_run_sum)(piece, NULL, length);
    }
    return sum;
}

static void NAME(softmax_share)(void *context, size_t begin, size_t end) {
    const struct NAME(softmax) *s = context;
    const size_t columns = s->columns;
    for (size_t r = begin; r < end; r++) {
        REAL *y = s->y + r * columns;
        NAME(shifted_exp)(s->x + r * columns, y, columns, NAME(elbo_run_max)(s->x + r * columns, columns));
        NAME(affine_run)(y, y, columns, (REAL)(1 / NAME(elbo_run_sum)(y, NULL, columns)), 0);
    }
}

static void NAME(softmax_backward_share)(void *context, size_t begin, size_t end) {
    const struct NAME(softmax) *s = context;
    const size_t columns = s->columns;
    for (size_t r = begin; r < end; r++) {
        const REAL *dy = s->dy + r * columns, *y = s->x + r * columns;
        const REAL mean = (REAL)NAME(elbo_run_sum)(dy, y, columns);
        NAME(softmax_derivative)(dy, y, s->y + r * columns, columns, mean);
    }
}

static void NAME(log_softmax_share)(void *context, size_t begin, size_t end) {
    const struct NAME(softmax) *s = context;
    const size_t columns = s->columns;
    for (size_t r = begin; r < end; r++) {
        const REAL *x = s->x + r * columns;
        const REAL largest = NAME(elbo_run_max)(x, columns);
        const REAL normalizer = (REAL)log(NAME(sum_of_exp)(x, columns, largest));
        // Two subtractions: largest + normalizer would round the small part away beside a large maximum.
        NAME(affine_run)(x, s->y + r * columns, columns, 1, -largest);
        NAME(affine_run)(s->y + r * columns, s->y + r * columns, columns, 1, -normalizer);
    }
}

static void NAME(log_softmax_backward_share)(void *context, size_t begin, size_t end) {
    const struct NAME(softmax) *s = context;
    const size_t columns = s->columns;
    for (size_t r = begin; r < end; r++) {
        const REAL *dy = s->dy + r * columns, *y = s->x + r * columns;
        const REAL total = (REAL)NAME(elbo_run_sum)(dy, NULL, columns);
        NAME(log_softmax_derivative)(dy, y, s->y + r * columns, columns, total);
    }
}

static void NAME(cross_entropy_share)(void *context, size_t begin, size_t end) {
    const struct NAME(softmax) *s = context;
    const size_t columns = s->columns;
    for (size_t r = begin; r < end; r++) {
        const REAL *x = s->x + r * columns;
        const int32_t label = s->labels[r];
        const int is_valid = label >= 0 && (size_t)label < columns;
        const REAL largest = NAME(elbo_run_max)(x, columns);
        REAL *gradient = s->y ? s->y + r * columns : NULL;
        if (gradient) NAME(shifted_exp)(x, gradient, columns, largest);
        const double sum =
            gradient ? NAME(elbo_run_sum)(gradient, NULL, columns) : NAME(sum_of_exp)(x, columns, largest);
        if (s->losses) s->losses[r] = is_valid ? (REAL)(log(sum) - ((double)x[label] - (double)largest)) : (REAL)NAN;
        if (gradient) {
            NAME(affine_run)(gradient, gradient, columns, is_valid ? (REAL)(s->scale / sum) : (REAL)NAN, 0);
            if (is_valid) gradient[label] -= s->scale;
        }
    }
}

static void NAME(run_softmax)(struct NAME(softmax) softmax, size_t rows, elbo_range_body body) {
    elbo_parallel(rows, 1, GRAIN / (softmax.columns + 16) + 1, &softmax, body);
}

void NAME(elbo_softmax)(const REAL *x, REAL *y, size_t rows, size_t columns) {
    NAME(run_softmax)((struct NAME(softmax)){.x = x, .y = y, .columns = columns}, rows, NAME(softmax_share));
}

void NAME(elbo_softmax_backward)(const REAL *dy, const REAL *y, REAL *dx, size_t rows, size_t columns) {
    NAME(run_softmax)
    ((struct NAME(softmax)){.x = y, .dy = dy, .y = dx, .columns = columns}, rows, NAME(softmax_backward_share));
}

void NAME(elbo_log_softmax)(const REAL *x, REAL *y, size_t rows, size_t columns) {
    NAME(run_softmax)((struct NAME(softmax)){.x = x, .y = y, .columns = columns}, rows, NAME(log_softmax_share));
}

void NAME(elbo_log_softmax_backward)(const REAL *dy, const REAL *y, REAL *dx, size_t rows, size_t columns) {
    NAME(run_softmax)
    ((struct NAME(softmax)){.x = y, .dy = dy, .y = dx, .columns = columns}, rows, NAME(log_softmax_backward_share));
}

void NAME(elbo_softmax_cross_entropy)(
    const REAL *x, const int32_t *labels, size_t rows, size_t columns, REAL scale, REAL *losses, REAL *gradient) {
    const struct NAME(softmax) s = {
        .x = x, .labels = labels, .y = gradient, .losses = losses, .columns = columns, .scale = scale};
    NAME(run_softmax)(s, rows, NAME(cross_entropy_share));
}
