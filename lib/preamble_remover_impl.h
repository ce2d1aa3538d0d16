/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_PREAMBLE_REMOVER_IMPL_H
#define INCLUDED_ISAC_PREAMBLE_REMOVER_IMPL_H

#include <gnuradio/isac/preamble_remover.h>

namespace gr {
namespace isac {

class preamble_remover_impl : public preamble_remover
{
public:
    explicit preamble_remover_impl(const isac::waveform& waveform);

    void forecast(int noutput_items, gr_vector_int& ninput_items_required) override;

    int general_work(int noutput_items,
                     gr_vector_int& ninput_items,
                     gr_vector_const_void_star& input_items,
                     gr_vector_void_star& output_items) override;

private:
    /// Samples until the next frame tag, at most n; takes up a tag on the first one.
    int until_tag(int n);

    const int d_frame_len, d_preamble_len;
    pmt::pmt_t d_meta;         // of this frame, or PMT_NIL
    int d_at = 0;              // input samples of this frame so far
    int d_missing = 0;         // samples of a cut frame still to be filled up
    std::uint64_t d_taken = 0; // tags up to this offset are done with
    std::vector<gr::tag_t> d_tags;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_PREAMBLE_REMOVER_IMPL_H */
