/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

// The first half of range_doppler: from rows to the profiles of their ranges.

#include "map_kernels.h"
#include "require.h"
#include "symbol_filter.h"
#include <gnuradio/isac/dsp/range_doppler.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

void range_doppler::range_profiles(span<const std::complex<float>> tx,
                                   span<const std::complex<float>> rx,
                                   presence frames)
{
    const std::size_t grid_len = static_cast<std::size_t>(d_n_symbols) * d_n_subcarriers;
    require_len("tx", tx.size(), d_geometry.coherent_frames() * grid_len);
    require_len("rx", rx.size(), tx.size());
    for (int frame = 0; frame < d_geometry.coherent_frames(); ++frame) {
        const int first = frame * d_n_symbols;
        if (!(frames >> frame & 1)) {
            const auto from =
                d_profiles.begin() + static_cast<std::size_t>(first) * d_stride;
            std::fill_n(from, static_cast<std::size_t>(d_n_symbols) * d_stride, 0.0f);
            continue;
        }
        const auto sent = tx.subspan(frame * grid_len, grid_len);
        const auto received = rx.subspan(frame * grid_len, grid_len);
        d_filter->measure(sent, received);
        for (int m = 0; m < d_n_symbols; ++m) {
            const std::size_t at = static_cast<std::size_t>(m) * d_n_subcarriers;
            if (m + 1 < d_n_symbols) {
                prefetch(sent.data() + at + d_n_subcarriers, d_n_subcarriers);
                prefetch(received.data() + at + d_n_subcarriers, d_n_subcarriers);
            }
            profile(sent.data() + at, received.data() + at, first + m);
        }
    }
}

void range_doppler::profile(const std::complex<float>* x,
                            const std::complex<float>* y,
                            int row)
{
    // The transform counts from the middle: what comes before it wraps to the end, and
    // the padding lies between.
    const int n_below = d_n_subcarriers / 2, n_above = d_n_subcarriers - n_below;
    const auto* window = d_range_window.data();
    const float scale = d_velocity_window[row];
    auto* below = d_row.data() + d_row.size() - n_below;
    d_filter->begin_row(x);
    d_filter->apply(x, y, window, scale, n_below, n_above, d_row.data());
    d_filter->apply(x, y, window, scale, 0, n_below, below);
    d_over_subcarriers.execute_unscaled(d_row.data(), d_profile.data());

    auto* to = d_profiles.data() + static_cast<std::size_t>(row) * d_stride;
    // What is not finite in one cell is in all of its profile.
    if (std::isfinite(d_profile[0].real()) && std::isfinite(d_profile[0].imag())) {
        std::copy_n(d_profile.begin(), d_geometry.n_ranges(), to);
    } else {
        std::fill_n(to, d_geometry.n_ranges(), 0.0f);
        ++d_bad_rows;
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr
