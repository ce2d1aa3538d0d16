/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "require.h"
#include <gnuradio/isac/dsp/interleaver.h>
#include <algorithm>
#include <numeric>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int N_NEIGHBOURS = 40; // an error event of the code is rarely longer
constexpr int N_TRIALS = 2000;   // the best of them is near the best there is

/// The squared distance from bit 0 to the nearest of its neighbours, time and frequency
/// both cyclic and of length 1. The map is linear: it is the same from every bit.
double spread(std::size_t step, std::size_t n_rows, std::size_t row_len)
{
    double nearest = 1;
    for (int k = 1; k < N_NEIGHBOURS; ++k) {
        const std::size_t place = k * step % (n_rows * row_len);
        const double time = double(place / row_len) / n_rows;
        const double frequency = double(place % row_len) / row_len;
        const double dt = std::min(time, 1 - time);
        const double df = std::min(frequency, 1 - frequency);
        nearest = std::min(nearest, dt * dt + df * df);
    }
    return nearest;
}

std::size_t best_step(std::size_t n_rows, std::size_t row_len)
{
    const std::size_t len = n_rows * row_len;
    std::size_t best = 1;
    double widest = 0;
    for (std::uint64_t i = 1; i <= N_TRIALS; ++i) {
        const std::size_t step = i * 2654435761u % len; // scatters the trials
        if (std::gcd(step, len) == 1) {
            const double s = spread(step, n_rows, row_len);
            if (s > widest) {
                widest = s;
                best = step;
            }
        }
    }
    return best;
}

} // namespace

interleaver::interleaver(int n_rows, int row_len)
{
    require(n_rows >= 1, "interleaver", "n_rows", n_rows, "it must be >= 1");
    require(row_len >= 1, "interleaver", "row_len", row_len, "it must be >= 1");
    d_len = std::size_t(n_rows) * row_len;
    d_step = best_step(n_rows, row_len);
}

void interleaver::interleave(span<const std::uint8_t> in, span<std::uint8_t> out) const
{
    require_len("in", in.size(), d_len);
    require_len("out", out.size(), d_len);
    std::size_t place = 0;
    for (std::size_t k = 0; k < d_len; ++k) {
        out[place] = in[k];
        place += d_step;
        place -= place >= d_len ? d_len : 0;
    }
}

void interleaver::deinterleave(span<const std::uint8_t> in, span<std::uint8_t> out) const
{
    require_len("in", in.size(), d_len);
    require_len("out", out.size(), d_len);
    std::size_t place = 0;
    for (std::size_t k = 0; k < d_len; ++k) {
        out[k] = in[place];
        place += d_step;
        place -= place >= d_len ? d_len : 0;
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr
