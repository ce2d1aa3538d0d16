/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_IMPAIRMENTS_H
#define INCLUDED_ISAC_DSP_IMPAIRMENTS_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/awgn.h>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * A power amplifier that saturates: the amplitude A becomes A / (1 + (A/S)^2p)^(1/2p),
 * the phase stays. S^2 is the saturation power; infinity is a linear amplifier.
 *
 * Rapp, "Effects of HPA-Nonlinearity on a 4-DPSK/OFDM-Signal for a Digital Sound
 * Broadcasting System", 2nd European Conference on Satellite Communications, 1991.
 */
class ISAC_API rapp_amplifier
{
public:
    rapp_amplifier() = default; ///< linear
    rapp_amplifier(double saturation_power, double smoothness);

    /// In place, in two planes of \p n samples.
    void apply(float* re, float* im, int n) const;

private:
    bool d_linear = true;
    float d_per_saturation = 0, d_smoothness = 1;
};

/*!
 * A receiver whose two branches differ: Q becomes g (Q cos(phi) - I sin(phi)), I
 * stays. It mirrors the spectrum onto itself, |1 - g exp(j phi)|^2 over
 * |1 + g exp(-j phi)|^2 as strong.
 */
class ISAC_API iq_imbalance
{
public:
    iq_imbalance() = default; ///< none
    iq_imbalance(double gain_db, double phase_rad);

    /// In place, in two planes of \p n samples.
    void apply(const float* re, float* im, int n) const;

private:
    float d_q = 1, d_i = 0; // what Q and I contribute to Q
};

/*!
 * A free-running oscillator: its phase is a Wiener process, its spectrum a Lorentzian
 * of the given full width at half maximum.
 */
class ISAC_API phase_noise
{
public:
    explicit phase_noise(std::uint64_t seed);

    /// 0 is none, and what it begins with.
    void set_linewidth(double linewidth_hz, double sample_rate_hz);

    /// Rotates the next awgn::TILE samples of \p n_streams, whose planes follow each
    /// other in memory, by the same phases.
    void apply_tile(float* re, float* im, int n_streams);

private:
    double d_step_turns = 0; // standard deviation
    double d_turns = 0;
    awgn d_noise;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_IMPAIRMENTS_H */
