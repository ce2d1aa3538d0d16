/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_RAYS_H
#define INCLUDED_ISAC_DSP_RAYS_H

#include <gnuradio/isac/antenna_array.h>
#include <gnuradio/isac/api.h>
#include <gnuradio/isac/scene.h>
#include <gnuradio/isac/waveform.h>
#include <complex>
#include <memory>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

class moving_body;

/// What one ray does to the signal at one moment.
struct ray_state {
    double delay_s = 0;
    double turns = 0;     ///< phase of the carrier
    double amplitude = 0; ///< 0 where the ray does not exist
};

/// What really is there at one moment: one reflector, body or path.
struct ray_truth {
    double range_m = 0;
    double velocity_mps = 0;
    double angle_rad = 0;
    double snr_db = 0; ///< of one cell; -inf where it does not exist
};

/*!
 * The geometry of a scene: every ray from the transmitter to one listener.
 *
 * For the view ECHO these are the targets, the scatterers of rotors and walkers, and then
 * the leakage, if there is any; an echo of SNR s per cell has the amplitude that gives s
 * over a noise variance of ECHO_NOISE_VAR. For the view LINK they are the paths: delays
 * count from the shortest one at time 0, and the powers are scaled to sum up to 1, so
 * that a cell of unit power arrives, in the mean over the band, with unit power.
 */
class ISAC_API rays
{
public:
    /// Noise of a radar receiver at full scale 1: -60 dB, so that leakage has room.
    static constexpr double ECHO_NOISE_VAR = 1e-6;

    rays(const waveform& w,
         const scene& s,
         channel_view view,
         const antenna_array& tx_array,
         const antenna_array& rx_array);

    int size() const { return static_cast<int>(d_rays.size()); }
    bool has_leakage() const { return d_has_leakage; }

    /// E|n|^2 of the listener, per sample and per cell.
    double noise_var() const { return d_noise_var; }

    /// Rays later than this do not exist: two OFDM symbols.
    double max_delay_s() const { return 2 * d_waveform.symbol_duration_s(); }

    /// \p time_s since the motion began.
    ray_state at(int ray, double time_s) const;

    /// Phases bend less than a straight line over \p duration_s by this many turns.
    double curvature_turns(double duration_s) const;

    /// What is there: as many things as rays, but a rotor or a walker, whose SNR is that
    /// of a flash or of all its parts, is one.
    int n_things() const { return static_cast<int>(d_things.size()); }
    ray_truth truth(int thing, double time_s) const;

    /// What the transmitting elements contribute: [n_elements].
    const std::vector<std::complex<float>>& tx(int ray) const { return d_rays[ray].tx; }

    /// What the receiving elements see: [n_elements].
    const std::vector<std::complex<float>>& rx(int ray) const { return d_rays[ray].rx; }

private:
    struct ray {
        ray_truth start;      // at time 0; snr_db is valid for a path and the leakage
        bool is_echo = false; // goes there and back
        double turns = 0;     // constant phase
        double amplitude = 0; // at 1 m, if it follows from the range
        bool is_radar_equation = false; // falls with the square of the range
        std::shared_ptr<const moving_body> body = {}; // whose scatterer this is
        int scatterer = 0;
        std::vector<std::complex<float>> tx, rx;
    };

    void add_targets(const antenna_array& tx_array, const antenna_array& rx_array);
    template <class T>
    void add_body(const T& body,
                  std::shared_ptr<const moving_body> motion,
                  const antenna_array& tx_array,
                  const antenna_array& rx_array);
    void add_leakage(const antenna_array& tx_array, const antenna_array& rx_array);
    void add_paths(const antenna_array& tx_array, const antenna_array& rx_array);
    template <class T>
    ray echo(const T& reflector,
             const antenna_array& tx_array,
             const antenna_array& rx_array) const;
    double amplitude(double snr_db) const;
    double delay_s(const ray& r, double range_m) const;
    double amplitude_at(const ray& r, double range_m) const;

    waveform d_waveform;
    scene d_scene;
    bool d_has_leakage = false;
    double d_noise_var = ECHO_NOISE_VAR;
    double d_reference_m = 0;       // range of delay 0
    double d_acceleration_mps2 = 0; // of the scatterers of bodies, at most
    std::vector<ray> d_rays, d_things;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_RAYS_H */
