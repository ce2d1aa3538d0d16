/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_DELAY_PROFILE_H
#define INCLUDED_ISAC_DSP_DELAY_PROFILE_H

#include <gnuradio/isac/dsp/fft.h>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * Power over delay, averaged over rows: where the channel lies, how wide it is, and how
 * much noise there is beside it.
 *
 * A Blackman window over the pilots keeps what a path leaks to delays beyond the
 * resolution below -58 dB.
 * Delays repeat after fft_len over the spacing of the pilots.
 */
class ISAC_API delay_profile
{
public:
    /*!
     * \param fft_len samples of a symbol without prefix
     * \param offsets [n_pilots], cells from DC to each pilot, ascending
     */
    delay_profile(int fft_len, std::vector<int> offsets);

    void clear();

    /// \param re, im [n_pilots], pilots of one row, planar, their values divided out.
    void add(const float* re, const float* im);

    /// Samples after which delays repeat.
    double period() const { return d_period; }

    /// Samples over which a single path shows.
    double resolution() const { return d_resolution; }

    /// Where a window of delays catches most.
    struct window {
        double centre;  ///< samples
        double outside; ///< mean power of a pilot that it leaves out, noise included
        double share;   ///< of all delays that it leaves out
    };

    /// \param width samples; a path is inside if all of its resolution is.
    /// \param about where the centre is expected; pilots cannot tell one period from
    /// another \param tolerance samples that it may be off
    window best_window(double width, double about, double tolerance);

    /// Mean power of a pilot, noise included.
    double power();

private:
    void sum_up();
    void fill_gap(const float* re, const float* im);

    std::vector<int> d_bins;     // [n_pilots], place of each in the transform
    std::vector<float> d_taper;  // [n_pilots]
    std::vector<double> d_power; // [n_bins], sums over the rows
    std::vector<double> d_sums;  // [2 n_bins + 1], of the power up to each bin
    bool d_is_summed = false;
    double d_period, d_resolution, d_scale;
    int d_gap = 0; // the pilot behind the one that is missing at DC, if one is
    int d_n_rows = 0;
    fft d_ifft;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_DELAY_PROFILE_H */
