/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_ARRAY_COVARIANCE_H
#define INCLUDED_ISAC_DSP_ARRAY_COVARIANCE_H

#include "small_matrix.h"
#include <gnuradio/isac/dsp/span.h>
#include <cstdint>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * What snapshots of a uniform linear array have in common: their covariance as it is,
 * and that of calibrated subarrays, forward and backward, with its eigenvectors.
 */
class array_covariance
{
public:
    /// \param calibration [n_elements]
    /// \param subarray_len elements of a subarray; 0 chooses by the number of snapshots
    array_covariance(std::vector<cd> calibration, int subarray_len);

    /// \returns false if there is nothing in the snapshots.
    bool measure(span<const std::complex<float>> snapshots);

    int n_elements() const { return static_cast<int>(d_calibration.size()); }
    int n_snapshots() const { return d_n_snapshots; }
    std::uint64_t n_dropped() const { return d_n_dropped; }
    int subarray_len() const { return d_len; }

    /// [n_elements, n_elements], of the elements as they are.
    const std::vector<cd>& raw() const { return d_raw; }

    /// [n_elements, n_elements], calibrated.
    const std::vector<cd>& calibrated() const { return d_calibrated; }

    /// Of the averaged subarrays.
    const hermitian_eigen& eigen() const { return d_eigen; }

    /// Sources by minimum description length, at most \p max_sources.
    int description_length(int max_sources) const;

private:
    void smooth();

    const std::vector<cd> d_calibration;
    const int d_fixed_len;
    int d_len = 0, d_n_snapshots = 0;
    std::uint64_t d_n_dropped = 0;
    std::vector<cd> d_raw, d_calibrated, d_smooth;
    hermitian_eigen d_eigen;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_ARRAY_COVARIANCE_H */
