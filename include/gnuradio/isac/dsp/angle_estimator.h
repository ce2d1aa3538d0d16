/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_ANGLE_ESTIMATOR_H
#define INCLUDED_ISAC_DSP_ANGLE_ESTIMATOR_H

#include <gnuradio/isac/antenna_array.h>
#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/span.h>
#include <gnuradio/isac/sensing_params.h>
#include <complex>
#include <memory>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/// One plane wave found in snapshots of an array.
struct plane_wave {
    float angle_rad;     ///< positive where later elements lead, as in antenna_array
    float angle_std_rad; ///< what the noise does to it: the Cramer-Rao bound
    float power_db;      ///< in one element of one snapshot, over full scale
    float snr_db;        ///< the same over the noise of an element
};

class array_covariance;
class direction_search;
class angle_fit;

/*!
 * Directions of the waves that cross a uniform linear array, from its snapshots.
 *
 * Every method only guesses: peaks of the beamformer, the phase between two elements
 * (monopulse), peaks or roots of MUSIC, or ESPRIT. A few Gauss-Newton steps then take
 * all guesses together to the maximum of the likelihood, so that each method reaches
 * the Cramer-Rao bound once it has resolved what there is.
 *
 * The covariance is averaged with its mirror image (forward-backward) and over
 * overlapping subarrays (spatial smoothing), which tells coherent sources apart, such as
 * two reflectors in one cell of a map. The number of sources is the minimum of Rissanen's
 * description length over its eigenvalues, less those that noise would fit as well once
 * in a thousand times.
 *
 * Directions are unique within |sin| <= 1 / (2 spacing), which is everywhere up to half
 * a wavelength; farther apart, waves from elsewhere appear in this range.
 *
 * Schmidt, Multiple Emitter Location and Signal Parameter Estimation, IEEE Trans. AP
 * 34(3), 1986; Barabell, Improving the Resolution Performance of Eigenstructure-based
 * Direction-finding Algorithms, ICASSP 1983; Roy and Kailath, ESPRIT, IEEE Trans. ASSP
 * 37(7), 1989; Pillai and Kwon, Forward/Backward Spatial Smoothing Techniques, IEEE
 * Trans. ASSP 37(1), 1989; Wax and Kailath, Detection of Signals by Information
 * Theoretic Criteria, IEEE Trans. ASSP 33(2), 1985.
 */
class ISAC_API angle_estimator
{
public:
    using complex = std::complex<float>;

    /*!
     * \param array elements and spacing; its errors are not known to the estimator
     * \param p method and number of sources
     * \param calibration [n_elements], what calibrate() has measured; empty is ideal
     * \throws std::invalid_argument naming the first parameter out of range.
     */
    explicit angle_estimator(const antenna_array& array,
                             const angle_params& p = {},
                             span<const complex> calibration = { nullptr, 0 });
    ~angle_estimator();
    angle_estimator(angle_estimator&&) noexcept;
    angle_estimator& operator=(angle_estimator&&) noexcept;

    int n_elements() const { return d_array.n_elements(); }

    /*!
     * \param snapshots [n, n_elements], row-major. Those with a value that is not finite
     *                  are left out and counted.
     * \returns the directions, strongest first; none without energy in the snapshots.
     *          Valid until the next call.
     * \throws std::invalid_argument if the length is no multiple of n_elements.
     */
    const std::vector<plane_wave>& estimate(span<const complex> snapshots);

    /*!
     * Of the last estimate(): what takes a snapshot apart into its directions, so that
     * the sum over elements of weight times snapshot is the wave of that direction in
     * element 0, free of the others.
     * \returns [n_directions, n_elements], in the order of the directions
     */
    const std::vector<complex>& separator() const { return d_separator; }

    /*!
     * Power over direction, as a picture: of the beamformer, or the inverse of what the
     * noise subspace receives (all other methods), normalised to a peak of 1.
     * \param snapshots as in estimate()
     * \param sines where to look, in [-1, 1]
     * \param power as many
     */
    void
    spectrum(span<const complex> snapshots, span<const double> sines, span<float> power);

    /*!
     * What the elements do to a wave, from snapshots of one strong reflector.
     * \param array as in the constructor
     * \param snapshots [n, n_elements] of the reflector alone
     * \param angle_rad where it is
     * \returns [n_elements], mean power 1, element 0 real and positive
     * \throws std::invalid_argument if all snapshots are 0 or not finite
     */
    static std::vector<complex> calibrate(const antenna_array& array,
                                          span<const complex> snapshots,
                                          double angle_rad);

    /// Snapshots left out because they were not finite.
    std::uint64_t n_dropped() const;

private:
    int most_sources() const;
    using guess = void (direction_search::*)(const array_covariance&,
                                             int,
                                             std::vector<double>&);
    void search(int n_sources);
    void try_other(int n_sources, guess other);
    void remove_ghosts(int n_sources);
    void report();

    antenna_array d_array;
    angle_params d_params;
    std::unique_ptr<array_covariance> d_covariance;
    std::unique_ptr<direction_search> d_search;
    std::unique_ptr<angle_fit> d_fit;
    std::vector<double> d_sines, d_before, d_kept;
    std::vector<int> d_order;
    std::vector<plane_wave> d_directions;
    std::vector<complex> d_separator;
};

/*!
 * The array that n_tx transmitting and n_rx receiving elements make together when the
 * receiver can tell the transmitters apart: element t n_rx + r is transmitter t heard by
 * receiver r.
 * \throws std::invalid_argument unless the transmitters stand n_rx receiver spacings
 *         apart, so that the virtual elements are evenly spaced.
 */
ISAC_API antenna_array virtual_array(const antenna_array& tx, const antenna_array& rx);

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_ANGLE_ESTIMATOR_H */
