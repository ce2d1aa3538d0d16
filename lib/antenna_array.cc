/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "dsp/require.h"
#include <gnuradio/isac/antenna_array.h>
#include <cmath>
#include <random>

namespace gr {
namespace isac {

namespace {

constexpr int MAX_ELEMENTS = 256;
constexpr int MAX_BEAMS = 4096;

template <class T>
void require(bool ok, const char* name, T value, const std::string& rule)
{
    dsp::require(ok, "antenna_array", name, value, rule);
}

void check(const antenna_array_params& p)
{
    require(p.n_elements >= 1 && p.n_elements <= MAX_ELEMENTS,
            "n_elements",
            p.n_elements,
            "it must be in [1, " + std::to_string(MAX_ELEMENTS) + "]");
    require(p.spacing_wavelengths > 0 && p.spacing_wavelengths <= 100,
            "spacing_wavelengths",
            p.spacing_wavelengths,
            "it must be in (0, 100]");
    require(p.gain_error_db >= 0 && p.gain_error_db <= 20,
            "gain_error_db",
            p.gain_error_db,
            "it is a standard deviation and must be in [0, 20]");
    require(p.phase_error_rad >= 0 && p.phase_error_rad <= M_PI,
            "phase_error_rad",
            p.phase_error_rad,
            "it is a standard deviation and must be in [0, pi]");
    require(p.seed >= 0, "seed", p.seed, "it must be >= 0");
}

} // namespace

antenna_array::antenna_array(const antenna_array_params& p) : d_params(p)
{
    check(p);
    std::mt19937_64 rng(p.seed);
    std::normal_distribution<double> normal;
    for (int n = 0; n < p.n_elements; ++n) {
        const double gain_db = p.gain_error_db * normal(rng);
        const double phase_rad = p.phase_error_rad * normal(rng);
        d_errors.emplace_back(std::polar(std::pow(10.0, gain_db / 20), phase_rad));
    }
}

std::vector<antenna_array::complex> antenna_array::steering(double angle_rad) const
{
    std::vector<complex> response;
    const double turns = d_params.spacing_wavelengths * std::sin(angle_rad);
    for (int n = 0; n < n_elements(); ++n) {
        response.push_back(d_errors[n] * complex(std::polar(1.0, 2 * M_PI * turns * n)));
    }
    return response;
}

std::vector<antenna_array::complex> antenna_array::weights(double angle_rad) const
{
    std::vector<complex> conjugate;
    const double turns = d_params.spacing_wavelengths * std::sin(angle_rad);
    const double scale = 1 / std::sqrt(static_cast<double>(n_elements()));
    for (int n = 0; n < n_elements(); ++n) {
        conjugate.emplace_back(std::polar(scale, -2 * M_PI * turns * n));
    }
    return conjugate;
}

std::vector<antenna_array::complex> antenna_array::codebook(int n_beams) const
{
    std::vector<complex> beams;
    for (const double angle_rad : beam_angles_rad(n_beams)) {
        const auto beam = weights(angle_rad);
        beams.insert(beams.end(), beam.begin(), beam.end());
    }
    return beams;
}

std::vector<double> antenna_array::beam_angles_rad(int n_beams) const
{
    require(n_beams >= 1 && n_beams <= MAX_BEAMS,
            "n_beams",
            n_beams,
            "it must be in [1, " + std::to_string(MAX_BEAMS) + "]");
    std::vector<double> angles;
    for (int b = 0; b < n_beams; ++b) {
        angles.push_back(std::asin((2.0 * b + 1) / n_beams - 1));
    }
    return angles;
}

} // namespace isac
} // namespace gr
