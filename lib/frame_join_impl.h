/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_FRAME_JOIN_IMPL_H
#define INCLUDED_ISAC_FRAME_JOIN_IMPL_H

#include "frame_pairs.h"
#include <gnuradio/isac/frame_join.h>

namespace gr {
namespace isac {

class frame_join_impl : public frame_join
{
public:
    explicit frame_join_impl(const isac::waveform& waveform);

    std::uint64_t paired() const override { return d_pairs.n_paired(); }
    std::uint64_t unpaired_sent() const override { return d_pairs.n_dropped(0); }
    std::uint64_t unpaired_received() const override { return d_pairs.n_dropped(1); }
    std::uint64_t incomplete() const override { return d_pairs.n_incomplete(); }

    void forecast(int noutput_items, gr_vector_int& ninput_items_required) override;

    int general_work(int noutput_items,
                     gr_vector_int& ninput_items,
                     gr_vector_const_void_star& input_items,
                     gr_vector_void_star& output_items) override;

private:
    void wait_for_partner();

    static constexpr int PATIENCE_MS = 500;

    const int d_n_symbols;
    const std::size_t d_row_len;
    frame_pairs d_pairs;
    std::vector<gr::tag_t> d_tags;
    int d_waited_ms = 0; // with a full queue and nothing received
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_FRAME_JOIN_IMPL_H */
