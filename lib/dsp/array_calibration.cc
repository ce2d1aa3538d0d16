/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "array_covariance.h"
#include "require.h"
#include <gnuradio/isac/dsp/angle_estimator.h>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

std::vector<std::complex<float>> angle_estimator::calibrate(const antenna_array& array,
                                                            span<const complex> snapshots,
                                                            double angle_rad)
{
    const int n = array.n_elements();
    require(snapshots.size() % n == 0,
            "calibrate",
            "snapshots",
            snapshots.size(),
            "it must be a multiple of n_elements = " + std::to_string(n));
    array_covariance covariance(std::vector<cd>(n, 1.0), n);
    dsp::require(covariance.measure(snapshots),
                 "calibrate",
                 "snapshots",
                 snapshots.size(),
                 "some of them must be finite and hold a reflector");
    hermitian_eigen eigen;
    eigen.compute(covariance.raw(), n);
    std::vector<complex> response(n);
    const double turns = array.params().spacing_wavelengths * std::sin(angle_rad);
    const cd reference = std::abs(eigen.vector(0, 0)) / eigen.vector(0, 0);
    for (int i = 0; i < n; ++i) {
        response[i] = complex(eigen.vector(i, 0) * reference * std::sqrt(1.0 * n) *
                              std::polar(1.0, -2 * M_PI * turns * i));
    }
    return response;
}

antenna_array virtual_array(const antenna_array& tx, const antenna_array& rx)
{
    auto p = rx.params();
    const double apart = p.n_elements * p.spacing_wavelengths;
    if (tx.n_elements() > 1) {
        std::ostringstream rule;
        rule << "it must be that of the receiving array times its elements, " << apart;
        dsp::require(std::abs(tx.params().spacing_wavelengths - apart) < 1e-6 * apart,
                     "virtual_array",
                     "spacing_wavelengths",
                     tx.params().spacing_wavelengths,
                     rule.str());
    }
    p.n_elements *= tx.n_elements();
    // What they do together only a measurement says.
    p.gain_error_db = p.phase_error_rad = 0;
    return antenna_array(p);
}

} // namespace dsp
} // namespace isac
} // namespace gr
