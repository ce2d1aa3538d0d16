/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "block_sums.h"
#include <gnuradio/isac/dsp/sync_detector.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr float MAX_ENERGY = 1e30f; // of a block that still means something

int choose_block_len(int half_len)
{
    int len = 64;
    while (len > 1 && (half_len % len || len > half_len / 8)) {
        len /= 2;
    }
    return len;
}

} // namespace

sync_detector::sync_detector(const waveform& w)
    : d_half_len(w.fft_len() / 2),
      d_block_len(choose_block_len(d_half_len)),
      // The slope before the plateau of the prefixes is as long as the window; over half
      // a symbol of it the metric rises by more than noise bends it back.
      d_hold(d_half_len + 2 * w.cp_len()),
      d_n_window(4 * d_half_len / d_block_len),
      d_threshold(5.8f / (3 * d_half_len)), // one in exp(5.8) = 330
      d_ring(d_n_window)
{
    restart(0);
}

void sync_detector::restart(std::int64_t at)
{
    // The first block needs half a symbol before it.
    d_started = at;
    d_scanned = at + d_half_len;
    std::fill(d_ring.begin(), d_ring.end(), sums());
    d_at = 0;
    d_window = {};
    d_best.metric = 0;
}

void sync_detector::set_floor(float metric) { d_floor = metric; }

void sync_detector::take_block(const float* block)
{
    sums s;
    // One bad sample must not poison the sums of all that follow.
    if (std::abs(block[0]) + std::abs(block[1]) + block[2] < MAX_ENERGY) {
        s = { block[0], block[1], block[2], block[3], block[4] };
    } else {
        d_n_bad += d_block_len;
    }
    const sums& out = d_ring[d_at];
    // The lag leaves three halves of the four with a product inside.
    const int leaving = d_at + d_n_window / 4;
    const sums& lagged = d_ring[leaving < d_n_window ? leaving : leaving - d_n_window];
    d_window.correlation_re += s.correlation_re - lagged.correlation_re;
    d_window.correlation_im += s.correlation_im - lagged.correlation_im;
    d_window.energy += s.energy - out.energy;
    d_window.re += s.re - out.re;
    d_window.im += s.im - out.im;
    d_ring[d_at] = s;
    d_scanned += d_block_len;
    if (++d_at == d_n_window) {
        d_at = 0;
        recount();
    }
}

void sync_detector::recount()
{
    // What a loud burst left behind by rounding would drown a quiet one.
    d_window = {};
    for (int i = 0; i < d_n_window; ++i) {
        const auto& s = d_ring[i];
        if (i >= d_n_window / 4) {
            d_window.correlation_re += s.correlation_re;
            d_window.correlation_im += s.correlation_im;
        }
        d_window.energy += s.energy;
        d_window.re += s.re;
        d_window.im += s.im;
    }
}

float sync_detector::metric_of(const sums& w, int len, float at_least)
{
    const double mean = 0.75 / len * (w.re * w.re + w.im * w.im);
    const double re = w.correlation_re - mean, im = w.correlation_im;
    const double energy = 0.75 * w.energy - mean, square = energy * energy;
    const double correlation = re * re + im * im;
    // Nearly always this is all: a division for every block would take as long as its
    // sums. Below the smallest float power there is no signal, only rounding of the sums.
    if (!(correlation > at_least * square && energy > 1e-30 &&
          energy > 1e-6 * w.energy)) {
        return 0;
    }
    return static_cast<float>(correlation / square);
}

double sync_detector::offset_of(const sums& w, int len)
{
    const double mean = 0.75 * (w.re * w.re + w.im * w.im) / len;
    return std::atan2(w.correlation_im, w.correlation_re - mean) / M_PI;
}

std::optional<sync_candidate>
sync_detector::measure(span<const std::complex<float>> samples,
                       std::int64_t first,
                       std::int64_t position) const
{
    const int len = 4 * d_half_len;
    const auto size = static_cast<std::int64_t>(samples.size());
    if (position < first || position + len > first + size) {
        return std::nullopt;
    }
    const auto* x = samples.data() + (position - first);
    std::complex<double> correlation = 0, sum = 0;
    double energy = 0;
    for (int i = 0; i < len; ++i) {
        if (i >= d_half_len) {
            correlation += std::conj(x[i - d_half_len]) * x[i];
        }
        energy += std::norm(x[i]);
        sum += x[i];
    }
    const sums w{
        correlation.real(), correlation.imag(), energy, sum.real(), sum.imag()
    };
    const auto metric = metric_of(w, len, d_threshold);
    if (metric == 0) {
        return std::nullopt;
    }
    return sync_candidate{
        position, offset_of(w, len), metric, static_cast<float>(energy / len)
    };
}

std::optional<sync_candidate> sync_detector::scan(span<const std::complex<float>> samples,
                                                  std::int64_t first,
                                                  std::int64_t end)
{
    const int len = 4 * d_half_len;
    while (d_scanned + d_block_len <= end) {
        const auto n = static_cast<int>(
            std::min<std::int64_t>(CHUNK, (end - d_scanned) / d_block_len));
        const auto* x = samples.data() + (d_scanned - first);
        sum_blocks(x, d_half_len, d_block_len, n, d_blocks.data());
        for (int b = 0; b < n; ++b) {
            take_block(&d_blocks[8 * b]);
            if (d_scanned < d_started + len) {
                continue; // too few products would agree by chance
            }
            const float at_least = std::max({ d_threshold, d_floor, d_best.metric });
            if (const float metric = metric_of(d_window, len, at_least)) {
                d_best = { d_scanned - len,
                           offset_of(d_window, len),
                           metric,
                           static_cast<float>(d_window.energy / len) };
            }
            if (d_best.metric > 0 && d_scanned > d_best.position + len + d_hold) {
                return take_pending();
            }
        }
    }
    return std::nullopt;
}

std::optional<sync_candidate> sync_detector::take_pending()
{
    if (d_best.metric == 0) {
        return std::nullopt;
    }
    const auto found = d_best;
    d_best.metric = 0;
    return found;
}

} // namespace dsp
} // namespace isac
} // namespace gr
