/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_MAP_GRID_H
#define INCLUDED_ISAC_DSP_MAP_GRID_H

#include <gnuradio/isac/map_geometry.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

/// The cells of a map in bins: what the waveform resolves, whatever the padding is.
class map_grid
{
public:
    map_grid(const waveform& w, const sensing_params& p)
        : d_geometry(w, p), d_n_symbols(w.n_symbols())
    {
    }

    int n_rows() const { return d_geometry.n_velocities(); }
    int n_columns() const { return d_geometry.n_ranges(); }
    std::size_t len() const { return d_geometry.map_len(); }
    int row_padding() const { return d_geometry.velocity_padding(); }
    int column_padding() const { return d_geometry.range_padding(); }
    int n_velocity_bins() const { return d_n_symbols; }

    double range_bin(int column) const
    {
        return static_cast<double>(column) / column_padding();
    }
    double velocity_bin(int row) const ///< also of a row before the first one
    {
        return static_cast<double>(row - d_geometry.standstill_row()) / row_padding();
    }

    /// The cell that holds a position; beyond an end of range the last one.
    int column(double range_bin) const
    {
        const int column = static_cast<int>(std::lround(range_bin * column_padding()));
        return std::clamp(column, 0, n_columns() - 1);
    }
    int row(double velocity_bin) const
    {
        return wrapped_row(static_cast<int>(std::lround(velocity_bin * row_padding())) +
                           d_geometry.standstill_row());
    }
    int cell(double range_bin, double velocity_bin) const
    {
        return row(velocity_bin) * n_columns() + column(range_bin);
    }

    int wrapped_row(int row) const { return (row % n_rows() + n_rows()) % n_rows(); }

    /// Distance in velocity bins the short way round, in [-n_symbols/2, n_symbols/2].
    double wrapped(double velocity_bins) const
    {
        return std::remainder(velocity_bins, d_n_symbols);
    }

private:
    map_geometry d_geometry;
    int d_n_symbols;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_MAP_GRID_H */
