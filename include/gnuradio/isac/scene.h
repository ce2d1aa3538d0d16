/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_SCENE_H
#define INCLUDED_ISAC_SCENE_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/waveform.h>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

namespace gr {
namespace isac {

/// A reflector, as the radar beside the transmitter sees it. Range and angle are those
/// at time 0; the range then shrinks by velocity_mps every second.
struct scene_target {
    double range_m = 100;
    double velocity_mps = 0; ///< positive approaches
    double rcs_dbsm = 10;    ///< radar cross-section, dB over one square metre
    double angle_rad = 0;
    std::optional<double> snr_db = {}; ///< of one cell; overrides the radar equation
};

/// A way from the transmitter to the far receiver.
struct scene_path {
    double range_m = 100;    ///< length of the way at time 0
    double gain_db = 0;      ///< relative to the other paths
    double velocity_mps = 0; ///< by which it gets shorter
    double angle_rad = 0;    ///< at which it leaves, and arrives at a receiving array
    double phase_rad = 0;    ///< beside the phase of its length
};

/*!
 * The blades of a drone's rotor, each a line of scatterers from the hub to the tip.
 *
 * Every scatterer of a blade goes round the hub, so that the echoes of one blade add up
 * only while it is seen broadside: a flash, with velocities from 0 to the tip's. They
 * stand closer than half a wavelength, for lines of scatterers further apart flash at
 * other angles too. A drone's body is a target of its own.
 */
struct scene_rotor {
    double range_m = 50;     ///< of the hub at time 0
    double velocity_mps = 0; ///< of the hub; positive approaches
    double rcs_dbsm = -20;   ///< of a blade in its flash
    double angle_rad = 0;
    int n_blades = 2;
    double blade_m = 0.12;   ///< from hub to tip
    double rotation_hz = 90; ///< negative turns the other way
    double tilt_rad = 0;     ///< of the plane of the rotor from the line of sight
    double phase_rad = 0;    ///< of the first blade at time 0; 0 points away
    std::optional<double> snr_db = {}; ///< of one cell in a flash; overrides the equation
};

/*!
 * A walking person: head, torso and the segments of arms and legs, each a scatterer that
 * moves as people do who walk as fast as this one, straight to the radar or away.
 *
 * Boulic, Magnenat Thalmann and Thalmann, A global human walking model with real-time
 * kinematic personification, The Visual Computer 6, 1990.
 */
struct scene_walker {
    double range_m = 30;       ///< of the middle of the body at time 0
    double velocity_mps = 1.2; ///< mean over a cycle; positive approaches
    double rcs_dbsm = 0;       ///< of all parts together
    double angle_rad = 0;
    double height_m = 1.75;
    double gait_hz = 0;   ///< double steps a second; 0 follows from the velocity
    double phase_rad = 0; ///< of the cycle at time 0; at 0 the right heel strikes
    std::optional<double>
        snr_db = {}; ///< of one cell, of all parts; overrides the equation
};

/// Small-scale fading: none, one Rayleigh tap, or a tapped delay line of 3GPP TR 38.901.
enum class fading_profile { NONE, FLAT, TDL_A, TDL_B, TDL_C };

/*!
 * The free parameters of a scene. Field names are the Python keywords, the GRC
 * parameter ids and the YAML keys.
 */
struct scene_params {
    std::vector<scene_target> targets = {};
    std::vector<scene_path> paths = { scene_path{} };
    std::vector<scene_rotor> rotors = {};
    std::vector<scene_walker> walkers = {};
    double tx_power_dbm = 10;
    double tx_gain_dbi = 10;
    double rx_gain_dbi = 10; ///< of the radar
    double noise_figure_db = 6;
    double link_snr_db = 30;        ///< of one cell at the far receiver, mean over cells
    double leakage_db = -INFINITE;  ///< transmitter to radar, of the transmitted power
    double cfo_hz = 0;              ///< received above its nominal frequency
    double sampling_offset_ppm = 0; ///< by which the far receiver samples too fast
    double phase_noise_hz = 0;      ///< Lorentzian linewidth of the far oscillator
    double pa_saturation_db = INFINITE; ///< saturation power over mean power
    double pa_smoothness = 2;           ///< exponent p of the Rapp model
    double iq_gain_db = 0;              ///< Q over I in the far receiver
    double iq_phase_rad = 0;            ///< from quadrature, in the far receiver
    double repeat_s = 0;                ///< motion restarts after this time; 0 is never
    fading_profile fading = fading_profile::NONE; ///< of every path to the far receiver
    double delay_spread_s = 100e-9;               ///< of the fading, root mean square
    double speed_mps = 1;                         ///< at which the fading changes

    static constexpr double INFINITE = std::numeric_limits<double>::infinity();
};

/// Who listens: the far receiver, or the radar beside the transmitter.
enum class channel_view { LINK, ECHO };

/*!
 * The simulated world: targets, communication paths, noise and imperfect devices.
 *
 * Immutable and cheap to copy. Every number is in a unit that a person knows.
 */
class ISAC_API scene
{
public:
    /*! \throws std::invalid_argument naming the first parameter out of range. */
    explicit scene(const scene_params& params = {});

    const scene_params& params() const { return *d_params; }

    /*!
     * Can this waveform measure and cross the scene? Nothing may lie beyond its
     * cyclic prefix: neither an echo nor the latest path after the earliest.
     * \throws std::invalid_argument naming what lies beyond.
     */
    void check(const waveform& waveform) const;

    /*!
     * SNR of the echo in one cell of the grid, before any processing gain.
     *
     * The radar equation over the noise k T B F in the bandwidth B of the samples.
     * The DFT is unitary, so a cell has the noise of a sample.
     * \param waveform of the transmitter
     * \param target index into the targets
     * \param range_m where the target is
     */
    double echo_snr_db(const waveform& waveform, int target, double range_m) const;

    /*! The same of any reflector in place of a target. */
    double
    reflector_snr_db(const waveform& waveform, double rcs_dbsm, double range_m) const;

    /*! Time from one flash of a rotor to the next on the same side of its hub, by the
     *  next blade. */
    double flash_period_s(int rotor) const;

    /*! Cycles, which are double steps, that a walker makes in a second. */
    double gait_hz(int walker) const;

    /*! SNR of the transmitter's leakage in one cell of the grid, like echo_snr_db(). */
    double leakage_snr_db(const waveform& waveform) const;

private:
    std::shared_ptr<const scene_params> d_params;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_SCENE_H */
