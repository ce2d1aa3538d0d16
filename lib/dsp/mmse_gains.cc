/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "mmse_kernels.h"
#include "pilot_kernels.h"
#include <gnuradio/isac/dsp/mmse_gains.h>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int N = mmse_gains::LANES;

// What straight lines may add to the error that the noise leaves, in their middle; and
// gains that stay the same all along the span, at its ends: means over the span are
// alike.
constexpr float LINE_ERROR = 0.02f, STILL_ERROR = 0.032f;

// Samples that the timing of a row may be off its line: the edge of the widest band turns
// by 1e-3 rad then, and leaves -60 dB behind.
constexpr double MOST_OFF = 3e-4;

/// The channel above DC, or below it.
gain_side side_of(const row_channel& c,
                  float share,
                  double delay,
                  float noise_var,
                  const mmse_gains::band& b,
                  bool is_below)
{
    const double step = -delay / b.fft_len;
    const int from_dc = is_below ? -b.half : 1, first = b.dc + from_dc;
    return { c.from_re + first,
             c.from_im + first,
             c.to_re + first,
             c.to_im + first,
             share,
             noise_var,
             angle_of(step * from_dc),
             angle_of(step),
             b.half };
}

const float* floats(const std::complex<float>* x)
{
    return reinterpret_cast<const float*>(x);
}

float* floats(std::complex<float>* x) { return reinterpret_cast<float*>(x); }

} // namespace

mmse_gains::mmse_gains(int fft_len, int n_cells, int n_used)
    : d_band{ fft_len, n_cells / 2, n_used / 2 },
      d_stride((d_band.half + N - 1) / N * N),
      d_row(2 * d_stride),
      d_from(2 * d_stride),
      d_to(2 * d_stride),
      d_middle(2 * d_stride)
{
}

/// \returns 1 minus the mean of the MMSE weights.
float mmse_gains::make(
    const row_channel& c, float share, double delay, float noise_var, gains& made) const
{
    float sum = 0;
    for (int i = 0; i < 2; ++i) {
        sum += make_gains(side_of(c, share, delay, noise_var, d_band, i == 1),
                          floats(made.data() + i * d_stride));
    }
    return noise_var * sum / (2 * d_band.half);
}

mmse_gains::shape mmse_gains::shape_of(const row_channel& c, float noise_var) const
{
    const double delay = 0.5 * (c.from_delay + c.to_delay);
    gain_deviation sum = {};
    for (int i = 0; i < 2; ++i) {
        compare_gains(side_of(c, 0.5f, delay, noise_var, d_band, i == 1),
                      floats(d_from.data() + i * d_stride),
                      floats(d_to.data() + i * d_stride),
                      &sum);
    }
    return !(sum.line <= LINE_ERROR * sum.noise)    ? shape::CURVED
           : !(sum.ends <= STILL_ERROR * sum.noise) ? shape::LINE
                                                    : shape::STILL;
}

void mmse_gains::begin_span(const row_channel& c, float noise_var)
{
    const bool goes_on = c.span == d_span + 1 && c.from_re == d_to_re &&
                         c.from_re != c.to_re && c.from_delay == d_to_delay;
    d_from.swap(d_to);
    d_from_missing = goes_on ? d_to_missing : make(c, 0, c.from_delay, noise_var, d_from);
    d_to_missing = make(c, 1, c.to_delay, noise_var, d_to);
    d_shape = shape_of(c, noise_var);
    if (d_shape == shape::STILL) {
        halve(floats(d_from.data()),
              floats(d_to.data()),
              4 * d_stride,
              floats(d_middle.data()));
    }
    d_span = c.span;
    d_to_re = c.to_re;
    d_to_delay = c.to_delay;
}

mmse_gains::view mmse_gains::of(const row_channel& c, float noise_var)
{
    if (c.span != d_span) {
        begin_span(c, noise_var);
    }
    const double on_line = c.from_delay + c.share * (c.to_delay - c.from_delay);
    if (d_shape == shape::CURVED || !(std::abs(c.rotation.delay - on_line) < MOST_OFF)) {
        const float missing = make(c, c.share, c.rotation.delay, noise_var, d_row);
        return view_of(d_row, nullptr, 0, missing);
    }
    const bool is_still = d_shape == shape::STILL;
    const float share = is_still ? 0.5f : c.share;
    const float missing = d_from_missing + share * (d_to_missing - d_from_missing);
    return is_still ? view_of(d_middle, nullptr, share, missing)
                    : view_of(d_from, &d_to, share, missing);
}

mmse_gains::view
mmse_gains::view_of(const gains& from, const gains* to, float share, float missing) const
{
    const auto *a = from.data(), *b = to ? to->data() : nullptr;
    return { { a, b }, { a + d_stride, b ? b + d_stride : nullptr }, share, missing };
}

} // namespace dsp
} // namespace isac
} // namespace gr
