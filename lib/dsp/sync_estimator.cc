/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/preamble.h>
#include <gnuradio/isac/dsp/sync_estimator.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

sync_estimator::sync_estimator(const waveform& w)
    : d_waveform(w),
      d_sequence(sync_row(w)),
      d_channel(w.n_subcarriers()),
      d_fft(w.fft_len(), direction::FORWARD),
      d_ifft(w.fft_len() / 2, direction::INVERSE)
{
    for (auto& x : d_sequence) {
        x = std::conj(x) * 0.5f; // |x|^2 is 2
    }
}

std::complex<float> sync_estimator::cell(span<const std::complex<float>> bins,
                                         int k) const
{
    const int n = d_waveform.fft_len();
    return bins[(k - d_waveform.n_subcarriers() / 2 + n) % n];
}

bool sync_estimator::find_shift(span<const std::complex<float>> bins)
{
    const int n = d_waveform.n_subcarriers(), dc = n / 2;
    double best = 0;
    for (int shift = -MAX_CFO - 1; shift <= MAX_CFO + 1; ++shift) {
        if (shift % 2) {
            continue; // the detector knows the offset modulo 2
        }
        std::complex<double> agreement = 0, before = 0;
        double power = 0;
        for (int k = dc % 2; k < n; k += 2) {
            if (k == dc) {
                continue;
            }
            const std::complex<double> h(cell(bins, k + shift) * d_sequence[k]);
            agreement += std::conj(before) * h;
            power += std::norm(h);
            before = h;
        }
        const double quality = power > 0 ? std::abs(agreement) / power : 0;
        if (quality > best) {
            best = quality;
            d_shift = shift;
        }
    }
    // A sequence that is not ours agrees like a random walk: the mean of n/2 terms of
    // random phase exceeds four times its rms once in exp(16).
    return best > 4 / std::sqrt(n / 2.0);
}

void sync_estimator::measure_power(span<const std::complex<float>> bins,
                                   sync_estimate& e) const
{
    const int n = d_waveform.n_subcarriers(), dc = n / 2;
    double used = 0, empty = 0;
    int n_used = 0, n_empty = 0;
    for (int k = 0; k < n; ++k) {
        const double power = std::norm(cell(bins, k + d_shift));
        if ((k - dc) % 2) {
            empty += power;
            ++n_empty;
        } else if (k != dc) {
            used += power;
            ++n_used;
        }
    }
    e.noise_var = std::max(empty / n_empty, 1e-12);
    // The cells in use carry twice the power of those in rows.
    e.snr = std::max(used / n_used - e.noise_var, 0.0) / 2 / e.noise_var;
}

int sync_estimator::first_path()
{
    // A Hann window over the band keeps the sidelobes of the strongest path, which come
    // before it too, below -31 dB.
    const int n = d_waveform.n_subcarriers(), dc = n / 2, half = d_ifft.len();
    const auto bins = d_ifft.input();
    std::fill(bins.begin(), bins.end(), 0);
    for (int k = dc % 2; k < n; k += 2) {
        const double w = 0.5 - 0.5 * std::cos(2 * M_PI * (k + 1) / (n + 1));
        bins[((k - dc) / 2 + half) % half] = d_channel[k] * static_cast<float>(w);
    }
    const auto response = d_ifft.run();
    const auto power = [&](int delay) {
        return std::norm(response[(delay + half) % half]);
    };
    int strongest = 0;
    double mean = 0;
    for (int i = 0; i < half; ++i) {
        strongest = power(i) > power(strongest) ? i : strongest;
        mean += power(i) / half;
    }
    // A path counts from -20 dB of the strongest, and where no noise peak reaches: the
    // mean bounds the noise, and exp(-10) is the chance of ten times it.
    const double threshold = std::min(std::max(0.01 * power(strongest), 10 * mean),
                                      0.5 * double(power(strongest)));
    int first = strongest;
    for (int i = strongest - d_waveform.cp_len(); i < strongest; ++i) {
        if (power(i) > threshold) {
            first = i;
            break;
        }
    }
    // The response repeats after half a symbol; the candidate is at most a prefix late.
    return first > 3 * half / 4 ? first - half : first;
}

std::optional<sync_estimate>
sync_estimator::estimate(span<const std::complex<float>> samples,
                         const sync_candidate& candidate)
{
    const std::size_t n = d_waveform.fft_len();
    if (candidate.position + n > samples.size()) {
        return std::nullopt;
    }
    d_rotator.set(-candidate.cfo / n);
    d_rotator.rotate(samples.subspan(candidate.position, n), d_fft.input());
    const auto bins = d_fft.run();
    if (!find_shift(bins)) {
        return std::nullopt;
    }

    sync_estimate e;
    e.cfo = candidate.cfo + d_shift;
    measure_power(bins, e);
    for (int k = 0; k < d_waveform.n_subcarriers(); ++k) {
        d_channel[k] = cell(bins, k + d_shift) * d_sequence[k];
    }
    // Start a little before the first path: an early window is inside the prefix, a late
    // one is not, and what comes before the threshold belongs to the symbol as well.
    const int margin = std::min(8, d_waveform.cp_len() / 4);
    e.window = static_cast<std::ptrdiff_t>(candidate.position) + first_path() - margin;
    return e;
}

} // namespace dsp
} // namespace isac
} // namespace gr
