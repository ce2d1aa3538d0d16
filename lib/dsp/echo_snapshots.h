/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_ECHO_SNAPSHOTS_H
#define INCLUDED_ISAC_DSP_ECHO_SNAPSHOTS_H

#include "small_matrix.h"
#include <gnuradio/isac/dsp/array_sensor.h>
#include <gnuradio/isac/dsp/span.h>
#include <gnuradio/isac/waveform.h>
#include <volk/volk_alloc.hh>
#include <complex>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * What every antenna hears of echoes at known places, in parts of a frame.
 *
 * A frame is cut into a few bands and a few stretches of time. In each part, the received
 * cells are correlated with the sent ones, delayed and shifted as the echo is: the
 * matched filter, which loses nothing to windows or to bins. The sidelobes that the
 * echoes leave in each other's correlations are removed by least squares over all of
 * them.
 *
 * With n_tx sent grids that share no cell, every antenna hears each of them apart:
 * element t n_rx + r is grid t in antenna r.
 */
class echo_snapshots
{
public:
    using complex = std::complex<float>;
    static constexpr int MAX_PARTS = 8; ///< an axis is cut into

    echo_snapshots(const waveform& w, int n_tx, int n_rx, int max_echoes);

    int n_elements() const { return d_n_tx * d_n_rx; }
    int n_parts() const { return d_n_bands * d_n_times; }

    /// Of the centre of a part from the middle of the frame: subcarriers and symbols.
    double band_centre(int part) const { return d_band_centres[part % d_n_bands]; }
    double time_centre(int part) const { return d_time_centres[part / d_n_bands]; }

    /*!
     * \param sent, received [n_tx] and [n_rx] grids of [n_symbols, n_subcarriers]
     * \param echoes at most max_echoes
     * \returns false for a sent grid without energy: there are no snapshots then.
     */
    bool measure(span<const complex* const> sent,
                 span<const complex* const> received,
                 const std::vector<echo_place>& echoes);

    /// [n_parts, n_elements] of an echo: its amplitude in a cell. Valid until measure().
    span<const complex> snapshots(int echo) const;

private:
    void steer(const std::vector<echo_place>& echoes);
    bool weigh(const complex* sent);
    void overlap();
    void correlate(const complex* sent, const complex* received, int element);
    void separate(int element);
    cd& part(int echo, int part, int element);

    const waveform d_waveform;
    const int d_n_tx, d_n_rx, d_n_bands, d_n_times;
    int d_n_echoes = 0;
    std::vector<int> d_band_edges, d_time_edges;        // [n + 1]
    std::vector<double> d_band_centres, d_time_centres; // [n]

    // [max_echoes, n_subcarriers] and [max_echoes, n_symbols]: turn an echo back
    volk::vector<complex> d_over_cells, d_over_symbols;
    volk::vector<complex> d_product;       // [n_subcarriers], received times sent
    volk::vector<complex> d_weighted;      // [n_subcarriers or n_symbols]
    std::vector<float> d_cell_energy;      // [n_subcarriers] of one sent grid
    std::vector<float> d_symbol_energy;    // [n_symbols]
    double d_energy = 0;                   // of it all
    std::vector<cd> d_in_band, d_in_time;  // [n, echoes, echoes]: what echoes share
    std::vector<cd> d_inverse;             // [echoes, echoes] of their sum over parts
    std::vector<cd> d_parts;               // [max_echoes, parts, elements]
    std::vector<cd> d_whole, d_amplitudes; // [echoes]
    std::vector<complex> d_snapshots;      // like d_parts
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_ECHO_SNAPSHOTS_H */
