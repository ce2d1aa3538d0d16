/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_MOVING_BODY_H
#define INCLUDED_ISAC_DSP_MOVING_BODY_H

#include <gnuradio/isac/scene.h>
#include <complex>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * Scatterers on a body that moves uniformly and repeats a motion of its own.
 *
 * The way of a scatterer around the body's origin is a Fourier series over the phase of
 * that motion: smooth, exact at any time, the same formula for a blade and for a foot.
 * Its range is its distance from the radar, in three dimensions.
 */
class moving_body
{
public:
    /// \param wavelength_m decides how close the scatterers of a blade stand
    moving_body(const scene_rotor& rotor, double wavelength_m);
    moving_body(const scene_walker& walker, double gait_hz);

    int size() const { return static_cast<int>(d_scatterers.size()); }

    /// Of a scatterer, where that of the body is 1.
    double amplitude(int scatterer) const { return d_scatterers[scatterer].amplitude; }

    double range_m(int scatterer, double time_s) const;

    /// No scatterer's range has a larger second derivative from its own motion.
    double acceleration_mps2() const;

private:
    struct harmonic { // away from the radar, to the side, up
        std::complex<double> x, y, z;
    };
    struct scatterer {
        double amplitude;
        std::vector<harmonic> series; // harmonics 0, 1..
    };

    double d_range_m, d_velocity_mps, d_cycle_hz, d_phase;
    std::vector<scatterer> d_scatterers;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_MOVING_BODY_H */
