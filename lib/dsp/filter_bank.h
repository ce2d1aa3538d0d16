/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_FILTER_BANK_H
#define INCLUDED_ISAC_DSP_FILTER_BANK_H

#include "pilot_layout.h"
#include <gnuradio/isac/dsp/delay_profile.h>
#include <gnuradio/isac/dsp/pilot_filter.h>
#include <gnuradio/isac/dsp/time_filter.h>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * The filters of channel_estimator over frequency and over time, designed once for a few
 * delay spreads and noises, and the choice among them for a frame.
 *
 * A wide filter lets noise in, a narrow one leaves paths out: the choice has the least
 * sum of what its delays leave out, of the delay profile, and of the noise that it lets
 * in.
 */
class filter_bank
{
public:
    /// \param min_delay samples, the narrowest delays worth telling apart
    filter_bank(const pilot_layout& l, interpolation method, double min_delay);

    struct choice {
        const pilot_filter* frequency;
        const time_filter* time;
        const time_filter* still; ///< for next to no motion; with references
        double centre;            ///< of the delays, samples
    };

    choice choose(delay_profile& profile, double noise_var) const;

    int n_taps() const { return d_over_time.front().n_taps(); }

    /// The first observation that an anchor uses; the same for all choices.
    int first(int anchor) const { return d_over_time.front().first(anchor); }

    /// Neighbouring pilots that the filters over frequency take the sum of.
    int bundle() const { return d_bundle; }

private:
    double d_max_delay; // samples
    int d_bundle;
    bool d_frequency_first;
    std::vector<double> d_widths;
    std::vector<pilot_filter> d_over_frequency; // [n_widths, n_snrs]
    std::vector<time_filter> d_over_time;       // [n_snrs]
    std::vector<time_filter> d_over_time_still; // [n_snrs]
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_FILTER_BANK_H */
