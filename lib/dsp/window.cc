/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "require.h"
#include <gnuradio/isac/dsp/window.h>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

std::vector<double> series(window kind)
{
    switch (kind) {
    case window::RECTANGULAR:
        return { 1 };
    case window::HANN:
        return { 0.5, 0.5 };
    case window::HAMMING:
        return { 0.54, 0.46 };
    case window::BLACKMAN_HARRIS:
        return { 0.35875, 0.48829, 0.14128, 0.01168 };
    }
    throw std::invalid_argument("window: kind is not one of the enumerators");
}

} // namespace

std::vector<double> window_terms(window kind)
{
    auto terms = series(kind);
    double mean_square = terms[0] * terms[0];
    for (std::size_t c = 1; c < terms.size(); ++c) {
        mean_square += terms[c] * terms[c] / 2;
    }
    for (auto& term : terms) {
        term /= std::sqrt(mean_square);
    }
    return terms;
}

std::vector<float> window_values(window kind, int n)
{
    const auto terms = window_terms(kind);
    const int shortest = 2 * static_cast<int>(terms.size()) - 1;
    require(n >= shortest,
            "window",
            "n",
            n,
            "this window needs at least " + std::to_string(shortest) + " items");

    std::vector<float> values(n);
    for (int i = 0; i < n; ++i) {
        double value = 0;
        for (std::size_t c = 0; c < terms.size(); ++c) {
            value += terms[c] * std::cos(2 * M_PI * c * (i - n / 2) / n);
        }
        values[i] = static_cast<float>(value);
    }
    return values;
}

double window_loss_db(window kind) { return -20 * std::log10(window_terms(kind)[0]); }

} // namespace dsp
} // namespace isac
} // namespace gr
