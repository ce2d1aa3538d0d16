/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "require.h"
#include <gnuradio/isac/dsp/preamble.h>
#include <gnuradio/isac/dsp/sync_channel.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int MAX_SMOOTHING = 8; // even cells to either side

} // namespace

sync_channel::sync_channel(const waveform& w)
    : d_waveform(w),
      d_sequence(sync_row(w)),
      d_taper(w.n_subcarriers()),
      d_even(w.n_subcarriers()),
      d_response(w.fft_len() / 2),
      d_fft(w.fft_len(), direction::FORWARD),
      d_ifft(w.fft_len() / 2, direction::INVERSE)
{
    for (int k = 0; k < w.n_subcarriers(); ++k) {
        d_sequence[k] = std::conj(d_sequence[k]) * 0.5f; // |x|^2 is 2
        d_taper[k] = static_cast<float>(
            0.5 - 0.5 * std::cos(2 * M_PI * (k + 1) / (w.n_subcarriers() + 1)));
    }
}

void sync_channel::take_cells(span<const std::complex<float>> samples)
{
    const int n = d_waveform.fft_len(), n_cells = d_waveform.n_subcarriers();
    const auto bin = [&](int cell) { return (column(cell) + n) % n; };
    const float half = std::sqrt(0.5f);
    double noise = 0;
    int n_noise = 0;

    auto in = d_fft.input();
    for (int i = 0; i < n; ++i) {
        in[i] = (samples[i] - samples[n + i]) * half;
    }
    auto bins = d_fft.run();
    for (int k = 0; k < n_cells; ++k) {
        if (column(k) != 0) { // where an offset of the receiver may be left
            noise += std::norm(bins[bin(k)]);
            ++n_noise;
        }
    }

    in = d_fft.input();
    for (int i = 0; i < n; ++i) {
        in[i] = (samples[i] + samples[n + i]) * half;
    }
    bins = d_fft.run();
    double power = 0;
    int n_used = 0;
    for (int k = 0; k < n_cells; ++k) {
        if (column(k) % 2 != 0) {
            noise += std::norm(bins[bin(k)]);
            ++n_noise;
        } else if (column(k) != 0) {
            d_even[k] = bins[bin(k)] * d_sequence[k] * half;
            power += std::norm(d_even[k]);
            ++n_used;
        }
    }
    d_noise_var = std::max(noise / n_noise, 1e-20);
    d_snr = std::max(power / n_used / d_noise_var - 0.25, 0.0);
}

void sync_channel::find_paths()
{
    // The taper keeps the sidelobes of the strongest path, which come before it too,
    // below -31 dB.
    const int n_cells = d_waveform.n_subcarriers(), half = d_ifft.len();
    const int cp_len = d_waveform.cp_len();
    const auto in = d_ifft.input();
    std::fill(in.begin(), in.end(), 0);
    for (int k = (n_cells / 2) % 2; k < n_cells; k += 2) {
        in[(column(k) / 2 + half) % half] = d_even[k] * d_taper[k];
    }
    const auto response = d_ifft.run();
    int strongest = 0;
    for (int i = 0; i < half; ++i) {
        d_response[i] = std::norm(response[i]);
        strongest = d_response[i] > d_response[strongest] ? i : strongest;
    }
    const auto power = [&](int i) { return d_response[(i % half + half) % half]; };
    // A path counts from -20 dB of the strongest, and where noise hardly reaches: a tap
    // has 3/8 of a quarter of it, and ln(half) + 14 of that is exceeded once in exp(14)
    // frames. An arrival that is wrong by half a prefix counts for many that are right.
    const double noise = 0.375 * 0.25 * d_noise_var * n_cells / 2 / half;
    const double threshold =
        std::min(std::max(0.01 * power(strongest), (std::log(half) + 14) * noise),
                 0.5 * double(power(strongest)));
    // The response repeats after half a symbol; around cp_len is where it should be.
    const int centre = cp_len + half / 2;
    strongest += half * ((strongest < centre - half) - (strongest > centre));
    const int reach = std::min(cp_len, half / 2 - 1);
    d_first = d_last = strongest;
    for (int i = 1; i <= reach; ++i) {
        d_first = power(strongest - i) > threshold ? strongest - i : d_first;
        d_last = power(strongest + i) > threshold ? strongest + i : d_last;
    }
    find_arrival(strongest);
}

double sync_channel::peak_near(int i) const
{
    const int half = d_ifft.len();
    const auto power = [&](int at) { return d_response[(at % half + half) % half]; };
    const double a = power(i - 1), b = power(i), c = power(i + 1);
    const double bend = a - 2 * b + c;
    return i + (bend < 0 ? std::clamp(0.5 * (a - c) / bend, -1.0, 1.0) : 0);
}

void sync_channel::find_arrival(int strongest)
{
    const int n_cells = d_waveform.n_subcarriers(), half = d_ifft.len();
    const int lobe = 2 * d_waveform.fft_len() / n_cells + 1; // of the tapered response
    if (strongest - d_first > lobe) {
        // The strongest path hides the band edge of the first: take its local maximum.
        const auto power = [&](int at) { return d_response[(at % half + half) % half]; };
        while (power(d_first + 1) > power(d_first)) {
            ++d_first;
        }
        d_arrival = peak_near(d_first);
        return;
    }
    // Newton steps to the maximum of |sum H exp(j 2 pi k t / N)|^2.
    // The tapered response is wide enough to begin inside its main lobe.
    const double begin_at = peak_near(strongest);
    double t = begin_at;
    const double turn = 2 * M_PI / d_waveform.fft_len();
    for (int step = 0; step < 4; ++step) {
        std::complex<double> sum = 0, first = 0, second = 0;
        const int begin = (n_cells / 2) % 2;
        auto phasor = std::polar(1.0, turn * t * column(begin));
        const auto next = std::polar(1.0, turn * t * 2);
        for (int k = begin; k < n_cells; k += 2, phasor *= next) {
            const auto x = std::complex<double>(d_even[k]) * phasor;
            const double w = turn * column(k);
            sum += x;
            first += w * x;
            second += w * w * x;
        }
        const double slope = -std::imag(std::conj(sum) * first);
        const double bend = std::norm(first) - std::real(std::conj(sum) * second);
        if (!(bend < 0)) {
            break;
        }
        t = std::clamp(t - slope / bend, begin_at - 0.5, begin_at + 0.5);
    }
    d_arrival = t;
    // The tapered response is wide: both ends of its main lobe belong to the path.
    d_first = std::max(d_first, static_cast<int>(std::floor(t)));
}

void sync_channel::measure(span<const std::complex<float>> samples)
{
    require_len("samples", samples.size(), 2 * d_waveform.fft_len());
    take_cells(samples);
    find_paths();
    d_last = std::max(d_last, d_first);
}

int sync_channel::window() const
{
    const int middle = (d_first + d_last - d_waveform.cp_len()) / 2;
    return std::max(middle, d_first - std::max(2, d_waveform.fft_len() / 64));
}

int sync_channel::smoothing() const
{
    // Over so many cells the outermost path turns by less than a quarter.
    const int spread = std::max(1, d_last - d_first);
    return std::min(MAX_SMOOTHING, d_waveform.fft_len() / (4 * spread));
}

double sync_channel::channel_noise_var() const
{
    return 0.25 * d_noise_var / std::max(1, smoothing());
}

void sync_channel::get(span<std::complex<float>> channel) const
{
    const int n_cells = d_waveform.n_subcarriers(), width = smoothing();
    require_len("channel", channel.size(), n_cells);
    const double turn = 2 * M_PI / d_waveform.fft_len();
    const double centre = 0.5 * (d_first + d_last);
    const int begin = (n_cells / 2) % 2;
    // Cells around k, turned as if the paths lay around no delay, averaged.
    const auto at = [&](int k) {
        return d_even[k] *
               std::complex<float>(std::polar(1.0, turn * centre * column(k)));
    };
    std::complex<float> sum = 0;
    int low = begin, high = begin, n = 0; // even cells in [low, high)
    for (int k = 0; k < n_cells; ++k) {
        for (; high < n_cells && high <= k + width; high += 2) {
            sum += column(high) ? at(high) : 0;
            n += column(high) != 0;
        }
        for (; low < k - width; low += 2) {
            sum -= column(low) ? at(low) : 0;
            n -= column(low) != 0;
        }
        const auto back = std::polar(1.0, turn * (window() - centre) * column(k));
        channel[k] = n > 0 ? sum / float(n) * std::complex<float>(back) : 0;
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr
