/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_CFAR_H
#define INCLUDED_ISAC_DSP_CFAR_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/span.h>
#include <gnuradio/isac/sensing_params.h>
#include <memory>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

class cfar_rule;

/*!
 * CFAR: which cells of a power map are more than the noise around them explains.
 *
 * The cells up to guard + training bins away in either axis, without those up to guard
 * away, measure the noise (cfar_kind says how); zero padding makes a bin of several
 * cells. In velocity the window wraps; in range it is cut off at the edges, because the
 * map is, and the threshold follows the number of cells that are left. For independent
 * cells of exponential power, that is, for noise, rectangular windows and no padding,
 * the false alarm rate is exact. Windows and padding correlate neighbours: then the
 * cells count as the independent ones whose mean would vary as much (248 are worth 76
 * under two Hamming windows), which keeps the rate close to the design.
 *
 * A cell that is not finite is no detection, and its neighbours do without it. A cell
 * that has no finite cell around it is no detection either.
 *
 * CA: Finn and Johnson, Adaptive Detection Mode with Threshold Control as a Function of
 * Spatially Sampled Clutter-Level Estimates, RCA Review 29, 1968. OS: Rohling, Radar
 * CFAR Thresholding in Clutter and Multiple Target Situations, IEEE Trans. Aerospace and
 * Electronic Systems 19(4), 1983. GO, SO: Hansen and Sawyers, IEEE Trans. AES 16(1),
 * 1980; Trunk, IEEE Trans. AES 14(5), 1978; here with four sectors instead of two
 * halves.
 */
class ISAC_API cfar
{
public:
    /*!
     * \param n_rows velocities
     * \param n_columns ranges
     * \param p of which false_alarm_rate, guard, training, cfar, os_rank, the windows and
     *        the padding are used
     * \throws std::invalid_argument if one is out of range or the window, which is
     *         2 (guard + training) velocity_padding + 1 cells wide, does not fit into
     *         \p n_rows.
     */
    cfar(int n_rows, int n_columns, const sensing_params& p = {});
    ~cfar();
    cfar(cfar&&) noexcept;
    cfar& operator=(cfar&&) noexcept;

    /*!
     * \param power [n_rows, n_columns], row-major
     * \returns the cells above their thresholds, row * n_columns + column, ascending;
     *          valid until the next call.
     */
    span<const int> detect(span<const float> power);

    /*!
     * The threshold of every cell, for pictures: detect() is faster, with OS by far.
     * \param power [n_rows, n_columns], row-major
     * \param thresholds [n_rows, n_columns]: a cell above its own is a detection.
     */
    void compute(span<const float> power, span<float> thresholds);

    /// The threshold of one cell, infinite if there is none.
    float threshold(span<const float> power, int cell) const;

    /// The mean power of the noise in one cell, without bias in even noise.
    double noise(span<const float> power, int cell) const;

    /// Threshold over noise in this column.
    double alpha(int column) const { return d_alpha[column]; }

    /// Cells of the last map that were not finite.
    int n_not_finite() const { return d_n_not_finite; }

private:
    void require_map(span<const float> power) const;
    void count_bad(span<const float> power, bool is_finite);

    int d_n_rows, d_n_columns;
    std::unique_ptr<cfar_rule> d_rule;
    std::vector<double> d_alpha; // [n_columns]
    std::vector<int> d_above;    // what detect() returns
    int d_n_not_finite = 0;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_CFAR_H */
