/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "array_covariance.h"
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

bool is_finite(const std::complex<float>* snapshot, int n)
{
    return std::all_of(snapshot, snapshot + n, [](std::complex<float> x) {
        return std::isfinite(x.real()) && std::isfinite(x.imag());
    });
}

} // namespace

array_covariance::array_covariance(std::vector<cd> calibration, int subarray_len)
    : d_calibration(std::move(calibration)), d_fixed_len(subarray_len)
{
}

bool array_covariance::measure(span<const std::complex<float>> snapshots)
{
    const int n = n_elements();
    d_raw.assign(n * n, 0);
    d_n_snapshots = 0;
    for (std::size_t first = 0; first + n <= snapshots.size(); first += n) {
        const auto* x = snapshots.data() + first;
        if (!is_finite(x, n)) {
            ++d_n_dropped;
            continue;
        }
        for (int i = 0; i < n; ++i) {
            for (int j = 0; j <= i; ++j) {
                d_raw[i * n + j] += cd(x[i]) * std::conj(cd(x[j]));
            }
        }
        ++d_n_snapshots;
    }
    double power = 0;
    for (int i = 0; i < n && d_n_snapshots > 0; ++i) {
        for (int j = 0; j <= i; ++j) {
            d_raw[i * n + j] /= d_n_snapshots;
            d_raw[j * n + i] = std::conj(d_raw[i * n + j]);
        }
        power += d_raw[i * n + i].real();
    }
    if (power <= 0) {
        return false;
    }
    d_calibrated.resize(n * n);
    for (int i = 0; i < n; ++i) {
        for (int j = 0; j < n; ++j) {
            d_calibrated[i * n + j] =
                d_raw[i * n + j] / (d_calibration[i] * std::conj(d_calibration[j]));
        }
    }
    smooth();
    d_eigen.compute(d_smooth, d_len);
    return true;
}

/// The mean over all subarrays and, each read from its other end, their mirror images.
void array_covariance::smooth()
{
    const int n = n_elements();
    // Two thirds of the elements resolve coherent sources best, and one snapshot leaves
    // all of them coherent.
    d_len = d_fixed_len > 0 ? d_fixed_len : std::max(std::min(2, n), (2 * n + 2) / 3);
    const int n_subarrays = n - d_len + 1;
    d_smooth.assign(d_len * d_len, 0);
    for (int first = 0; first < n_subarrays; ++first) {
        for (int i = 0; i < d_len; ++i) {
            for (int j = 0; j < d_len; ++j) {
                const int mirrored = (first + d_len - 1 - i) * n + first + d_len - 1 - j;
                d_smooth[i * d_len + j] += (d_calibrated[(first + i) * n + first + j] +
                                            std::conj(d_calibrated[mirrored])) /
                                           (2.0 * n_subarrays);
            }
        }
    }
}

int array_covariance::description_length(int max_sources) const
{
    const auto& values = d_eigen.values();
    const int n_subarrays = n_elements() - d_len + 1;
    // Eigenvalues beyond the rank of the average are rounding errors and say nothing.
    const int rank = std::min(d_len, 2 * d_n_snapshots * n_subarrays);
    const double n = std::max(2, d_n_snapshots * n_subarrays);
    const double least = 1e-14 * values[0];
    int best = 0;
    double shortest = 0;
    for (int k = 0; k <= std::min(max_sources, rank - 1); ++k) {
        double logarithms = 0, sum = 0;
        for (int i = k; i < rank; ++i) {
            const double value = std::max(values[i], least);
            logarithms += std::log(value);
            sum += value;
        }
        const int left = rank - k;
        // Forward-backward averaging halves the free parameters: Xu, Roy and Kailath,
        // IEEE Trans. Signal Processing 42(1), 1994.
        const double length = n * (left * std::log(sum / left) - logarithms) +
                              0.25 * k * (2 * d_len - k + 1) * std::log(n);
        if (k == 0 || length < shortest) {
            shortest = length;
            best = k;
        }
    }
    return best;
}

} // namespace dsp
} // namespace isac
} // namespace gr
