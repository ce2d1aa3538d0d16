/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_PILOT_LAYOUT_H
#define INCLUDED_ISAC_DSP_PILOT_LAYOUT_H

#include <gnuradio/isac/waveform.h>
#include <complex>
#include <cstddef>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/// Where a frame has pilots, and what their filters must be designed for.
struct pilot_layout {
    int fft_len, n_cells;
    double max_delay;         ///< samples
    double doppler;           ///< turns a row
    double still_doppler;     ///< of a scene where next to nothing moves
    std::vector<int> pilots;  ///< cells
    std::vector<int> rows;    ///< that carry pilots
    std::vector<int> anchors; ///< rows for which pilots are averaged
    bool has_references;      ///< and are filtered over frequency first, then over time
    int n_taps;               ///< rows that an anchor uses
    int bundle;               ///< neighbouring pilots that may be added up
};

pilot_layout layout_of(const waveform& w, double max_speed_mps);

/// Cells of a row that are known: its pilots, or of a reference row all it uses.
const std::vector<int>& known_cells(const waveform& w);

/// Cells from DC to each of them.
std::vector<int> pilot_offsets(const waveform& w);

/// Places of n pilots in lanes, those that fill the lanes up counted.
std::size_t lane_count(std::size_t n);

/// Where pilot_tracker wants every stride-th pilot of n to stand.
std::vector<int> lane_places(int n, int stride);

/// Offsets of the pilots at those places; one of nothing is as far off as the last.
std::vector<int>
lane_offsets(const std::vector<int>& offsets, int stride, const std::vector<int>& places);

/// Pilots of a row as pilot_tracker wants them: in lanes, each a part of the band.
class pilot_lanes
{
public:
    explicit pilot_lanes(const waveform& w);

    /// Of each pilot.
    const std::vector<int>& places() const { return d_places; }

    /// Cells from DC, of each place.
    const std::vector<int>& offsets() const { return d_offsets; }

    /// Places, those without a pilot too.
    int size() const { return static_cast<int>(d_offsets.size()); }

    /*!
     * Takes the pilots out of a row, their values divided out.
     * \param cells [n_subcarriers] \param scale that they still have to be multiplied by
     * \param out [2, size()], re and im
     */
    void read(const std::complex<float>* cells, float scale, float* out) const;

    /// Turns pilots, re and im [size()], on by so much per cell.
    void turn(double turns_per_cell, float* pilots) const;

private:
    std::vector<int> d_places, d_offsets, d_cells;
    int d_stride;                  // from place to place, if it is regular
    std::vector<float> d_divisors; // [2, size()], re and im; 0 without a pilot
};

/// Samples of delay to design for: delays that no pilot spacing can tell from shorter
/// ones get the benefit of the doubt.
double max_delay_of(const waveform& w);

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_PILOT_LAYOUT_H */
