/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/sync_detector.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

/// Sums over two neighbouring windows of half a symbol, moved on sample by sample.
class moving_halves
{
public:
    moving_halves(const std::complex<float>* samples, int half)
        : d_x(samples), d_half(half)
    {
        for (int i = 0; i < half; ++i) {
            add(i, 1);
        }
    }

    void step()
    {
        add(0, -1);
        add(d_half, 1);
        ++d_x;
    }

    std::complex<double> correlation() const { return { d_re, d_im }; }

    float metric() const
    {
        const double energies = d_first * d_second;
        // Below the smallest float power there is no signal, only rounding of the sums.
        return energies > 1e-60 ? float((d_re * d_re + d_im * d_im) / energies) : 0.0f;
    }

private:
    void add(int i, double sign)
    {
        const double ar = d_x[i].real(), ai = d_x[i].imag();
        const double br = d_x[i + d_half].real(), bi = d_x[i + d_half].imag();
        const double first = ar * ar + ai * ai, second = br * br + bi * bi;
        if (!std::isfinite(first + second)) {
            return; // one bad sample must not poison the sums of all that follow
        }
        d_re += sign * (ar * br + ai * bi);
        d_im += sign * (ar * bi - ai * br);
        d_first += sign * first;
        d_second += sign * second;
    }

    const std::complex<float>* d_x;
    int d_half;
    double d_re = 0, d_im = 0, d_first = 0, d_second = 0;
};

} // namespace

sync_detector::sync_detector(const waveform& w)
    : d_half_len(w.fft_len() / 2),
      d_cp_len(w.cp_len()),
      // One false candidate in 1e9 samples of noise, as long as that leaves symbols at
      // 0 dB (metric 0.25) or, with very few samples, 10 dB (0.83) above the threshold.
      d_threshold(std::clamp(20.7f / d_half_len, 0.15f, 0.6f))
{
}

std::size_t sync_detector::reach() const
{
    // The metric of one position takes two halves. The maximum lies up to one half and
    // one prefix behind the place where the threshold is crossed.
    return 3 * d_half_len + d_cp_len + 1;
}

sync_candidate sync_detector::locate(span<const std::complex<float>> samples,
                                     std::size_t at) const
{
    const int n_positions = d_half_len + d_cp_len + 1;
    float highest = 0;
    moving_halves first_pass(samples.data() + at, d_half_len);
    for (int i = 0; i < n_positions; ++i, first_pass.step()) {
        highest = std::max(highest, first_pass.metric());
    }
    // The prefix makes the maximum a plateau: take the middle of what is near it.
    int first = n_positions, last = 0;
    std::complex<double> correlation = 0;
    moving_halves second_pass(samples.data() + at, d_half_len);
    for (int i = 0; i < n_positions; ++i, second_pass.step()) {
        if (second_pass.metric() > 0.9f * highest) {
            first = std::min(first, i);
            last = i;
            correlation += second_pass.correlation();
        }
    }
    return { at + (first + last) / 2, std::arg(correlation) / M_PI, highest };
}

sync_detector::result sync_detector::search(span<const std::complex<float>> samples) const
{
    if (samples.size() < reach()) {
        return { 0, std::nullopt };
    }
    const std::size_t n_positions = samples.size() - reach() + 1;
    moving_halves halves(samples.data(), d_half_len);
    for (std::size_t i = 0; i < n_positions; ++i, halves.step()) {
        if (halves.metric() > d_threshold) {
            return { i, locate(samples, i) };
        }
    }
    return { n_positions, std::nullopt };
}

} // namespace dsp
} // namespace isac
} // namespace gr
