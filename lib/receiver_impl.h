/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_RECEIVER_IMPL_H
#define INCLUDED_ISAC_RECEIVER_IMPL_H

#include "frame_receiver.h"
#include <gnuradio/isac/receiver.h>

namespace gr {
namespace isac {

class receiver_impl : public receiver
{
public:
    receiver_impl(const isac::waveform& waveform,
                  isac::interpolation method,
                  double max_speed_mps);

    std::uint64_t frames() const override { return d_frames.result().frames(); }
    std::uint64_t crc_errors() const override { return d_frames.result().crc_errors(); }
    std::uint64_t lost_pdus() const override { return d_frames.result().lost_pdus(); }

    void forecast(int noutput_items, gr_vector_int& ninput_items_required) override;

    int general_work(int noutput_items,
                     gr_vector_int& ninput_items,
                     gr_vector_const_void_star& input_items,
                     gr_vector_void_star& output_items) override;

private:
    const isac::waveform d_waveform;
    frame_receiver d_frames;
    bool d_is_full = false; // the output was
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_RECEIVER_IMPL_H */
