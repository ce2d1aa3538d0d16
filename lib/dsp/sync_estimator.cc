/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "dot_product.h"
#include <gnuradio/isac/dsp/preamble.h>
#include <gnuradio/isac/dsp/sync_estimator.h>
#include <algorithm>
#include <array>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

using cf = std::complex<float>;

bool is_sample(cf x) { return std::abs(x.real()) + std::abs(x.imag()) < 1e15f; }

} // namespace

sync_estimator::sync_estimator(const waveform& w)
    : d_waveform(w),
      d_half_len(w.fft_len() / 2),
      d_region(9 * d_half_len),
      d_template(2 * d_half_len),
      d_fft(d_half_len, direction::FORWARD),
      d_ifft(d_half_len, direction::INVERSE),
      d_channel(w)
{
    const auto row = sync_row(w);
    const int dc = w.n_subcarriers() / 2;
    d_first_column = -(dc / 2);
    for (int k = dc % 2; k < w.n_subcarriers(); k += 2) {
        d_sequence.push_back(std::conj(row[k]) * 0.5f); // |x|^2 is 2; 0 at DC
    }
}

void sync_estimator::load(span<const cf> samples, std::int64_t first, cf offset)
{
    const std::int64_t n = d_region.size(), size = samples.size();
    const auto from = std::clamp<std::int64_t>(first, 0, size);
    const auto to = std::clamp<std::int64_t>(first + n, 0, size);
    std::fill(d_region.begin(), d_region.end(), 0);
    for (auto i = from; i < to; ++i) {
        d_region[i - first] =
            is_sample(samples[i]) ? samples[i] - offset : 0; // not known
    }
}

span<const cf> sync_estimator::fold()
{
    const auto in = d_fft.input();
    const cf* x = d_region.data() + before();
    for (int i = 0; i < d_half_len; ++i) {
        in[i] = x[i] + x[i + d_half_len] + x[i + 2 * d_half_len] + x[i + 3 * d_half_len];
    }
    return d_fft.run();
}

double sync_estimator::agreement(span<const cf> bins, int shift) const
{
    cf sum = 0, before = 0;
    float power = 0;
    int bin = (d_first_column + shift / 2) % d_half_len + d_half_len;
    for (const auto& x : d_sequence) {
        const cf h = bins[bin % d_half_len] * x;
        sum += std::conj(before) * h;
        power += std::norm(h);
        before = h;
        ++bin;
    }
    return power > 0 ? std::abs(sum) / power : 0;
}

sync_verdict sync_estimator::classify(span<const cf> bins,
                                      const sync_candidate& candidate,
                                      sync_estimate& e) const
{
    // A sequence that is not ours agrees like a random walk: the mean of n terms of
    // random phase exceeds four times its rms once in exp(16).
    const double enough = std::min(4 / std::sqrt(double(d_sequence.size())), 0.7);
    const auto search = [&](int reach) {
        double best = 0;
        for (int shift = -reach; shift <= reach; shift += 2) {
            const double quality = agreement(bins, shift);
            if (quality > best) {
                best = quality;
                e.cfo = candidate.cfo + shift;
            }
        }
        return best > enough;
    };
    if (search(MAX_CFO + 1)) {
        return std::abs(e.cfo) <= MAX_CFO + 0.5 ? sync_verdict::OURS
                                                : sync_verdict::CFO_TOO_BIG;
    }
    if (candidate.metric < std::max(0.3f, 20.7f / (3 * d_half_len))) {
        return sync_verdict::NOTHING; // may be noise
    }
    if (search(MAX_NAMED_CFO)) {
        return sync_verdict::CFO_TOO_BIG;
    }
    double power = 0, squares = 0;
    for (const auto& x : bins) {
        power += std::norm(x);
        squares += double(std::norm(x)) * std::norm(x);
    }
    // The share of the bins that are in use: a single tone is no preamble.
    const bool is_wide = power * power > 0.05 * d_half_len * squares;
    return is_wide ? sync_verdict::FOREIGN : sync_verdict::NOTHING;
}

int sync_estimator::make_template(span<const cf> bins, int shift)
{
    const auto in = d_ifft.input();
    const auto wrap = [this](int i) {
        return (i % d_half_len + d_half_len) % d_half_len;
    };
    const int n = static_cast<int>(d_sequence.size());
    std::fill(in.begin(), in.end(), 0);
    for (int i = 0; i < n; ++i) { // as received, without what noise adds elsewhere
        const int bin = wrap(d_first_column + shift / 2 + i);
        in[bin] = d_sequence[i] == cf(0) ? cf(0) : bins[bin];
    }
    const auto periodic = d_ifft.run();
    std::copy(periodic.begin(), periodic.end(), d_template.begin());
    std::copy(periodic.begin(), periodic.end(), d_template.begin() + d_half_len);

    std::fill(in.begin(), in.end(), 0);
    for (int i = 0; i < n; ++i) {
        in[wrap(d_first_column + i)] =
            bins[wrap(d_first_column + shift / 2 + i)] * d_sequence[i];
    }
    const auto response = d_ifft.run();
    int strongest = 0;
    for (int i = 0; i < d_half_len; ++i) {
        strongest =
            std::norm(response[i]) > std::norm(response[strongest]) ? i : strongest;
    }
    return strongest;
}

cf sync_estimator::correlate(int at) const
{
    if (at < 0 || at + d_half_len > static_cast<int>(d_region.size())) {
        return 0;
    }
    return dot_product(
        d_template.data() + at % d_half_len, d_region.data() + at, d_half_len);
}

double sync_estimator::likeness(int at) const
{
    // By its energy: a frame 60 dB stronger may stand next to this one.
    const auto c = correlate(at);
    if (c == cf(0)) {
        return 0;
    }
    const auto energy =
        dot_product(d_region.data() + at, d_region.data() + at, d_half_len);
    return std::norm(c) / energy.real();
}

int sync_estimator::align(int strongest) const
{
    // Modulo half a symbol the start is known. Four full halves and something else behind
    // them tell the rest; before them stands the prefix, which is as good as a half.
    const int nearest =
        before() + strongest - (strongest > d_half_len / 2 ? d_half_len : 0);
    double best = -1e300;
    int start = nearest;
    for (int shift = -1; shift <= 1; ++shift) {
        const int at = nearest + shift * d_half_len;
        double score = -likeness(at + 4 * d_half_len);
        for (int q = 0; q < 4; ++q) {
            score += likeness(at + q * d_half_len);
        }
        if (score > best) {
            best = score;
            start = at;
        }
    }
    return start;
}

std::optional<double> sync_estimator::residual_cfo(int at) const
{
    // Least squares over four phases: weights -3/2, -1/2, 1/2, 3/2 over their squares, 5.
    std::array<cf, 4> halves;
    cf sum = 0;
    float weakest = INFINITY, strongest = 0;
    for (int q = 0; q < 4; ++q) {
        halves[q] = correlate(at + q * d_half_len);
        sum += halves[q];
        weakest = std::min(weakest, std::abs(halves[q]));
        strongest = std::max(strongest, std::abs(halves[q]));
    }
    if (!(weakest > 0.4f * strongest)) {
        return std::nullopt; // begins or ends here, and is not the whole of it
    }
    double slope = 0;
    for (int q = 0; q < 4; ++q) {
        slope += (q - 1.5) / 5 * std::arg(halves[q] * std::conj(sum));
    }
    return slope / M_PI;
}

sync_verdict sync_estimator::estimate(span<const cf> samples,
                                      std::int64_t first,
                                      const sync_candidate& candidate,
                                      sync_estimate& e)
{
    const int n = d_waveform.fft_len(), cp_len = d_waveform.cp_len();
    e.origin = candidate.position - before();
    load(samples, e.origin - first, 0);
    e.offset = d_offset.measure(
        { d_region.data() + before(), std::size_t(4 * d_half_len) }, candidate.cfo);
    if (e.offset != cf(0)) {
        load(samples, e.origin - first, e.offset);
    }
    d_rotator.set(-candidate.cfo / n);
    d_rotator.rotate(d_region, d_region);
    const auto bins = fold();
    const auto verdict = classify(bins, candidate, e);
    if (verdict != sync_verdict::OURS) {
        return verdict;
    }
    const int shift = static_cast<int>(std::lround(e.cfo - candidate.cfo));
    const int start = align(make_template(bins, shift));
    const int window = std::max(0, start - cp_len); // has prefix before and behind
    const auto residual = residual_cfo(window);
    if (!residual) {
        return sync_verdict::NOTHING;
    }
    d_offset.keep();
    e.cfo += *residual;
    d_rotator.set(-(e.cfo - candidate.cfo) / n);
    d_rotator.rotate(d_region, d_region);
    d_channel.measure({ d_region.data() + window, std::size_t(2 * n) });

    const auto header = e.origin + window + 2 * n;
    e.arrival = static_cast<double>(header) + d_channel.arrival();
    e.window = header + d_channel.window();
    e.noise_var = d_channel.noise_var();
    e.snr = d_channel.snr();
    return verdict;
}

} // namespace dsp
} // namespace isac
} // namespace gr
