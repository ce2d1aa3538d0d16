/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "planes.h"
#include <gnuradio/isac/dsp/array_receiver.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {
constexpr int TILE = awgn::TILE;
} // namespace

array_receiver::array_receiver(int n_antennas, channel_view view, std::uint64_t seed)
    : d_view(view), d_phase_noise(seed), d_re(n_antennas * TILE), d_im(n_antennas * TILE)
{
    for (int r = 0; r < n_antennas; ++r) {
        // With one seed, the far receiver and the radar still hear different noise.
        d_noise.emplace_back(seed, 2 * r + (view == channel_view::ECHO));
    }
}

void array_receiver::set_impairments(const scene& s,
                                     double sample_rate_hz,
                                     double noise_var)
{
    const auto& p = s.params();
    d_sigma = static_cast<float>(std::sqrt(noise_var));
    if (d_view == channel_view::LINK) {
        d_phase_noise.set_linewidth(p.phase_noise_hz, sample_rate_hz);
        d_iq = iq_imbalance(p.iq_gain_db, p.iq_phase_rad);
    }
}

void array_receiver::clear()
{
    std::fill(d_re.begin(), d_re.end(), 0.0f);
    std::fill(d_im.begin(), d_im.end(), 0.0f);
}

void array_receiver::finish(std::complex<float>* tile)
{
    alignas(32) float noise_re[TILE], noise_im[TILE];
    for (int r = 0; r < n_antennas(); ++r) {
        d_noise[r].next_tile(noise_re, noise_im);
        add_scaled(noise_re, noise_im, d_sigma, re(r), im(r), TILE);
    }
    d_phase_noise.apply_tile(d_re.data(), d_im.data(), n_antennas());
    for (int r = 0; r < n_antennas(); ++r) {
        d_iq.apply(re(r), im(r), TILE);
        join(re(r), im(r), tile + r * TILE, TILE);
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr
