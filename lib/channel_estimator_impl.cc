/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "buffer.h"
#include "channel_estimator_impl.h"
#include <gnuradio/io_signature.h>

namespace gr {
namespace isac {

channel_estimator::sptr channel_estimator::make(const isac::waveform& waveform,
                                                isac::interpolation method)
{
    return gnuradio::make_block_sptr<channel_estimator_impl>(waveform, method);
}

channel_estimator_impl::channel_estimator_impl(const isac::waveform& waveform,
                                               isac::interpolation method)
    : gr::sync_block(
          "channel_estimator",
          io_signature::make(1, 1, sizeof(gr_complex) * waveform.n_subcarriers()),
          io_signature::make(1, 1, sizeof(gr_complex) * waveform.n_subcarriers())),
      d_row_len(waveform.n_subcarriers()),
      d_estimator(waveform, method)
{
    set_min_output_buffer(0, buffer_items(sizeof(gr_complex) * waveform.n_subcarriers()));
}

int channel_estimator_impl::work(int noutput_items,
                                 gr_vector_const_void_star& input_items,
                                 gr_vector_void_star& output_items)
{
    const auto* rows = static_cast<const gr_complex*>(input_items[0]);
    auto* channel = static_cast<gr_complex*>(output_items[0]);
    const std::size_t n = d_row_len;

    for (int i = 0; i < noutput_items; ++i) {
        d_estimator.estimate({ rows + i * n, n }, { channel + i * n, n });
    }
    return noutput_items;
}

} // namespace isac
} // namespace gr
