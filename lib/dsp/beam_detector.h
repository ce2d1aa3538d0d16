/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_BEAM_DETECTOR_H
#define INCLUDED_ISAC_DSP_BEAM_DETECTOR_H

#include "echo_snapshots.h"
#include <gnuradio/isac/antenna_array.h>
#include <gnuradio/isac/dsp/range_doppler.h>
#include <gnuradio/isac/dsp/target_detector.h>

namespace gr {
namespace isac {
namespace dsp {

/// Echoes in the maps of beams, two beams for each element of an array.
class beam_detector
{
public:
    using complex = std::complex<float>;

    /// \param array of n_tx times n_rx virtual elements
    beam_detector(const waveform& w,
                  const antenna_array& array,
                  int n_tx,
                  const sensing_params& s);

    int n_beams() const { return 2 * d_array.n_elements(); }
    int n_ranges() const { return d_geometry.n_ranges(); }

    /// \param calibration [n_elements], or none
    void use(const std::vector<complex>& calibration);

    /// Where there are echoes, strongest first. Valid until the next call.
    const std::vector<echo_place>& detect(span<const complex* const> sent,
                                          span<const complex* const> received);

    int n_angles() const { return 8 * d_array.n_elements(); }

    /// \param power [n_angles, n_ranges] of the last detect(): the greatest of all
    ///        velocities in each of n_angles beams
    void range_angle(span<float> power);

private:
    void make_maps(span<const complex* const> sent, span<const complex* const> received);
    std::vector<complex> beams(int n, const std::vector<complex>& calibration) const;
    void make_beam(const complex* weights);
    void merge();

    const waveform d_waveform;
    const antenna_array d_array;
    const map_geometry d_geometry;
    const std::size_t d_max_echoes;
    range_doppler d_range_doppler;
    target_detector d_detector;
    std::vector<volk::vector<complex>> d_maps; // [n_elements] maps
    std::vector<complex> d_weights;            // [n_beams, n_elements]
    std::vector<complex> d_fine_weights;       // [n_angles, n_elements]
    volk::vector<complex> d_beam;              // a map
    std::vector<target> d_found;
    std::vector<echo_place> d_places;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_BEAM_DETECTOR_H */
