/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_FRAME_SYNC_IMPL_H
#define INCLUDED_ISAC_FRAME_SYNC_IMPL_H

#include "frame_tracker.h"
#include <gnuradio/isac/frame_sync.h>

namespace gr {
namespace isac {

class frame_sync_impl : public frame_sync
{
public:
    explicit frame_sync_impl(const isac::waveform& waveform);

    void forecast(int noutput_items, gr_vector_int& ninput_items_required) override;

    int general_work(int noutput_items,
                     gr_vector_int& ninput_items,
                     gr_vector_const_void_star& input_items,
                     gr_vector_void_star& output_items) override;

private:
    bool make_row(gr_complex* out, int at);

    const int d_symbol_len;
    frame_tracker d_tracker;
    int d_n_missing = 0; // rows still to be made up for
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_FRAME_SYNC_IMPL_H */
