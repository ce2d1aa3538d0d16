/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/frame_clock.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

std::int64_t frame_clock::take(double arrival, std::uint32_t number)
{
    constexpr std::uint32_t MAX_MISSED = 16; // more, and the clock may have changed
    std::int64_t lost = 0;
    if (d_n > 0) {
        const auto& last = d_frames[d_n - 1];
        const std::uint32_t n = number - last.number;
        const double sent = double(n) * d_frame_len;
        const double late = arrival - last.arrival - sent * (1 + d_offset);
        // The first slope is not known yet; a known one moves by what noise does to it.
        const double tolerance = 2 + sent * (d_n < 3 ? MAX_OFFSET : MAX_OFFSET / 10);
        if (n == 0 || n > MAX_MISSED || std::abs(late) > tolerance) {
            lost = n > 0 && n <= MAX_MISSED && late < 0 ? std::llround(-late) : 0;
            d_n = 0;
        }
    }
    if (d_n == DEPTH) {
        std::copy(d_frames.begin() + 1, d_frames.end(), d_frames.begin());
        --d_n;
    }
    d_frames[d_n++] = { arrival, number };
    if (d_n > 1) {
        const auto& oldest = d_frames.front();
        const double sent = double(number - oldest.number) * d_frame_len;
        d_offset =
            std::clamp((arrival - oldest.arrival) / sent - 1, -MAX_OFFSET, MAX_OFFSET);
    }
    return lost;
}

} // namespace dsp
} // namespace isac
} // namespace gr
