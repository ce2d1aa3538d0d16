/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_BAD_MAPS_H
#define INCLUDED_ISAC_BAD_MAPS_H

#include <gnuradio/logger.h>
#include <atomic>
#include <cstdint>

namespace gr {
namespace isac {

/// Counts maps that were not finite, and says so once. Any thread may read the count.
class bad_maps
{
public:
    void add(int n_cells, const gr::logger_ptr& logger)
    {
        if (n_cells > 0 && d_n++ == 0) {
            logger->warn(
                "took {} cells of a map that are not finite as 0; no more warnings",
                n_cells);
        }
    }

    std::uint64_t n() const { return d_n; }

private:
    std::atomic<std::uint64_t> d_n{ 0 };
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_BAD_MAPS_H */
