/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "frame_queue.h"
#include <gnuradio/isac/frame_meta.h>
#include <algorithm>

namespace gr {
namespace isac {

frame_queue::frame_queue(int n_symbols, int row_len, std::size_t depth)
    : d_n_symbols(n_symbols),
      d_row_len(row_len),
      d_depth(depth),
      d_frame_len(static_cast<std::size_t>(n_symbols) * row_len),
      d_storage(new float[2 * depth * d_frame_len]),
      d_dicts(depth)
{
}

int frame_queue::take(const gr_complex* rows,
                      int n,
                      const std::vector<gr::tag_t>& tags,
                      std::uint64_t first)
{
    auto tag = tags.begin();
    int taken = 0;
    while (taken < n && !is_full()) {
        for (; tag != tags.end() && tag->offset <= first + taken; ++tag) {
            start(tag->value);
        }
        const int end = tag == tags.end() ? n : static_cast<int>(tag->offset - first);
        taken += push(rows + static_cast<std::size_t>(taken) * d_row_len, end - taken);
    }
    return taken;
}

/// What there is of an unfinished frame is dropped.
void frame_queue::start(const pmt::pmt_t& dict)
{
    d_n_incomplete += d_n_rows > 0;
    d_n_rows = 0;
    d_dicts[(d_first + d_n_frames) % d_depth] = dict;
}

/// Takes rows of the current frame, up to its end.
int frame_queue::push(const gr_complex* rows, int n)
{
    const std::size_t last = (d_first + d_n_frames) % d_depth;
    const int taken = std::min(n, d_n_symbols - d_n_rows);
    std::copy_n(rows,
                static_cast<std::size_t>(taken) * d_row_len,
                slot(last) + static_cast<std::size_t>(d_n_rows) * d_row_len);
    d_n_rows += taken;
    if (d_n_rows == d_n_symbols) {
        d_n_rows = 0;
        ++d_n_frames;
        if (!is_full()) {
            d_dicts[(last + 1) % d_depth] = nullptr;
        }
    }
    return taken;
}

std::optional<std::uint64_t> frame_queue::number() const
{
    if (!d_dicts[d_first] || !pmt::is_dict(d_dicts[d_first])) {
        return std::nullopt;
    }
    const auto number = pmt::dict_ref(d_dicts[d_first], meta::NUMBER, pmt::PMT_NIL);
    return pmt::is_uint64(number) || pmt::is_integer(number)
               ? std::optional<std::uint64_t>(pmt::to_uint64(number))
               : std::nullopt;
}

void frame_queue::pop()
{
    d_dicts[d_first] = nullptr;
    d_first = (d_first + 1) % d_depth;
    --d_n_frames;
}

} // namespace isac
} // namespace gr
