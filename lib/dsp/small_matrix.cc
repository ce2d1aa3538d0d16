/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "small_matrix.h"
#include <algorithm>
#include <cmath>
#include <numeric>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int MAX_SWEEPS = 30; // Jacobi converges quadratically: six are usual
constexpr int MAX_STEPS =
    200; // Aberth's iteration triples its digits, double roots apart
constexpr double EPSILON = 1e-15;

double off_diagonal(const std::vector<cd>& a, int n)
{
    double sum = 0;
    for (int i = 0; i < n; ++i) {
        for (int j = i + 1; j < n; ++j) {
            sum += std::norm(a[i * n + j]);
        }
    }
    return sum;
}

} // namespace

void hermitian_eigen::rotate(int p, int q)
{
    const cd coupling = d_a[p * d_n + q];
    const double size = std::abs(coupling);
    if (size == 0) {
        return;
    }
    // A phase makes the coupling real, a real rotation then removes it.
    const double theta = (d_a[q * d_n + q].real() - d_a[p * d_n + p].real()) / (2 * size);
    const double t =
        (theta >= 0 ? 1 : -1) / (std::abs(theta) + std::sqrt(theta * theta + 1));
    const double c = 1 / std::sqrt(t * t + 1);
    const cd s = t * c * coupling / size;

    for (int i = 0; i < d_n; ++i) { // columns p and q
        const cd ap = d_a[i * d_n + p], aq = d_a[i * d_n + q];
        d_a[i * d_n + p] = c * ap - std::conj(s) * aq;
        d_a[i * d_n + q] = s * ap + c * aq;
        const cd vp = d_vectors[i * d_n + p], vq = d_vectors[i * d_n + q];
        d_vectors[i * d_n + p] = c * vp - std::conj(s) * vq;
        d_vectors[i * d_n + q] = s * vp + c * vq;
    }
    for (int i = 0; i < d_n; ++i) { // rows p and q
        const cd ap = d_a[p * d_n + i], aq = d_a[q * d_n + i];
        d_a[p * d_n + i] = c * ap - s * aq;
        d_a[q * d_n + i] = std::conj(s) * ap + c * aq;
    }
}

void hermitian_eigen::compute(const std::vector<cd>& a, int n)
{
    d_n = n;
    d_a.assign(a.begin(), a.begin() + n * n);
    d_vectors.assign(n * n, 0);
    double total = 0;
    for (int i = 0; i < n; ++i) {
        d_vectors[i * n + i] = 1;
        total += std::norm(d_a[i * n + i]);
    }
    for (int sweep = 0; sweep < MAX_SWEEPS; ++sweep) {
        if (off_diagonal(d_a, n) <= EPSILON * EPSILON * total) {
            break;
        }
        for (int p = 0; p < n; ++p) {
            for (int q = p + 1; q < n; ++q) {
                rotate(p, q);
            }
        }
    }
    d_order.resize(n);
    std::iota(d_order.begin(), d_order.end(), 0);
    std::sort(d_order.begin(), d_order.end(), [&](int i, int j) {
        return d_a[i * n + i].real() > d_a[j * n + j].real();
    });
    d_values.resize(n);
    d_sorted.resize(n * n);
    for (int k = 0; k < n; ++k) {
        d_values[k] = d_a[d_order[k] * n + d_order[k]].real();
        for (int i = 0; i < n; ++i) {
            d_sorted[i * n + k] = d_vectors[i * n + d_order[k]];
        }
    }
}

bool invert(std::vector<cd>& a, int n)
{
    // Gauss and Jordan without row exchanges suffice: the matrices are positive definite.
    for (int k = 0; k < n; ++k) {
        const cd pivot = a[k * n + k];
        if (!(std::abs(pivot) > 0) || !std::isfinite(std::abs(pivot))) {
            return false;
        }
        a[k * n + k] = 1;
        for (int j = 0; j < n; ++j) {
            a[k * n + j] /= pivot;
        }
        for (int i = 0; i < n; ++i) {
            if (i == k) {
                continue;
            }
            const cd factor = a[i * n + k];
            a[i * n + k] = 0;
            for (int j = 0; j < n; ++j) {
                a[i * n + j] -= factor * a[k * n + j];
            }
        }
    }
    return true;
}

void polynomial_roots(const std::vector<cd>& coefficients, std::vector<cd>& roots)
{
    const int degree = static_cast<int>(coefficients.size()) - 1;
    roots.resize(std::max(0, degree));
    for (int i = 0; i < degree; ++i) { // spread over a circle, on no axis of symmetry
        roots[i] = std::polar(0.9, 2 * M_PI * i / degree + 0.4);
    }
    for (int step = 0; step < MAX_STEPS; ++step) {
        double moved = 0;
        for (int i = 0; i < degree; ++i) {
            cd value = coefficients[degree], slope = 0;
            for (int k = degree - 1; k >= 0; --k) {
                slope = slope * roots[i] + value;
                value = value * roots[i] + coefficients[k];
            }
            if (value == 0.0 || slope == 0.0) {
                continue;
            }
            const cd newton = value / slope;
            cd repulsion = 0;
            for (int j = 0; j < degree; ++j) {
                if (j != i && roots[i] != roots[j]) {
                    repulsion += 1.0 / (roots[i] - roots[j]);
                }
            }
            const cd move = newton / (1.0 - newton * repulsion);
            if (std::isfinite(std::abs(move))) {
                roots[i] -= move;
                moved = std::max(moved, std::abs(move));
            }
        }
        if (moved < 1e-13) {
            break;
        }
    }
}

void characteristic_polynomial(const std::vector<cd>& a,
                               int n,
                               std::vector<cd>& coefficients,
                               std::vector<cd>& work)
{
    work.assign(2 * n * n, 0);
    cd *m = work.data(), *product = m + n * n;
    coefficients.assign(n + 1, 0);
    coefficients[n] = 1;
    for (int k = 1; k <= n; ++k) {
        for (int i = 0; i < n; ++i) { // M = A M + c I
            for (int j = 0; j < n; ++j) {
                cd sum = i == j ? coefficients[n - k + 1] : 0;
                for (int l = 0; l < n; ++l) {
                    sum += a[i * n + l] * m[l * n + j];
                }
                product[i * n + j] = sum;
            }
        }
        std::swap(m, product);
        cd trace = 0;
        for (int i = 0; i < n; ++i) {
            for (int l = 0; l < n; ++l) {
                trace += a[i * n + l] * m[l * n + i];
            }
        }
        coefficients[n - k] = -trace / static_cast<double>(k);
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr
