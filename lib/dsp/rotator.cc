/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "require.h"
#include "simd.h"
#include <gnuradio/isac/dsp/rotator.h>
#include <cmath>
#include <cstring>

namespace gr {
namespace isac {
namespace dsp {

namespace {

/// Without the care for infinite factors that C++ asks of a product and nobody needs.
template <class T>
std::complex<T> times(std::complex<T> a, std::complex<T> b)
{
    return { a.real() * b.real() - a.imag() * b.imag(),
             a.real() * b.imag() + a.imag() * b.real() };
}

// Four complex samples. The compiler splits it where the processor's registers are
// shorter.
typedef float lanes __attribute__((vector_size(32)));
typedef int lane_numbers __attribute__((vector_size(32)));

constexpr int N_VECTORS =
    4; // whose phasors advance side by side: one would wait for itself

/// Phasors of four samples, each real part twice, each imaginary one as its negative and
/// itself: a product is then two multiplications and one swap.
struct phasors {
    lanes re, im;
};

phasors phasors_from(const std::complex<double>* p)
{
    phasors out;
    for (int i = 0; i < 4; ++i) {
        out.re[2 * i] = out.re[2 * i + 1] = static_cast<float>(p[i].real());
        out.im[2 * i + 1] = static_cast<float>(p[i].imag());
        out.im[2 * i] = -out.im[2 * i + 1];
    }
    return out;
}

/*! out = (in - offset) * phasor, over whole tiles of TILE samples; the phasors advance by
 *  \p step, that of TILE samples. Returns what comes behind in \p now. */
ISAC_SIMD void turn(const std::complex<float>* in,
                    phasors* now,
                    const phasors& step,
                    std::complex<float> offset,
                    std::complex<float>* out,
                    int n_tiles)
{
    const float* x = reinterpret_cast<const float*>(in);
    float* y = reinterpret_cast<float*>(out);
    const float dr = offset.real(), di = offset.imag();
    const lanes away{ dr, di, dr, di, dr, di, dr, di };
    const lane_numbers swapped{ 1, 0, 3, 2, 5, 4, 7, 6 };
    const lanes step_re = step.re, step_im = step.im;
    phasors p[N_VECTORS];
    std::memcpy(p, now, sizeof p);
    for (int tile = 0; tile < n_tiles; ++tile) {
        for (int i = 0; i < N_VECTORS; ++i, x += 8, y += 8) {
            lanes a;
            std::memcpy(&a, x, sizeof a);
            a -= away;
            a = a * p[i].re + __builtin_shuffle(a, swapped) * p[i].im;
            std::memcpy(y, &a, sizeof a);
            // The signs of two imaginary parts meet in their product.
            const lanes re = p[i].re * step_re - p[i].im * step_im;
            p[i].im = p[i].im * step_re + p[i].re * step_im;
            p[i].re = re;
        }
    }
    std::memcpy(now, p, sizeof p);
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
    for (int i = 0; i <= TILE; ++i) {
        d_table[i] = std::polar(1.0, 2 * M_PI * d_turns_per_sample * i);
    }
}

void rotator::rotate(span<const std::complex<float>> in,
                     span<std::complex<float>> out,
                     std::complex<float> offset)
{
    static_assert(TILE == 4 * N_VECTORS, "phasors of one tile");
    require_len("out", out.size(), in.size());
    // Exact where a call begins; within it the error grows by one rounding a tile.
    const auto start = std::polar(1.0, 2 * M_PI * d_turns);
    std::array<std::complex<double>, TILE> turned;
    for (int i = 0; i < TILE; ++i) {
        turned[i] = times(start, d_table[i]);
    }
    phasors now[N_VECTORS];
    for (int i = 0; i < N_VECTORS; ++i) {
        now[i] = phasors_from(&turned[4 * i]);
    }
    const std::array<std::complex<double>, 4> steps = {
        d_table[TILE], d_table[TILE], d_table[TILE], d_table[TILE]
    };
    const auto n_tiles = static_cast<int>(in.size() / TILE);
    turn(in.data(), now, phasors_from(steps.data()), offset, out.data(), n_tiles);
    for (std::size_t i = std::size_t(n_tiles) * TILE; i < in.size(); ++i) {
        const int k = static_cast<int>(i % TILE);
        const auto& p = now[k / 4];
        const std::complex<float> phasor(p.re[k % 4 * 2], p.im[k % 4 * 2 + 1]);
        out[i] = times(in[i] - offset, phasor);
    }
    skip(double(in.size()));
}

} // namespace dsp
} // namespace isac
} // namespace gr
