/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_ARRAY_RECEIVER_H
#define INCLUDED_ISAC_DSP_ARRAY_RECEIVER_H

#include <gnuradio/isac/dsp/awgn.h>
#include <gnuradio/isac/dsp/impairments.h>
#include <gnuradio/isac/scene.h>
#include <complex>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * What receivers add to what their antennas hear: noise, each its own, and in the view
 * LINK the phase noise of their common oscillator and their IQ imbalance.
 *
 * Works on tiles of awgn::TILE samples: clear(), let rays add to re() and im(), finish().
 */
class ISAC_API array_receiver
{
public:
    array_receiver(int n_antennas, channel_view view, std::uint64_t seed);

    void set_impairments(const scene& s, double sample_rate_hz, double noise_var);

    int n_antennas() const { return static_cast<int>(d_noise.size()); }

    void clear();

    /// What antenna \p r hears in this tile, to be added to.
    float* re(int r) { return &d_re[r * awgn::TILE]; }
    float* im(int r) { return &d_im[r * awgn::TILE]; }

    /// \param tile [n_antennas, awgn::TILE], receives the samples
    void finish(std::complex<float>* tile);

private:
    const channel_view d_view;
    float d_sigma = 0;
    phase_noise d_phase_noise;
    iq_imbalance d_iq;
    std::vector<awgn> d_noise;
    std::vector<float> d_re, d_im; // [n_antennas, TILE]
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_ARRAY_RECEIVER_H */
