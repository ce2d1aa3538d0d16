/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_PHASE_SLOPES_H
#define INCLUDED_ISAC_DSP_PHASE_SLOPES_H

#include "echo_snapshots.h"

namespace gr {
namespace isac {
namespace dsp {

/*!
 * How the phase of an echo still turns from part to part of a frame: by what its range
 * and velocity are wrong. The maximum of the sum over parts, by Newton's steps; with
 * eight parts an axis its variance is 64/63 of the Cramer-Rao bound of all cells.
 */
class phase_slopes
{
public:
    explicit phase_slopes(const echo_snapshots& parts);

    /*!
     * \param snapshots [n_parts, n_elements] of an echo
     * \param weights [n_elements], the direction to follow
     */
    void fit(span<const std::complex<float>> snapshots,
             const std::complex<float>* weights);

    /// No turning at all.
    void clear() { d_per_cell = d_per_symbol = 0; }

    double per_cell() const { return d_per_cell; }     ///< rad
    double per_symbol() const { return d_per_symbol; } ///< rad

    /// Of the direction in one cell of one element, all parts in phase.
    double power() const { return d_power; }

    /// [n_elements], the mean of the snapshots in phase. Valid until the next call.
    const std::vector<std::complex<float>>&
    in_phase(span<const std::complex<float>> snapshots);

private:
    cd turn(int part) const;
    void step();

    const echo_snapshots& d_parts;
    std::vector<cd> d_series;
    double d_per_cell = 0, d_per_symbol = 0, d_power = 0;
    std::vector<std::complex<float>> d_in_phase;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_PHASE_SLOPES_H */
