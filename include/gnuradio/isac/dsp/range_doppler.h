/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_RANGE_DOPPLER_H
#define INCLUDED_ISAC_DSP_RANGE_DOPPLER_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/fft.h>
#include <gnuradio/isac/dsp/span.h>
#include <gnuradio/isac/map_geometry.h>
#include <gnuradio/isac/sensing_params.h>
#include <gnuradio/isac/waveform.h>
#include <volk/volk_alloc.hh>
#include <complex>
#include <cstdint>
#include <memory>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

class symbol_filter;

/*!
 * OFDM radar: what the channel did to a known grid, over velocity and range.
 *
 * Takes the sent symbols out of the received cells (radar_filter), then an IDFT over
 * subcarriers (range), keeps the delays that fit the prefix, and takes a DFT over
 * symbols (velocity). Transforms are unitary and windows keep the noise power, so
 * with unit-modulus symbols a reflector of amplitude a peaks at |a|^2 times the
 * number of occupied cells, less the window losses, over a noise floor of s2 per
 * cell. Both transforms count from the middle of the grid: the peak has the phase
 * that the echo has on the DC subcarrier in symbol n_symbols/2, at every range. Zero
 * padding changes neither peak nor noise: it puts cells between the bins.
 *
 * The WIENER filter is exact about what stands still and cautious about the rest:
 * it fits the static channel h over the frame by least squares (clutter_filter),
 * which leaves no self-noise however strong the leakage, and weighs only what
 * remains cell by cell,
 *
 *     h + (y - x h) conj(x) / (|x|^2 + c), the second part scaled to mean gain 1,
 *
 * with c the ratio of noise to moving echoes that minimises the error. On symbols of
 * equal modulus the three filters are the same.
 *
 * Sturm and Wiesbeck, Waveform Design and Signal Processing Aspects for Fusion
 * of Wireless Communications and Radar Sensing, Proc. IEEE 99(7), 2011.
 */
class ISAC_API range_doppler
{
public:
    /*!
     * \param w shared with the transmitter
     * \param p of which everything that a map has to do with is used
     * \throws std::invalid_argument naming the first parameter out of range.
     */
    explicit range_doppler(const waveform& w, const sensing_params& p = {});
    ~range_doppler();

    /// What the cells of the map stand for.
    const map_geometry& geometry() const { return d_geometry; }

    /// Frames of a map; bit i of it is the i-th. Absent ones contribute nothing.
    using presence = std::uint64_t;
    static constexpr presence ALL = ~presence(0);

    /*!
     * \param tx [coherent_frames * n_symbols, n_subcarriers], row-major. A cell of 0 was
     *           not sent and contributes nothing.
     * \param rx the same shape, frame-aligned with \p tx. A row in which anything is not
     *           finite contributes nothing and is counted.
     * \param map [n_velocities, n_ranges] of geometry(): velocity by range. Row
     *           standstill_row() stands still, later rows approach; column 0 is range 0.
     * \throws std::invalid_argument if a length is wrong.
     */
    void compute(span<const std::complex<float>> tx,
                 span<const std::complex<float>> rx,
                 span<std::complex<float>> map,
                 presence frames = ALL);

    /*!
     * The power of averaged_maps maps, each of so many frames as compute() takes;
     * quicker. What it averages are the maps of which a frame is present. \param power
     * [n_velocities, n_ranges], |map|^2, or in dB, within 1e-4; -379 dB where there is
     * nothing.
     */
    void compute_power(span<const std::complex<float>> tx,
                       span<const std::complex<float>> rx,
                       span<float> power,
                       presence frames = ALL);

    /// What both make, the map being the last of those that are averaged.
    void compute_both(span<const std::complex<float>> tx,
                      span<const std::complex<float>> rx,
                      span<std::complex<float>> map,
                      span<float> power,
                      presence frames = ALL);

    /// The power of a map that compute() made, without averages.
    void power_of(span<const std::complex<float>> map, span<float> power) const;

    /// Rows that were not finite and contributed nothing, since this was made.
    std::uint64_t bad_rows() const { return d_bad_rows; }

private:
    void range_profiles(span<const std::complex<float>> tx,
                        span<const std::complex<float>> rx,
                        presence frames);
    void profile(const std::complex<float>* x, const std::complex<float>* y, int row);
    template <class Make>
    void average(span<const std::complex<float>> tx,
                 span<const std::complex<float>> rx,
                 span<float> power,
                 presence frames,
                 Make make);
    void want(int first, int from_row, int to_row) const;
    void gather(int first, int n);
    template <class T, class Finish>
    void velocities(T* map, volk::vector<T>& tile, Finish finish);

    const map_geometry d_geometry;
    const bool d_in_db;
    const int d_n_symbols, d_n_subcarriers, d_n_rows, d_averaged_maps;
    const int d_stride, d_column_step;
    const std::vector<float> d_range_window;
    std::vector<float> d_velocity_window; // with the scale of both transforms
    fft d_over_subcarriers, d_over_symbols;
    std::unique_ptr<symbol_filter> d_filter;
    volk::vector<std::complex<float>> d_row, d_profile;        // of the padded length
    volk::vector<std::complex<float>> d_profiles;              // [d_n_rows, d_stride]
    volk::vector<std::complex<float>> d_columns, d_velocities; // of a tile, turned
    volk::vector<float> d_powers;                              // of the velocities
    volk::vector<float> d_one; // [map_len], one of the maps that are averaged
    std::uint64_t d_bad_rows = 0;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_RANGE_DOPPLER_H */
