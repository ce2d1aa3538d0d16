/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_PILOT_FILTER_H
#define INCLUDED_ISAC_DSP_PILOT_FILTER_H

#include <gnuradio/isac/api.h>
#include <vector>

namespace gr {
namespace isac {

/// How the channel between the pilots of a row is found.
enum class interpolation {
    NEAREST, ///< plain least squares: what the nearest pilot says
    LINEAR,  ///< straight lines between neighbouring pilots
    DFT,     ///< least squares onto delays inside the prefix, from all pilots at once
    WIENER,  ///< least mean squared error for the delays and the noise of the frame
};

namespace dsp {

/*!
 * Pilots of a row to the channel on every cell of it, for delays centred on 0.
 *
 * WIENER is the linear MMSE estimate from the nearest pilots for power spread evenly over
 * `width` samples of delay: Hoeher, Kaiser, Robertson, "Two-dimensional
 * pilot-symbol-aided channel estimation by Wiener filtering", ICASSP 1997. DFT is the
 * same from all pilots with hardly any noise assumed: least squares onto those delays,
 * regular enough that carriers which are not sent leak nothing; van de Beek et al., "On
 * channel estimation in OFDM systems", VTC 1995. Delays centred on 0 make all weights
 * real: whoever calls turns the pilots to that centre first.
 */
class ISAC_API pilot_filter
{
public:
    /*!
     * \param fft_len subcarriers in a turn of a delay of one sample
     * \param pilots cells that carry pilots, ascending, at least one
     * \param n_cells cells of a row
     * \param method how it is found
     * \param width of the delays, samples; WIENER and DFT
     * \param snr of a pilot, a power ratio; WIENER
     * \param bundle neighbours that apply() gets the sum of in place of each of them,
     *        for pilots in every cell: they say the same, and cost a tap each. WIENER
     */
    pilot_filter(int fft_len,
                 const std::vector<int>& pilots,
                 int n_cells,
                 interpolation method,
                 double width,
                 double snr,
                 int bundle = 1);

    /*!
     * \param re, im [n_pilots / bundle], pilots with their values divided out
     * \param out_re, out_im [n_cells], rounded up to a multiple of LANES
     */
    void apply(const float* re, const float* im, float* out_re, float* out_im) const;

    /// Variance of the estimate's error over that of a pilot, mean over the cells.
    double noise_gain() const { return d_noise_gain; }

    /// Cells that use the same pilots.
    static constexpr int LANES = 16;

    /// That many cells, from which pilot on they are made, and with which weights.
    struct group {
        int cell, first_pilot, weights;
    };

private:
    using weights = std::vector<double>; // [LANES, n_taps], one cell after the other

    weights design_nearest(int first_cell, int first_pilot, int reach) const;
    weights design_wiener(int first_cell, int first_pilot) const;
    void add_groups(std::vector<group> groups, const weights& w);

    double correlation(double apart) const;

    int d_bundle;
    std::vector<double> d_at; // middles of bundles
    int d_n_cells, d_n_taps;
    double d_bandwidth, d_noise;  // width / fft_len; 1 / snr
    std::vector<group> d_groups;  // an even number, pairs have the same weights
    std::vector<float> d_weights; // [n patterns, n_taps, LANES]
    double d_noise_gain = 0;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_PILOT_FILTER_H */
