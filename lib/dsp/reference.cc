/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/dft_spread.h>
#include <gnuradio/isac/dsp/reference.h>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>

namespace gr {
namespace isac {
namespace dsp {

namespace {
constexpr int N_PASSES = 32; // then cells differ in power by 5 % where a guard is usual
}

std::vector<std::complex<float>> pilot_chips(const waveform& w)
{
    const float a = std::sqrt(0.5f);
    std::uint32_t state = 0x2545f491;
    std::vector<std::complex<float>> pilots(w.pilot_chips().size());
    for (auto& p : pilots) {
        state ^= state << 13; // xorshift32, Marsaglia 2003
        state ^= state >> 17;
        state ^= state << 5;
        p = { state & 0x10000 ? a : -a, state & 0x20000 ? a : -a };
    }
    return pilots;
}

bool chirp_falls(const waveform& w, int row)
{
    // The last row is a reference, too, wherever it comes.
    const int spacing = w.params().reference_spacing;
    return (row + spacing - 1) / spacing % 2 == 1;
}

std::vector<std::complex<float>> reference_cells(const waveform& w, bool falls)
{
    const int n = w.n_dft(), n_sent = n - w.params().guard_len;
    std::vector<std::complex<float>> chips(n), cells(n);
    for (long i = 0; i < n_sent; ++i) {
        // Once through the band in n_sent chips.
        const long square = (i * i + (n_sent % 2) * i) % (2 * n_sent);
        chips[i] = std::complex<float>(std::polar(1.0, M_PI * square / n_sent));
    }
    fft to_cells(n, direction::FORWARD), to_chips(n, direction::INVERSE);
    for (int pass = 0; n_sent < n && pass < N_PASSES; ++pass) {
        std::copy(chips.begin(), chips.end(), to_cells.input().begin());
        const auto spread = to_cells.run();
        for (int k = 0; k < n; ++k) {
            // Both ends must come to the same row: no phase out of rounding errors.
            const float size = std::abs(spread[k]);
            to_chips.input()[k] = size > 1e-3f ? spread[k] / size : 1;
        }
        const auto flat = to_chips.run();
        std::copy(flat.begin(), flat.begin() + n_sent, chips.begin());
    }
    if (falls) {
        for (auto& chip : chips) {
            chip = std::conj(chip);
        }
    }
    dft_spreader(w).spread_chips(chips, cells);
    const float power =
        std::accumulate(cells.begin(), cells.end(), 0.0f, [](float sum, const auto& x) {
            return sum + std::norm(x);
        });
    for (auto& x : cells) {
        x *= std::sqrt(n / power);
    }
    return cells;
}

} // namespace dsp
} // namespace isac
} // namespace gr
