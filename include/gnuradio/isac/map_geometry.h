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
 *
 * With coherent_frames the time from the first symbol of the first frame to the last of
 * the last one resolves velocity, preambles included: nothing was measured in them, which
 * leaves grating lobes frame by frame, the share of the preambles (in amplitude) below
 * the peak.
 *
 * What moves fast blurs. Within a symbol its Doppler shift leaks into other subcarriers
 * (ici_db), and over the map it leaves its range bin (migration_bins). A velocity
 * that must keep its SNR, max_velocity_mps, is refused if the leak is less than 20 dB
 * below the echo or if it moves by more than half a range bin, which costs 0.3 dB.
 */
class ISAC_API map_geometry
{
public:
    /*!
     * \param w the waveform
     * \param p of which the paddings, coherent_frames and max_velocity_mps are used
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

    int coherent_frames() const { return d_coherent_frames; }
    int n_slots() const { return d_n_slots; } ///< symbols of the time that a map takes
    int frame_step() const { return d_n_slots / d_coherent_frames; } ///< slots a frame

    /// Power of the inter-carrier interference of an echo beside the echo, in dB.
    double ici_db(double velocity_mps) const;

    /// Range bins that it moves through while the map is taken.
    double migration_bins(double velocity_mps) const;

    /// The fastest velocity of which neither costs more than the class says.
    double max_velocity_mps() const;

private:
    int d_range_padding, d_velocity_padding, d_coherent_frames, d_n_slots;
    int d_n_velocities, d_n_ranges;
    double d_range_step_m, d_velocity_step_mps;
    double d_shift_per_mps; ///< Doppler shift over subcarrier spacing
    double d_duration_s, d_unambiguous_mps;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_MAP_GEOMETRY_H */
