/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "require.h"
#include "simd.h"
#include <gnuradio/isac/dsp/rotator.h>
#include <algorithm>
#include <cmath>
#include <cstring>

namespace gr {
namespace isac {
namespace dsp {

namespace {

// Four complex samples. The compiler splits it where the processor's registers are
// shorter.
typedef float lanes __attribute__((vector_size(32)));
typedef int lane_numbers __attribute__((vector_size(32)));

/*! out = (in - offset) * start * table, over whole vectors of a tile. The table holds
 *  each real part twice, and each imaginary part as its negative and itself. */
ISAC_SIMD void turn(const std::complex<float>* in,
                    const float* re,
                    const float* im,
                    std::complex<float> start,
                    std::complex<float> offset,
                    std::complex<float>* out,
                    int n)
{
    const float* x = reinterpret_cast<const float*>(in);
    float* y = reinterpret_cast<float*>(out);
    const float sr = start.real(), si = start.imag();
    const float dr = offset.real(), di = offset.imag();
    const lanes first_re{ sr, sr, sr, sr, sr, sr, sr, sr };
    const lanes first_im{ -si, si, -si, si, -si, si, -si, si };
    const lanes away{ dr, di, dr, di, dr, di, dr, di };
    const lane_numbers swapped{ 1, 0, 3, 2, 5, 4, 7, 6 };
    for (int i = 0; i < 2 * n; i += 8) {
        lanes a, table_re, table_im;
        std::memcpy(&a, x + i, sizeof a);
        std::memcpy(&table_re, re + i, sizeof a);
        std::memcpy(&table_im, im + i, sizeof a);
        a -= away;
        a = a * first_re + __builtin_shuffle(a, swapped) * first_im;
        a = a * table_re + __builtin_shuffle(a, swapped) * table_im;
        std::memcpy(y + i, &a, sizeof a);
    }
}

} // namespace

void rotator::skip(double n)
{
    d_turns += n * d_turns_per_sample;
    d_turns -= std::floor(d_turns);
}

void rotator::set(double turns_per_sample, double start_turns)
{
    d_turns_per_sample = turns_per_sample - std::floor(turns_per_sample);
    d_turns = start_turns - std::floor(start_turns);
    d_tile_step = std::polar(1.0, 2 * M_PI * d_turns_per_sample * TILE);
    for (int i = 0; i < TILE; ++i) {
        const auto p = std::polar(1.0, 2 * M_PI * d_turns_per_sample * i);
        d_re[2 * i] = d_re[2 * i + 1] = static_cast<float>(p.real());
        d_im[2 * i + 1] = static_cast<float>(p.imag());
        d_im[2 * i] = -d_im[2 * i + 1];
    }
}

void rotator::rotate(span<const std::complex<float>> in,
                     span<std::complex<float>> out,
                     std::complex<float> offset)
{
    require_len("out", out.size(), in.size());
    // Exact where a call begins; within it the error grows by one rounding a tile.
    auto start = std::polar(1.0, 2 * M_PI * d_turns);
    for (std::size_t at = 0; at < in.size(); at += TILE, start *= d_tile_step) {
        const int n = static_cast<int>(std::min<std::size_t>(TILE, in.size() - at));
        const int whole = n / 4 * 4;
        const std::complex<float> first(start);
        turn(in.data() + at,
             d_re.data(),
             d_im.data(),
             first,
             offset,
             out.data() + at,
             whole);
        for (int i = whole; i < n; ++i) {
            out[at + i] = (in[at + i] - offset) * first *
                          std::complex<float>(d_re[2 * i], d_im[2 * i + 1]);
        }
    }
    skip(double(in.size()));
}

} // namespace dsp
} // namespace isac
} // namespace gr
