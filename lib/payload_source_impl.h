/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_PAYLOAD_SOURCE_IMPL_H
#define INCLUDED_ISAC_PAYLOAD_SOURCE_IMPL_H

#include "payload_input.h"
#include <gnuradio/isac/payload_source.h>

namespace gr {
namespace isac {

class payload_source_impl : public payload_source
{
public:
    payload_source_impl(const isac::waveform& waveform,
                        const std::string& payload,
                        bool repeat,
                        int n_frames,
                        bool idle,
                        int queue_len);

    std::uint64_t malformed() const override { return d_input.malformed(); }
    std::uint64_t dropped() const override { return d_input.dropped(); }

    int work(int noutput_items,
             gr_vector_const_void_star& input_items,
             gr_vector_void_star& output_items) override;

private:
    int wait_for_room();

    const std::size_t d_payload_len;
    payload_input d_input;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_PAYLOAD_SOURCE_IMPL_H */
