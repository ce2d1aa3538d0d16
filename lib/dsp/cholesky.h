/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_CHOLESKY_H
#define INCLUDED_ISAC_DSP_CHOLESKY_H

#include <cmath>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * Solves a x = b without memory of its own.
 * \param a [n, n], positive definite, of which the lower triangle is read; overwritten
 * \param b [n, n_sides], right sides; becomes the solutions
 */
inline void solve_in_place(double* a, int n, double* b, int n_sides)
{
    for (int j = 0; j < n; ++j) {
        for (int k = 0; k < j; ++k) {
            for (int i = j; i < n; ++i) {
                a[i * n + j] -= a[i * n + k] * a[j * n + k];
            }
        }
        const double root = std::sqrt(a[j * n + j]);
        for (int i = j; i < n; ++i) {
            a[i * n + j] /= root;
        }
    }
    for (int s = 0; s < n_sides; ++s) {
        for (int i = 0; i < n; ++i) {
            for (int k = 0; k < i; ++k) {
                b[i * n_sides + s] -= a[i * n + k] * b[k * n_sides + s];
            }
            b[i * n_sides + s] /= a[i * n + i];
        }
        for (int i = n - 1; i >= 0; --i) {
            for (int k = i + 1; k < n; ++k) {
                b[i * n_sides + s] -= a[k * n + i] * b[k * n_sides + s];
            }
            b[i * n_sides + s] /= a[i * n + i];
        }
    }
}

/// A real positive definite matrix, factored once to solve for many right sides.
class cholesky
{
public:
    /// \param a [n, n], of which the lower triangle is read.
    cholesky(std::vector<double> a, int n) : d_a(std::move(a)), d_n(n)
    {
        for (int j = 0; j < n; ++j) {
            for (int k = 0; k < j; ++k) {
                for (int i = j; i < n; ++i) {
                    d_a[i * n + j] -= d_a[i * n + k] * d_a[j * n + k];
                }
            }
            const double root = std::sqrt(d_a[j * n + j]);
            for (int i = j; i < n; ++i) {
                d_a[i * n + j] /= root;
            }
        }
    }

    std::vector<double> solve(std::vector<double> b) const
    {
        for (int i = 0; i < d_n; ++i) {
            for (int k = 0; k < i; ++k) {
                b[i] -= d_a[i * d_n + k] * b[k];
            }
            b[i] /= d_a[i * d_n + i];
        }
        for (int i = d_n - 1; i >= 0; --i) {
            for (int k = i + 1; k < d_n; ++k) {
                b[i] -= d_a[k * d_n + i] * b[k];
            }
            b[i] /= d_a[i * d_n + i];
        }
        return b;
    }

private:
    std::vector<double> d_a;
    int d_n;
};

/// sin(pi x) / (pi x): what power spread evenly over a unit interval correlates like.
inline double sinc(double x)
{
    return std::abs(x) < 1e-9 ? 1.0 : std::sin(M_PI * x) / (M_PI * x);
}

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_CHOLESKY_H */
