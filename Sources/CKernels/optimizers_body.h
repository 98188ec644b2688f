// SPDX-License-Identifier: Apache-2.0
// The optimizer updates for one precision: a loop per method over one slice of one parameter, and the walk that cuts
// the concatenation of all parameters into one range per thread.

struct NAME(update) {
    void (*loop)(const NAME(elbo_parameter) * parameter, size_t begin, size_t end, const REAL *constants);
    const NAME(elbo_parameter) * parameters;
    REAL constants[6];
};

static void NAME(update_share)(void *context, size_t begin, size_t end) {
    const struct NAME(update) *u = context;
    size_t start = 0;  // of the current parameter in the concatenation, each rounded up to whole units
    for (const NAME(elbo_parameter) *p = u->parameters; start < end; p++) {
        const size_t padded = (p->count + UNIT - 1) / UNIT * UNIT;
        const size_t low = begin > start ? begin - start : 0;
        const size_t high = end - start < p->count ? end - start : p->count;
        if (low < high) u->loop(p, low, high, u->constants);
        start += padded;
    }
}

static void NAME(run_update)(struct NAME(update) update, size_t parameter_count) {
    size_t total = 0;
    for (size_t i = 0; i < parameter_count; i++) total += (update.parameters[i].count + UNIT - 1) / UNIT * UNIT;
    elbo_parallel(total, UNIT, GRAIN, &update, NAME(update_share));
}

ELBO_CLONES static void NAME(adam_loop)(
    const NAME(elbo_parameter) * parameter, size_t begin, size_t end, const REAL *constants) {
    REAL *w = parameter->weights, *m = parameter->first, *v = parameter->second;
    const REAL *gradient = parameter->gradient;
    const REAL rate = constants[0], beta1 = constants[1], beta2 = constants[2], epsilon = constants[3];
    const REAL coupled_decay = constants[4], shrink = constants[5];
    ELBO_LOOP for (size_t i = begin; i < end; i++) {
        const REAL g = gradient[i] + coupled_decay * w[i];
        const REAL first = beta1 * m[i] + (1 - beta1) * g;
        const REAL second = beta2 * v[i] + (1 - beta2) * (g * g);
        m[i] = first;
        v[i] = second;
        w[i] = shrink * w[i] - rate * first / (__builtin_elementwise_sqrt(second) + epsilon);
    }
}

void NAME(elbo_adam)(
    const NAME(elbo_parameter) * parameters, size_t parameter_count, const elbo_adam_settings *settings) {
    const double correction1 = 1 - pow(settings->beta1, (double)settings->step);
    const double correction2 = sqrt(1 - pow(settings->beta2, (double)settings->step));
    // Numerator and denominator times sqrt(1 - beta2^step): the corrections leave the loop.
    const struct NAME(update) update = {
        NAME(adam_loop),
        parameters,
        {(REAL)(settings->learning_rate * correction2 / correction1), (REAL)settings->beta1, (REAL)settings->beta2,
         (REAL)(settings->epsilon * correction2), settings->decoupled ? 0 : (REAL)settings->weight_decay,
         settings->decoupled ? (REAL)(1 - settings->learning_rate * settings->weight_decay) : 1}};
    NAME(run_update)(update, parameter_count);
}

ELBO_CLONES static void NAME(sgd_plain_loop)(
    const NAME(elbo_parameter) * parameter, size_t begin, size_t end, const REAL *constants) {
    REAL *w = parameter->weights;
    const REAL *gradient = parameter->gradient;
    const REAL rate = constants[0], decay = constants[2];
    ELBO_LOOP for (size_t i = begin; i < end; i++) w[i] -= rate * (gradient[i] + decay * w[i]);
}

ELBO_CLONES static void NAME(sgd_momentum_loop)(
    const NAME(elbo_parameter) * parameter, size_t begin, size_t end, const REAL *constants) {
    REAL *w = parameter->weights, *velocity = parameter->first;
    const REAL *gradient = parameter->gradient;
    const REAL rate = constants[0], momentum = constants[1], decay = constants[2];
    // direction = own g + ahead u: (0, 1) is heavy ball, (1, momentum) is Nesterov.
    const REAL own = constants[3], ahead = constants[4];
    ELBO_LOOP for (size_t i = begin; i < end; i++) {
        const REAL g = gradient[i] + decay * w[i];
        const REAL u = momentum * velocity[i] + g;
        velocity[i] = u;
        w[i] -= rate * (own * g + ahead * u);
    }
}

void NAME(elbo_sgd)(
    const NAME(elbo_parameter) * parameters, size_t parameter_count, const elbo_sgd_settings *settings) {
    const REAL momentum = (REAL)settings->momentum;
    const struct NAME(update) update = {
        momentum == 0 ? NAME(sgd_plain_loop) : NAME(sgd_momentum_loop),
        parameters,
        {(REAL)settings->learning_rate, momentum, (REAL)settings->weight_decay, settings->nesterov ? 1 : 0,
         settings->nesterov ? momentum : 1, 0}};
    NAME(run_update)(update, parameter_count);
}

ELBO_CLONES static void NAME(rmsprop_loop)(
    const NAME(elbo_parameter) * parameter, size_t begin, size_t end, const REAL *constants) {
    REAL *w = parameter->weights, *v = parameter->second, *velocity = parameter->first;
    const REAL *gradient = parameter->gradient;
    const REAL rate = constants[0], keep = constants[1], epsilon = constants[2], momentum = constants[3];
    const REAL decay = constants[4];
    ELBO_LOOP for (size_t i = begin; i < end; i++) {
        const REAL g = gradient[i] + decay * w[i];
        const REAL second = keep * v[i] + (1 - keep) * (g * g);
        v[i] = second;
        const REAL direction = g / (__builtin_elementwise_sqrt(second) + epsilon);
        if (momentum == 0) {
            w[i] -= rate * direction;
        } else {
            const REAL u = momentum * velocity[i] + direction;
            velocity[i] = u;
            w[i] -= rate * u;
        }
    }
}

void NAME(elbo_rmsprop)(
    const NAME(elbo_parameter) * parameters, size_t parameter_count, const elbo_rmsprop_settings *settings) {
    const struct NAME(update) update = {
        NAME(rmsprop_loop),
        parameters,
        {(REAL)settings->learning_rate, (REAL)settings->decay, (REAL)settings->epsilon, (REAL)settings->momentum,
         (REAL)settings->weight_decay, 0}};
    NAME(run_update)(update, parameter_count);
}
