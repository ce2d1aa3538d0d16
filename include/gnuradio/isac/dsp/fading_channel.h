/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_FADING_CHANNEL_H
#define INCLUDED_ISAC_DSP_FADING_CHANNEL_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/fading_gains.h>
#include <gnuradio/isac/dsp/span.h>
#include <gnuradio/isac/scene.h>
#include <gnuradio/isac/waveform.h>
#include <complex>
#include <cstdint>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * Rayleigh fading over the tapped delay lines TDL-A, B and C of 3GPP, or over one tap.
 *
 *     y(m) = sum_p sqrt(P_p) g_p(m / rate) x(m - LEAD - tau_p),   sum_p P_p = 1
 *
 * The gains g_p are those of fading_gains. Delays fall between samples as they like: the
 * samples are interpolated as by fractional_delay. Gains are exact at the ends of short
 * tiles and a straight line between them, with an error below -80 dB.
 *
 * 3GPP TR 38.901, 7.7.2, tables 7.7.2-1 to 7.7.2-3.
 */
class ISAC_API fading_channel
{
public:
    static constexpr int LEAD = 16; ///< samples by which a path without delay comes late

    /*!
     * \param w rate, carrier and band of the signal
     * \param profile the delays and powers of the taps; NONE is one constant tap
     * \param delay_spread_s root mean square delay spread, which scales the delays
     * \param speed_mps of the receiver, through scatterers all around it
     * \param seed of phases and angles
     * \throws std::invalid_argument naming what is out of range; no path may come later
     *         than fft_len samples.
     */
    fading_channel(const isac::waveform& w,
                   fading_profile profile,
                   double delay_spread_s,
                   double speed_mps,
                   std::uint64_t seed = 0);

    /// Another draw of the channel, from time 0 on, with nothing under way.
    void reseed(std::uint64_t seed);

    /// The same draw again, from time 0 on, with nothing under way.
    void restart();

    /// Fades \p n samples in two planes, in place. How a stream is cut does not matter.
    void apply(float* re, float* im, int n);

    const isac::waveform& waveform() const { return d_waveform; }
    int len() const { return d_len; } ///< samples of the impulse response
    int n_taps() const { return static_cast<int>(d_taps.size()); }
    double delay_s(int tap) const { return d_taps.at(tap).delay_s; }
    double power(int tap) const { return d_taps.at(tap).power; } ///< sum 1

    /// What multiplies the samples of a tap that leave the channel at \p time_s.
    std::complex<double> gain(int tap, double time_s) const;

    /*!
     * The true channel: what a row of the grid is multiplied by at \p time_s.
     *
     * Phases count from a path without delay, LEAD samples after it was sent.
     * \param row [n_subcarriers], ascending frequency
     */
    void response(double time_s, span<std::complex<float>> row) const;

private:
    static constexpr int RESPONSE = 32; // samples of an interpolated impulse

    struct tap {
        double delay_s, power;
        int first; // sample of the impulse response where that of this tap begins
        float impulse[RESPONSE];
    };

    void measure_impulses();
    void mix_taps();
    void next_tile();
    void filter(const float* re, const float* im, float* out_re, float* out_im, int n);

    const isac::waveform d_waveform;
    const bool d_is_constant, d_moves;
    const int d_tile_len; // samples between exact gains
    fading_gains d_gains;
    std::vector<tap> d_taps;

    int d_len = 0;                           // of the impulse response
    int d_in_tile = 0;                       // samples done
    std::vector<float> d_end_re, d_end_im;   // [len], backwards, at the end of the tile
    std::vector<float> d_filter;             // [len, 4]: start and slope in the tile
    std::vector<float> d_past_re, d_past_im; // samples: len - 1 done, then a chunk
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_FADING_CHANNEL_H */
