/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_CFAR_H
#define INCLUDED_ISAC_DSP_CFAR_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/span.h>
#include <gnuradio/isac/sensing_params.h>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * Cell-averaging CFAR: a threshold for every cell of a map from the noise around it.
 *
 * The noise is the mean of the cells up to guard + training away in either axis
 * without those up to guard away. In velocity the window wraps; in range it is cut
 * off at the edges, because the map is. The threshold is alpha times that mean, with
 * alpha = n (rate^(-1/n) - 1) and n the number of cells averaged at this position.
 * For independent cells of exponential power, that is, for noise and rectangular
 * windows, the false alarm rate is then exact. Other windows correlate neighbours:
 * n counts the independent cells whose mean would vary as much (248 cells are worth
 * 76 under two Hamming windows), which keeps the rate close to the design.
 *
 * Finn and Johnson, Adaptive Detection Mode with Threshold Control as a Function of
 * Spatially Sampled Clutter-Level Estimates, RCA Review 29, 1968.
 */
class ISAC_API cfar
{
public:
    /*!
     * \param n_rows velocities
     * \param n_columns ranges
     * \param p of which false_alarm_rate, guard, training and the windows are used
     * \throws std::invalid_argument if one is out of range or the window, which is
     *         2 (guard + training) + 1 cells wide, does not fit into \p n_rows.
     */
    cfar(int n_rows, int n_columns, const sensing_params& p = {});

    /*!
     * \param power [n_rows, n_columns], row-major
     * \param thresholds [n_rows, n_columns]: a cell above its own is a detection.
     */
    void compute(span<const float> power, span<float> thresholds);

    /// Threshold over noise in this column; the noise is threshold / alpha.
    double alpha(int column) const { return d_alpha[column]; }

private:
    void start(const float* power, int half, std::vector<double>& sums) const;
    void total();

    int d_n_rows, d_n_columns, d_guard, d_reach;
    std::vector<double> d_alpha, d_factor;      // per column; factor is alpha / n
    std::vector<double> d_outer, d_inner;       // sums over the rows in reach
    std::vector<double> d_outer_to, d_inner_to; // and those up to a column
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_CFAR_H */
