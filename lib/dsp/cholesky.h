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
