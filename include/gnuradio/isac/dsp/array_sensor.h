/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_ARRAY_SENSOR_H
#define INCLUDED_ISAC_DSP_ARRAY_SENSOR_H

#include <gnuradio/isac/antenna_array.h>
#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/angle_estimator.h>
#include <gnuradio/isac/sensing_params.h>
#include <gnuradio/isac/waveform.h>
#include <complex>
#include <memory>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/// One reflector found by an array.
struct array_target {
    float range_m;
    float velocity_mps;     ///< positive approaches
    float snr_db;           ///< with the gain of all cells and all antennas
    float range_std_m;      ///< what the noise does to range_m
    float velocity_std_mps; ///< to velocity_mps
    float angle_rad;        ///< positive as in antenna_array
    float angle_std_rad;    ///< and to angle_rad
};

/// Where an echo is.
struct echo_place {
    double range_m = 0, velocity_mps = 0;
};

class beam_detector;
class echo_snapshots;
class phase_slopes;

/*!
 * Targets in range, velocity and angle from the antennas of an array.
 *
 * Makes a map for every antenna and turns the maps into beams, two for each antenna, so
 * that detection has the gain of the whole array less 0.9 dB at worst. What
 * target_detector finds in the beams is merged: within a bin in range and velocity of a
 * stronger find is the same. The antennas are then correlated with each echo at its place
 * in parts of the frame, without the windows of the map and without what the other echoes
 * leave there, and angle_estimator finds the directions in these snapshots: more than one
 * where reflectors share a cell of the map. Each direction's own phases over bands and
 * times put its range and velocity right. An echo without company is measured once more
 * with all parts in phase: range, velocity and angle are then at the Cramer-Rao bound.
 *
 * MIMO: with several sent grids that share no cell, such as those of comb_splitter, every
 * antenna hears each transmitter apart, and n_tx n_rx virtual elements see n_tx times
 * sharper. Echoes must then be nearer than the n_tx-th part of what the subcarrier
 * spacing allows, which the prefix nearly always sees to.
 *
 * Li and Stoica (eds.), MIMO Radar Signal Processing, Wiley, 2009; Sturm, Sit, Braun,
 * Zwick, Spectrally Interleaved Multi-carrier Signals for Radar Network Applications and
 * Multi-input Multi-output Radar, IET Radar, Sonar & Navigation 7(3), 2013.
 */
class ISAC_API array_sensor
{
public:
    using complex = std::complex<float>;

    /*!
     * \param w of the grids
     * \param tx_array one sent grid per element; with several, they stand apart as
     *                 virtual_array() asks
     * \param rx_array one received grid per element
     * \param s windows and filter of the maps, detection; false_alarm_rate is that of a
     *          cell in all beams together
     * \param p of angle_estimator
     * \param calibration [n_elements()] of angle_estimator; empty is ideal
     * \throws std::invalid_argument naming the first parameter out of range.
     */
    array_sensor(const waveform& w,
                 const antenna_array& tx_array,
                 const antenna_array& rx_array,
                 const sensing_params& s = {},
                 const angle_params& p = {},
                 span<const complex> calibration = { nullptr, 0 });
    ~array_sensor();
    array_sensor(array_sensor&&) noexcept;
    array_sensor& operator=(array_sensor&&) noexcept;

    int n_tx() const { return d_n_tx; }
    int n_rx() const { return d_n_rx; }
    int n_elements() const { return d_n_tx * d_n_rx; } ///< virtual ones
    int n_beams() const { return 2 * n_elements(); }
    int n_angles() const; ///< rows of range_angle(): four times as many as beams
    int n_ranges() const; ///< and its columns

    /*!
     * \param sent [n_tx] grids of [n_symbols, n_subcarriers]; a cell of 0 was not sent
     * \param received [n_rx] grids, frame-aligned with those sent
     * \returns the targets, strongest first; valid until the next call.
     */
    const std::vector<array_target>& detect(span<const complex* const> sent,
                                            span<const complex* const> received);

    /*!
     * Power over range and angle of the last detect(), the greatest of all velocities.
     * \param power [n_angles, n_ranges]: beams evenly spaced in the sine of the angle, as
     *              antenna_array::beam_angles_rad() has them
     */
    void range_angle(span<float> power);

    /*!
     * Measures what the elements do, from a reflector in these grids that stands alone at
     * this range and in this direction, and uses it from now on.
     * \returns [n_elements()] for the constructor, or nothing if no echo is within a bin
     * of \p range_m or an element hears none of it; nothing has changed then
     */
    std::vector<complex> calibrate(span<const complex* const> sent,
                                   span<const complex* const> received,
                                   double range_m,
                                   double angle_rad);

    const std::vector<complex>& calibration() const { return d_calibration; }

    /// Frames without targets because a sent grid was all 0 or not finite.
    std::uint64_t n_unusable() const { return d_n_unusable; }

private:
    void use(std::vector<complex> calibration);
    bool measure_all(span<const complex* const> sent,
                     span<const complex* const> received);
    void look_closer();
    void remove_rests();
    void measure(const echo_place& place, span<const complex> snapshots);
    void
    measure_alone(const echo_place& place, span<const complex> snapshots, double noise);
    void report(const echo_place& place, double noise, const plane_wave& d);

    const waveform d_waveform;
    const antenna_array d_array;
    const int d_n_tx, d_n_rx, d_max_echoes;
    const double d_least_snr;
    const angle_params d_angle;
    std::vector<complex> d_calibration;
    std::unique_ptr<beam_detector> d_detector;
    std::unique_ptr<echo_snapshots> d_snapshots;
    std::unique_ptr<phase_slopes> d_slopes;
    angle_estimator d_estimator, d_single;
    std::vector<echo_place> d_places;
    std::vector<array_target> d_targets, d_kept;
    std::uint64_t d_n_unusable = 0;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_ARRAY_SENSOR_H */
