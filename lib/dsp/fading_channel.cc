/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fading_profile.h"
#include "require.h"
#include "simd.h"
#include <gnuradio/isac/dsp/fading_channel.h>
#include <gnuradio/isac/dsp/fractional_delay.h>
#include <algorithm>
#include <cmath>
#include <cstring>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int MAX_TILE = 256;  // samples
constexpr int CHUNK = 1024;    // samples filtered at a time
constexpr int LANES = 16;      // outputs made together
constexpr double EXACT = 1e-4; // of a gain between two exact ones
constexpr double MAX_SPEED_MPS = 1e4;

/// Samples over which a gain is a straight line but for EXACT of it.
int tile_len(double doppler_hz, double rate_hz)
{
    const double len = std::sqrt(8 * EXACT) * rate_hz / (2 * M_PI * doppler_hz);
    return doppler_hz > 0 ? static_cast<int>(std::clamp(len, 1.0, 1.0 * MAX_TILE))
                          : MAX_TILE;
}

// A plain array would be kept in memory; this is two or four registers everywhere.
typedef float lanes __attribute__((vector_size(LANES / 2 * sizeof(float))));

/// LANES outputs of a complex filter whose taps move in a straight line. All lanes do the
/// same whatever stands in them, so that the cut of a stream leaves no trace.
ISAC_SIMD void filter_lanes(const float* re,
                            const float* im,
                            const float* taps,
                            int len,
                            float position,
                            float* out_re,
                            float* out_im)
{
    for (int half = 0; half < LANES; half += LANES / 2) {
        lanes a_re = {}, a_im = {}, b_re = {}, b_im = {}, u;
        for (int j = 0; j < len; ++j) {
            lanes x_re, x_im;
            std::memcpy(&x_re, re + half + j, sizeof(lanes));
            std::memcpy(&x_im, im + half + j, sizeof(lanes));
            const float* t = taps + 4 * j;
            a_re += x_re * t[0] - x_im * t[1];
            a_im += x_re * t[1] + x_im * t[0];
            b_re += x_re * t[2] - x_im * t[3];
            b_im += x_re * t[3] + x_im * t[2];
        }
        for (int i = 0; i < LANES / 2; ++i) {
            u[i] = position + static_cast<float>(half + i);
        }
        a_re += u * b_re;
        a_im += u * b_im;
        std::memcpy(out_re + half, &a_re, sizeof(lanes));
        std::memcpy(out_im + half, &a_im, sizeof(lanes));
    }
}

} // namespace

fading_channel::fading_channel(const isac::waveform& w,
                               fading_profile profile,
                               double delay_spread_s,
                               double speed_mps,
                               std::uint64_t seed)
    : d_waveform(w),
      d_is_constant(profile == fading_profile::NONE),
      d_moves(!d_is_constant && speed_mps > 0),
      d_tile_len(tile_len(speed_mps / w.wavelength_m(), w.sample_rate_hz())),
      d_gains(fading_paths(profile).size(),
              speed_mps / w.wavelength_m(),
              d_tile_len / w.sample_rate_hz(),
              seed)
{
    require(speed_mps >= 0 && speed_mps <= MAX_SPEED_MPS,
            "fading",
            "speed_mps",
            speed_mps,
            "it must be in [0, 10000]");
    const double longest_s = w.fft_len() / w.sample_rate_hz();
    double total = 0;
    for (const auto& p : fading_paths(profile)) {
        std::ostringstream rule;
        rule << "its path at " << p.delay << " times as much must come within "
             << longest_s << " s";
        require(delay_spread_s >= 0 && p.delay * delay_spread_s <= longest_s,
                "fading",
                "delay_spread_s",
                delay_spread_s,
                rule.str());
        const double power = std::pow(10.0, p.power_db / 10);
        total += power;
        d_taps.push_back({ p.delay * delay_spread_s, power, 0, {} });
    }
    for (auto& t : d_taps) {
        t.power /= total;
    }
    measure_impulses();
    d_end_re.resize(d_len);
    d_end_im.resize(d_len);
    d_filter.resize(4 * d_len);
    d_past_re.resize(d_len - 1 + CHUNK + LANES);
    d_past_im.resize(d_len - 1 + CHUNK + LANES);
    restart();
}

/// What fractional_delay makes of one sample, for the delay of every tap.
void fading_channel::measure_impulses()
{
    const fractional_delay delay(0.5 * d_waveform.n_subcarriers() / d_waveform.fft_len());
    std::vector<float> impulse(4 * RESPONSE), nothing(4 * RESPONSE), unused(RESPONSE);
    constexpr int AT = 2 * RESPONSE, BEFORE = RESPONSE / 2 - 1; // samples of its response
    impulse[AT] = 1;
    for (auto& t : d_taps) {
        const double samples = LEAD + t.delay_s * d_waveform.sample_rate_hz();
        const double whole = std::floor(samples);
        std::fill(std::begin(t.impulse), std::end(t.impulse), 0.0f);
        delay.add(&impulse[AT - BEFORE],
                  &nothing[AT - BEFORE],
                  samples - whole,
                  {},
                  t.impulse,
                  unused.data(),
                  RESPONSE);
        t.first = static_cast<int>(whole) - BEFORE;
        d_len = std::max(d_len, t.first + RESPONSE);
    }
}

void fading_channel::reseed(std::uint64_t seed)
{
    d_gains.reseed(seed);
    restart();
}

void fading_channel::restart()
{
    d_gains.restart();
    std::fill(d_past_re.begin(), d_past_re.end(), 0.0f);
    std::fill(d_past_im.begin(), d_past_im.end(), 0.0f);
    mix_taps();
    next_tile();
}

std::complex<double> fading_channel::gain(int tap, double time_s) const
{
    return d_is_constant ? 1 : d_gains.at(tap, time_s) * std::sqrt(d_taps[tap].power);
}

void fading_channel::response(double time_s, span<std::complex<float>> row) const
{
    require_len("row", row.size(), d_waveform.n_subcarriers());
    const int half = d_waveform.n_subcarriers() / 2;
    std::vector<std::complex<double>> sum(row.size());
    for (int p = 0; p < n_taps(); ++p) {
        const double turns = -delay_s(p) * d_waveform.params().subcarrier_spacing_hz;
        const auto g = gain(p, time_s);
        for (int k = 0; k < 2 * half; ++k) {
            sum[k] += g * std::polar(1.0, 2 * M_PI * turns * (k - half));
        }
    }
    std::copy(sum.begin(), sum.end(), row.begin());
}

/// The impulse response, backwards, of the gains as they are now.
void fading_channel::mix_taps()
{
    std::fill(d_end_re.begin(), d_end_re.end(), 0.0f);
    std::fill(d_end_im.begin(), d_end_im.end(), 0.0f);
    for (int p = 0; p < n_taps(); ++p) {
        const auto& t = d_taps[p];
        const auto g = d_is_constant ? 1.0 : std::sqrt(t.power) * d_gains.now(p);
        const auto re = static_cast<float>(g.real()), im = static_cast<float>(g.imag());
        const int last = d_len - 1 - t.first;
        for (int k = 0; k < RESPONSE; ++k) {
            d_end_re[last - k] += re * t.impulse[k];
            d_end_im[last - k] += im * t.impulse[k];
        }
    }
}

/// Where the last tile ended the next one begins.
void fading_channel::next_tile()
{
    d_in_tile = 0;
    for (int k = 0; k < d_len; ++k) {
        d_filter[4 * k] = d_end_re[k];
        d_filter[4 * k + 1] = d_end_im[k];
    }
    if (d_moves) {
        d_gains.advance();
        mix_taps();
    }
    const float per_sample = 1.0f / static_cast<float>(d_tile_len);
    for (int k = 0; k < d_len; ++k) {
        d_filter[4 * k + 2] = (d_end_re[k] - d_filter[4 * k]) * per_sample;
        d_filter[4 * k + 3] = (d_end_im[k] - d_filter[4 * k + 1]) * per_sample;
    }
}

void fading_channel::filter(
    const float* re, const float* im, float* out_re, float* out_im, int n)
{
    for (int at = 0; at < n;) {
        if (d_in_tile == d_tile_len) {
            next_tile();
        }
        const int len = std::min({ LANES, n - at, d_tile_len - d_in_tile });
        float y_re[LANES], y_im[LANES];
        const float position = static_cast<float>(d_in_tile);
        filter_lanes(re + at, im + at, d_filter.data(), d_len, position, y_re, y_im);
        std::copy_n(y_re, len, out_re + at);
        std::copy_n(y_im, len, out_im + at);
        at += len;
        d_in_tile += len;
    }
}

void fading_channel::apply(float* re, float* im, int n)
{
    const int past = d_len - 1;
    for (int at = 0; at < n; at += CHUNK) {
        const int len = std::min(CHUNK, n - at);
        std::copy_n(re + at, len, d_past_re.begin() + past);
        std::copy_n(im + at, len, d_past_im.begin() + past);
        filter(d_past_re.data(), d_past_im.data(), re + at, im + at, len);
        std::copy_n(d_past_re.begin() + len, past, d_past_re.begin());
        std::copy_n(d_past_im.begin() + len, past, d_past_im.begin());
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr
