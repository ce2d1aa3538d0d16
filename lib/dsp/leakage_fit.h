/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_LEAKAGE_FIT_H
#define INCLUDED_ISAC_DSP_LEAKAGE_FIT_H

#include <complex>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * What of a channel over subcarriers comes from a few range bins: the sum of tones of
 * those delays, in quarter bins and a margin of three, that fits it best. Weights are
 * the powers sent, so that it is the least squares fit to the received cells.
 */
class leakage_fit
{
public:
    /// \param last_bin the latest of the leakage, range bins
    leakage_fit(int n_subcarriers, double last_bin);

    /*! \param power sent, [n_subcarriers]
     *  \param channel [n_subcarriers], becomes its part that is leakage */
    void project(const float* power, std::complex<float>* channel);

    /// Power share of an echo from this range that it takes for leakage.
    double share(double range_bin) const;

private:
    static constexpr int MARGIN = 3; // quarter bins

    const int d_n_subcarriers;
    const double d_middle_bin;
    std::vector<std::vector<double>> d_functions; // [n_functions][n_subcarriers]
    std::vector<std::complex<float>> d_turns;     // [n_subcarriers], delay of the middle
    std::vector<std::complex<double>> d_centred;  // [n_subcarriers]
    std::vector<double> d_matrix, d_sides;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_LEAKAGE_FIT_H */
