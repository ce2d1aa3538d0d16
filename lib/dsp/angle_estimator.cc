/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "angle_fit.h"
#include "direction_search.h"
#include "require.h"
#include <gnuradio/isac/dsp/angle_estimator.h>
#include <algorithm>
#include <cmath>
#include <numeric>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr double GHOST_RATE = 1e-3; // of sources that MDL proposes and noise has made
constexpr double ROUNDING = 1e-13;  // of snapshots in single precision, in power

template <class T>
void require(bool ok, const char* name, T value, const std::string& rule)
{
    dsp::require(ok, "angle_estimator", name, value, rule);
}

void check(const antenna_array& array, const angle_params& p)
{
    const int n = array.n_elements();
    require(n >= 2, "n_elements", n, "one element has no direction: it must be >= 2");
    require(p.method != angle_method::MONOPULSE || n == 2,
            "n_elements",
            n,
            "MONOPULSE compares two: it must be 2");
    const std::string most = std::to_string(n - 1);
    require(p.n_sources >= 0 && p.n_sources < n,
            "n_sources",
            p.n_sources,
            "it must be in [0, n_elements - 1 = " + most + "]; 0 lets MDL decide");
    require(p.max_sources >= 1, "max_sources", p.max_sources, "it must be >= 1");
    const int least = std::max(2, p.n_sources + 1);
    require(p.subarray_len == 0 || (p.subarray_len >= least && p.subarray_len <= n),
            "subarray_len",
            p.subarray_len,
            "it must be 0 or in [max(2, n_sources + 1) = " + std::to_string(least) +
                ", n_elements = " + std::to_string(n) + "]");
}

std::vector<cd> checked(span<const std::complex<float>> calibration, int n)
{
    if (calibration.size() == 0) {
        return std::vector<cd>(n, 1.0);
    }
    require(static_cast<int>(calibration.size()) == n,
            "calibration",
            calibration.size(),
            "it must have n_elements = " + std::to_string(n) + " items, or none");
    for (const auto& c : calibration) {
        require(std::isfinite(std::norm(c)) && std::norm(c) > 0,
                "calibration",
                c,
                "all of it must be finite and not 0");
    }
    return { calibration.begin(), calibration.end() };
}

/*!
 * Chance that noise alone makes a further source take this part of what is left: with b
 * complex numbers left of b + a, the part left is of the beta distribution with b and a,
 * whose distribution function is a binomial tail.
 */
double chance(double part_left, int b, int a)
{
    const double x = std::clamp(part_left, 1e-300, 1 - 1e-15);
    const int n = a + b - 1;
    double sum = 0;
    for (int j = b; j <= n; ++j) {
        sum += std::exp(std::lgamma(n + 1) - std::lgamma(j + 1) - std::lgamma(n - j + 1) +
                        j * std::log(x) + (n - j) * std::log1p(-x));
    }
    return sum;
}

float db(double ratio) { return static_cast<float>(10 * std::log10(ratio)); }

} // namespace

angle_estimator::angle_estimator(const antenna_array& array,
                                 const angle_params& p,
                                 span<const complex> calibration)
    : d_array(array), d_params(p)
{
    check(array, p);
    const auto response = checked(calibration, array.n_elements());
    const double spacing = array.params().spacing_wavelengths;
    d_covariance = std::make_unique<array_covariance>(response, p.subarray_len);
    d_search = std::make_unique<direction_search>(p.method, spacing);
    d_fit = std::make_unique<angle_fit>(response, spacing);
}

angle_estimator::~angle_estimator() = default;
angle_estimator::angle_estimator(angle_estimator&&) noexcept = default;
angle_estimator& angle_estimator::operator=(angle_estimator&&) noexcept = default;

std::uint64_t angle_estimator::n_dropped() const { return d_covariance->n_dropped(); }

int angle_estimator::most_sources() const
{
    if (d_params.method == angle_method::MONOPULSE) {
        return 1;
    }
    const int most = d_covariance->subarray_len() - 1;
    if (d_params.n_sources > 0) {
        return std::min(d_params.n_sources, most);
    }
    // There is energy, so there is something: the search is for where it comes from.
    const int limit = std::min(d_params.max_sources, most);
    return std::max(1, d_covariance->description_length(limit));
}

const std::vector<plane_wave>& angle_estimator::estimate(span<const complex> snapshots)
{
    dsp::require(snapshots.size() % n_elements() == 0,
                 "angle_estimator",
                 "snapshots",
                 snapshots.size(),
                 "it must be a multiple of n_elements");
    d_directions.clear();
    d_separator.clear();
    if (d_covariance->measure(snapshots)) {
        int n = most_sources();
        search(n);
        if (d_params.n_sources == 0) {
            remove_ghosts(n);
        }
        report();
    }
    return d_directions;
}

void angle_estimator::search(int n_sources)
{
    d_search->find(*d_covariance, n_sources, d_sines);
    d_fit->refine(d_covariance->raw(), d_covariance->n_snapshots(), d_sines);
    // In much noise subspaces are wrong where the beamformer, of all elements, still is
    // right. A peak of MUSIC may be that of two sources, or of noise: roots know better.
    if (n_sources == 1) {
        try_other(n_sources, &direction_search::beams);
    } else if (d_params.method == angle_method::MUSIC) {
        try_other(n_sources, &direction_search::roots);
    }
}

/// Keeps what leaves less of the covariance: other guesses, or the last ones.
void angle_estimator::try_other(int n_sources, guess other)
{
    const auto& raw = d_covariance->raw();
    const int n = d_covariance->n_snapshots();
    const double left = d_fit->left();
    d_before = d_sines;
    (d_search.get()->*other)(*d_covariance, n_sources, d_sines);
    d_fit->refine(raw, n, d_sines);
    if (d_before.size() >= d_sines.size() && left <= d_fit->left()) {
        d_sines = d_before;
        d_fit->refine(raw, n, d_sines);
    }
}

/// The description length of few snapshots, or of correlated subarrays, sees too many.
void angle_estimator::remove_ghosts(int n_sources)
{
    double total = 0;
    for (int i = 0; i < n_elements(); ++i) {
        total += d_covariance->raw()[i * (n_elements() + 1)].real();
    }
    for (; n_sources > 1; --n_sources) {
        const double left = d_fit->left() + ROUNDING * total;
        d_kept = d_sines;
        search(n_sources - 1);
        const double before = d_fit->left() + ROUNDING * total;
        const int n = d_covariance->n_snapshots();
        const double once =
            std::max(1e-300, chance(left / before, (n_elements() - n_sources) * n, n));
        // The direction was looked for: as often as a random power over direction, which
        // has so many beams, rises above this level (as Ochiai and Imai count crossings,
        // IEEE Trans. Commun. 49(1), 2001).
        const double looks =
            n_elements() * std::max(1.0, std::sqrt(-M_PI / 3 * std::log(once)));
        if (once * looks < GHOST_RATE) {
            d_sines = d_kept;
            d_fit->refine(d_covariance->raw(), n, d_sines);
            return;
        }
    }
}

void angle_estimator::report()
{
    d_order.resize(d_sines.size());
    std::iota(d_order.begin(), d_order.end(), 0);
    std::sort(d_order.begin(), d_order.end(), [this](int i, int j) {
        return d_fit->power(i) > d_fit->power(j);
    });
    for (const int i : d_order) {
        const double sine = std::clamp(d_sines[i], -1.0, 1.0);
        const double cosine = std::sqrt(std::max(1e-12, 1 - sine * sine));
        d_directions.push_back({ static_cast<float>(std::asin(sine)),
                                 static_cast<float>(d_fit->sine_std(i) / cosine),
                                 db(d_fit->power(i)),
                                 db(d_fit->power(i) / d_fit->noise_var()) });
        const auto row = d_fit->separator().begin() + i * n_elements();
        d_separator.insert(d_separator.end(), row, row + n_elements());
    }
}

void angle_estimator::spectrum(span<const complex> snapshots,
                               span<const double> sines,
                               span<float> power)
{
    require(power.size() == sines.size(), "power", power.size(), "it must fit sines");
    std::fill(power.begin(), power.end(), 0.0f);
    if (sines.size() == 0 || !d_covariance->measure(snapshots)) {
        return;
    }
    d_search->prepare(*d_covariance, most_sources());
    float peak = 0;
    for (std::size_t i = 0; i < sines.size(); ++i) {
        const double value = d_search->value(sines[i]);
        power[i] = static_cast<float>(value >= 0 ? value : -1 / std::min(value, -1e-12));
        peak = std::max(peak, power[i]);
    }
    for (auto& p : power) {
        p /= peak;
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr
