/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_MAP_GEOMETRY_H
#define INCLUDED_ISAC_MAP_GEOMETRY_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/sensing_params.h>
#include <gnuradio/isac/waveform.h>

namespace gr {
namespace isac {

/*!
 * What the cells of a range-velocity map stand for.
 *
 * A map is [n_velocities, n_ranges], row-major. Row standstill_row() stands still and
 * later rows approach, velocity_step_mps() each; column 0 is range 0 and the next is
 * range_step_m() further. A bin is what the waveform resolves; zero padding puts
 * range_padding and velocity_padding cells into one, which resolves no more but loses
 * less of a target between two cells: of 3.9 dB an axis at worst (rectangular window)
 * two cells a bin leave 0.9 dB and four 0.2 dB.
 */
class ISAC_API map_geometry
{
public:
    /*!
     * \param w the waveform
     * \param p of which range_padding and velocity_padding are used
     * \throws std::invalid_argument naming the first parameter out of range.
     */
    explicit map_geometry(const waveform& w, const sensing_params& p = {});

    int range_padding() const { return d_range_padding; }
    int velocity_padding() const { return d_velocity_padding; }

    int n_velocities() const { return d_n_velocities; } ///< rows
    int n_ranges() const { return d_n_ranges; }         ///< columns
    int map_len() const { return d_n_velocities * d_n_ranges; }
    int standstill_row() const { return d_n_velocities / 2; }

    double range_step_m() const { return d_range_step_m; }
    double velocity_step_mps() const { return d_velocity_step_mps; }

private:
    int d_range_padding, d_velocity_padding, d_n_velocities, d_n_ranges;
    double d_range_step_m, d_velocity_step_mps;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_MAP_GEOMETRY_H */
