// SPDX-License-Identifier: Apache-2.0
// Log densities of many points at once, in double precision: mixtures in the plane, and the pieces samplers share.

#ifndef ELBO_DENSITIES_H
#define ELBO_DENSITIES_H

#include <stdbool.h>
#include <stddef.h>

/// K normal distributions of the plane, six numbers a component: m0, m1, a, b, c, d.
///
/// Its log density in nats is d ln 2 - ln 2 (u^2 + v^2) with u = a (x - m0), v = b (x - m0) + c (y - m1): powers of two are
/// what a processor makes quickly, so the caller scales by log2(e) once.
typedef struct elbo_plane_mixture {
    size_t count;
    const double *components;
    /// Whether every b is 0; it is then not read, and an infinite x leaves v alone.
    bool is_diagonal;
    /// Whether no d is above 900, so that no power of two overflows.
    bool is_tame;
} elbo_plane_mixture;

/// values[i] = log sum over the components of e^(log density) of the point (points[2 i], points[2 i + 1]).
///
/// -infinity where all components are, NaN where one is. Runs on the calling thread. Bits of a point do not depend on
/// the other points.
void elbo_plane_mixture_log_density(
    const elbo_plane_mixture *mixture, const double *points, double *values, size_t count);

/// Draws of K normal distributions m + L noise, component by component as `uniforms` say.
///
/// Point i comes from component k, the number of entries of `bounds` that are not above uniforms[i]. `components` are five
/// numbers each: m0, m1, L00, L10, L11. `bounds` are K - 1. `points` are the noise first, the points then. On the calling
/// thread.
void elbo_plane_mixture_draws(
    size_t components_count, const double *components, const double *bounds, const double *uniforms, double *points,
    size_t count);

/// Draws m + L noise of a normal distribution, [count, D], and the squares of their noise.
///
/// `factor` is L, [D, D], 0 above its diagonal. `points` are the noise first, the points then; squares[i] = |noise_i|^2.
/// `scratch` has room for 8 D numbers. On the calling thread. Bits of a point do not depend on the other points.
void elbo_gaussian_draws(
    size_t dimension, const double *mean, const double *factor, double *scratch, double *points, double *squares,
    size_t count);

/// current[r, :] = proposed[r, :] for the rows that were accepted. On the calling thread.
void elbo_move_rows(double *current, const double *proposed, const bool *accepted, size_t rows, size_t width);

/// Replaces positive normal numbers by their natural logarithms, on the calling thread; anything for other numbers.
void elbo_log_positive(double *values, size_t count);

#endif
