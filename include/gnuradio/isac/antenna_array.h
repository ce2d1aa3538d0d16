/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_ANTENNA_ARRAY_H
#define INCLUDED_ISAC_ANTENNA_ARRAY_H

#include <gnuradio/isac/api.h>
#include <complex>
#include <cstdint>
#include <vector>

namespace gr {
namespace isac {

/*!
 * The free parameters of an antenna array. Field names are the Python keywords, the
 * GRC parameter ids and the YAML keys.
 */
struct antenna_array_params {
    int n_elements = 1;
    double spacing_wavelengths = 0.5;
    double gain_error_db = 0;   ///< standard deviation over the elements
    double phase_error_rad = 0; ///< standard deviation over the elements
    int seed = 0;               ///< of the errors: one seed is one built array
};

/*!
 * A uniform linear array: what its elements see of a plane wave, and its beams.
 *
 * Immutable and cheap to copy. Angle 0 is broadside; a wave from a positive angle
 * reaches later elements earlier, so their phase leads. Element 0 is the reference.
 */
class ISAC_API antenna_array
{
public:
    using complex = std::complex<float>;

    /*! \throws std::invalid_argument naming the first parameter out of range. */
    explicit antenna_array(const antenna_array_params& params = {});

    const antenna_array_params& params() const { return d_params; }
    int n_elements() const { return d_params.n_elements; }

    /*!
     * What the elements receive of a unit plane wave, errors of the array included.
     * Reception and transmission are alike.
     * \returns [n_elements]
     */
    std::vector<complex> steering(double angle_rad) const;

    /*!
     * Weights of unit norm that point an array without errors: what is sent to
     * element n is the signal times weight n; to receive, multiply and sum.
     * \returns [n_elements]
     */
    std::vector<complex> weights(double angle_rad) const;

    /*!
     * DFT beams: directions evenly spaced in the sine of the angle, symmetric about
     * broadside. With half a wavelength between elements and as many beams as
     * elements, they are orthogonal.
     * \returns [n_beams, n_elements], row-major: weights() of beam_angles_rad()
     */
    std::vector<complex> codebook(int n_beams) const;

    /*! Directions of the beams of codebook(), ascending.
     *  \returns [n_beams] */
    std::vector<double> beam_angles_rad(int n_beams) const;

private:
    antenna_array_params d_params;
    std::vector<complex> d_errors; // [n_elements]
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_ANTENNA_ARRAY_H */
