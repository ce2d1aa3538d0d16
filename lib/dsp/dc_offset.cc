/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/dc_offset.h>
#include <algorithm>
#include <array>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

using cd = std::complex<double>;

constexpr double SIGNIFICANT = 1e-3; // of the power; less hurts nobody
constexpr double CERTAIN = 9;        // variances; noise reaches that once in exp(9)
constexpr double CHANGED = 16;       // variances between what was and what is
constexpr double MEMORY = 16;        // frames

double power_of(span<const std::complex<float>> x)
{
    double power = 0;
    for (const auto& s : x) {
        power += std::norm(s);
    }
    return power / double(x.size());
}

} // namespace

dc_offset::estimate dc_offset::fit(span<const std::complex<float>> halves, double cfo)
{
    const std::size_t len = halves.size() / 4;
    std::array<std::complex<float>, 4> back;
    std::array<cd, 4> still; // an offset, when the signal has been stopped
    cd mean_still = 0;
    for (int q = 0; q < 4; ++q) {
        still[q] = std::polar(1.0, -M_PI * cfo * q);
        back[q] = std::complex<float>(still[q]);
        mean_still += 0.25 * still[q];
    }
    std::array<cd, 4> sums{};
    double noise = 0; // what does not repeat
    for (std::size_t i = 0; i < len; ++i) {
        std::array<std::complex<float>, 4> x;
        std::complex<float> mean = 0;
        for (int q = 0; q < 4; ++q) {
            x[q] = halves[q * len + i] * back[q];
            mean += 0.25f * x[q];
        }
        for (int q = 0; q < 4; ++q) {
            x[q] -= mean;
            noise += std::norm(x[q]);
            sums[q] += x[q];
        }
    }
    cd value = 0;
    double apart = 0; // energy of the offset that the signal cannot explain
    for (int q = 0; q < 4; ++q) {
        value += std::conj(still[q] - mean_still) * sums[q] / double(len);
        apart += std::norm(still[q] - mean_still);
    }
    if (!(apart > 1e-6)) {
        return {};
    }
    value /= apart;
    noise -= std::norm(value) * apart * double(len); // that offset does not, either
    const double noise_var = std::max(noise / double(3 * len), 1e-12 * power_of(halves));
    return { value, noise_var > 0 ? apart * double(len) / noise_var : 0 };
}

dc_offset::estimate dc_offset::combine(const estimate& seen) const
{
    const double weight = seen.weight + d_mean.weight;
    if (!(seen.weight > 0 && d_mean.weight > 0)) {
        return seen.weight > 0 ? seen : d_mean;
    }
    const double variance = 1 / seen.weight + 1 / d_mean.weight;
    if (std::norm(seen.value - d_mean.value) > CHANGED * variance) {
        return seen; // another gain, another offset
    }
    return { (seen.weight * seen.value + d_mean.weight * d_mean.value) / weight, weight };
}

std::complex<float> dc_offset::measure(span<const std::complex<float>> halves, double cfo)
{
    d_next = combine(fit(halves, cfo));
    const double square = std::norm(d_next.value);
    const bool matters = d_next.weight > 0 && square < power_of(halves) &&
                         square > SIGNIFICANT * power_of(halves) &&
                         square * d_next.weight > CERTAIN;
    return matters ? std::complex<float>(d_next.value) : 0;
}

void dc_offset::keep()
{
    d_mean = d_next;
    d_mean.weight *= 1 - 1 / MEMORY;
}

} // namespace dsp
} // namespace isac
} // namespace gr
