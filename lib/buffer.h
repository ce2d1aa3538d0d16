/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_BUFFER_H
#define INCLUDED_ISAC_BUFFER_H

#include <algorithm>
#include <cstddef>

namespace gr {
namespace isac {

/*! Items of an output buffer of 256 KiB, at least four. A work call costs about 10 us
 *  whatever it does; the default of 32 KiB would make that the price of 4096 samples. */
constexpr long buffer_items(std::size_t item_size)
{
    return std::max(4L, static_cast<long>((256 * 1024) / item_size));
}

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_BUFFER_H */
