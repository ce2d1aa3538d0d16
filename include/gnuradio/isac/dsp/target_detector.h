/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_TARGET_DETECTOR_H
#define INCLUDED_ISAC_DSP_TARGET_DETECTOR_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/cfar.h>
#include <gnuradio/isac/dsp/span.h>
#include <gnuradio/isac/sensing_params.h>
#include <gnuradio/isac/waveform.h>
#include <complex>
#include <memory>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/// One reflector found in a map.
struct target {
    float range_m;
    float velocity_mps;       ///< positive approaches
    float snr_db;             ///< of the peak: cell SNR, processing gain, window losses
    float range_std_m;        ///< what the noise does to range_m
    float velocity_std_mps;   ///< and to velocity_mps
    float range_velocity_cov; ///< m^2/s: covariance of the two
};

class grid_fit;
class point_fit;

/*!
 * Point targets in a complex range-velocity map: CFAR, then CLEAN below the bin.
 *
 * Finds the strongest cell above its threshold, fits a point target there (position
 * below the bin and complex amplitude, by Fisher scoring on the patch around it),
 * subtracts it from the map with all its sidelobes and looks again. After each find
 * the targets nearby are fitted anew, at the end all of them in turn until none moves,
 * so that close targets do not bias each other. What a strong echo hides, be it the
 * leakage of the own transmitter, is there once the strong echo is gone.
 *
 * A point that one target does not explain is tried as two: kept are two, if they lie
 * 0.6 bins apart or more in one axis and explain so much more than one that noise would
 * do it only as rarely as it makes a cell a false alarm. Equal targets a bin apart, the
 * Rayleigh limit, are found so. Points next to each other are fitted together.
 *
 * Else a cell within one bin of an accepted target in both axes is not a new one, nor is
 * one within 2.5 bins in both axes and more than 30 dB weaker: an echo that moves through
 * a part of a range bin during the frame is no perfect point and leaves such a rest.
 *
 * At last every target is fitted once more with the noise of its cells made white, which
 * undoes the windows: the errors reach the Cramer-Rao bound, that is, with K by M cells
 * sent, std = bin sqrt(6 / (cell SNR K M)) / (2 pi), whatever the windows are (but
 * for HANN and BLACKMAN_HARRIS, whose zeros cannot be undone: 10 and 20 % over it). It is
 * kept only where noise explains what it leaves and where it moves; else the plain fit
 * stays. Standard deviations and covariance are those of the fit that was kept, in
 * white noise at the measured SNR and with the neighbours as unknown as the target
 * itself.
 *
 * Mamandipoor, Ramasamy and Madhow, Newtonized Orthogonal Matching Pursuit:
 * Frequency Estimation over the Continuum, IEEE Trans. Signal Processing 64(19), 2016.
 */
class ISAC_API target_detector
{
public:
    /*!
     * \param w the waveform of the map
     * \param p windows as in range_doppler; filter is not used
     * \throws std::invalid_argument naming the first parameter out of range.
     */
    explicit target_detector(const waveform& w, const sensing_params& p = {});
    ~target_detector();
    target_detector(target_detector&&) noexcept;
    target_detector& operator=(target_detector&&) noexcept;

    /*!
     * \param map [n_velocities, n_ranges] of the map_geometry, as range_doppler makes it.
     * \returns the targets, strongest first; valid until the next call.
     */
    const std::vector<target>& detect(span<const std::complex<float>> map);

    /*!
     * The same, and at last fits the targets to the grid that the map was made of: at the
     * bound also near the ends of range, and with symbols of unequal power at any SNR.
     * \param map as above
     * \param tx [n_symbols, n_subcarriers], sent
     * \param rx [n_symbols, n_subcarriers], received
     */
    const std::vector<target>& detect(span<const std::complex<float>> map,
                                      span<const std::complex<float>> tx,
                                      span<const std::complex<float>> rx);

    /// Cells of the last map that were not finite, or too large to square; taken as 0.
    int n_not_finite() const { return d_n_not_finite; }

private:
    void search(span<const std::complex<float>> map);
    int find(double apart) const;
    void score();
    bool is_ghost(int cell, float power, double apart) const;
    bool is_resolved(std::size_t i, double apart) const;
    bool split_all();
    bool accept(int cell);
    void refit_near(std::size_t newest);
    void settle();
    bool drop_unreal();
    double noise_in(int cell) const;
    void measure_noise();
    void sharpen();
    void report();

    waveform d_waveform;
    std::unique_ptr<point_fit> d_fit;
    std::unique_ptr<grid_fit> d_grid_fit;
    cfar d_cfar;
    std::vector<float> d_power;            // [n_velocities, n_ranges], of the rest
    span<const int> d_above{ nullptr, 0 }; // its cells above their thresholds
    int d_n_not_finite = 0;
    float d_floor = 0;           // rounding errors of the map
    std::vector<bool> d_refused; // cells that turned out to be no target
    std::vector<target> d_targets;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_TARGET_DETECTOR_H */
