/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_BUFFER_H
#define INCLUDED_ISAC_BUFFER_H

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <numeric>

namespace gr {
namespace isac {

/*! Items of an output buffer of 256 KiB or, if that is more, of four items. A work call
 *  costs about 10 us whatever it does; the default of 32 KiB would make that the price of
 *  4096 samples. GNU Radio rounds a buffer up to whole pages of whole items and warns
 * when it does: asking for what it will be keeps it quiet. */
constexpr long buffer_items(std::size_t item_size)
{
    constexpr std::size_t page_len = 4096;
    const auto wanted = std::max(std::size_t(4), 256 * 1024 / item_size);
    const auto unit = page_len / std::gcd(item_size, page_len);
    return static_cast<long>((wanted + unit - 1) / unit * unit);
}

/*! Samples between transmitter and channel: two milliseconds, but from 256 to 512 KiB.
 *  Each time the buffer has run empty both threads wake, which costs as much as a row of
 *  1024 points; a slow link has that time, and what is in the buffer is a PDU's delay. */
inline long sample_buffer_items(double sample_rate_hz)
{
    constexpr long least = buffer_items(sizeof(std::complex<float>)), page_items = 512;
    const double wanted = std::min(2e-3 * sample_rate_hz, 2.0 * least);
    const long pages = static_cast<long>(std::ceil(wanted / page_items));
    return std::max(least, pages * page_items);
}

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_BUFFER_H */
