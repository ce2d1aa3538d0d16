/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "slow_functions.h"
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

std::vector<std::vector<double>> slow_functions(int n, int quarters)
{
    std::vector<std::vector<double>> functions;
    const auto add = [&](auto value) {
        std::vector<double> f(n);
        for (int i = 0; i < n; ++i) {
            f[i] = value(i);
        }
        // Twice: what rounding leaves after the first time counts where f nearly is in
        // the span of those before.
        for (int round = 0; round < 2; ++round) {
            for (const auto& other : functions) {
                double inner = 0;
                for (int i = 0; i < n; ++i) {
                    inner += f[i] * other[i] / n;
                }
                for (int i = 0; i < n; ++i) {
                    f[i] -= inner * other[i];
                }
            }
        }
        double square = 0;
        for (const double x : f) {
            square += x * x / n;
        }
        for (double& x : f) {
            x /= std::sqrt(square);
        }
        functions.push_back(f);
    };
    const auto angle = [n](int q, int i) { return M_PI * q * (i - n / 2) / (2 * n); };
    add([](int) { return 1.0; });
    for (int q = 1; q <= quarters; ++q) {
        add([&](int i) { return std::cos(angle(q, i)); });
        add([&](int i) { return std::sin(angle(q, i)); });
    }
    return functions;
}

} // namespace dsp
} // namespace isac
} // namespace gr
