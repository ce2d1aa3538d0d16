/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_INPUT_END_H
#define INCLUDED_ISAC_INPUT_END_H

#include <gnuradio/block_detail.h>
#include <gnuradio/buffer_reader.h>

namespace gr {
namespace isac {

// GNU Radio drops what a block still holds when its input ends, unless the block asks.

/// No input of the block will get more items than it has.
inline bool has_input_ended(gr::block_detail& detail)
{
    for (int port = 0; port < detail.ninputs(); ++port) {
        if (!detail.input(port)->done()) {
            return false;
        }
    }
    return true;
}

/// Nothing will follow the items of this call, which may have been counted before the
/// end.
inline bool is_last_input(gr::block_detail& detail, const gr_vector_int& ninput_items)
{
    for (int port = 0; port < detail.ninputs(); ++port) {
        const auto input = detail.input(port);
        if (!input->done() || input->items_available() > ninput_items[port]) {
            return false;
        }
    }
    return true;
}

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_INPUT_END_H */
