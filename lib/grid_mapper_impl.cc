/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "buffer.h"
#include "grid_mapper_impl.h"
#include <gnuradio/io_signature.h>

namespace gr {
namespace isac {

grid_mapper::sptr grid_mapper::make(const isac::waveform& waveform)
{
    return gnuradio::make_block_sptr<grid_mapper_impl>(waveform);
}

grid_mapper_impl::grid_mapper_impl(const isac::waveform& waveform)
    : gr::sync_block(
          "grid_mapper",
          io_signature::make(1, 1, sizeof(gr_complex) * waveform.n_data()),
          io_signature::make(1, 1, sizeof(gr_complex) * waveform.n_subcarriers())),
      d_data_len(waveform.n_data()),
      d_row_len(waveform.n_subcarriers()),
      d_mapper(waveform)
{
    set_min_output_buffer(0, buffer_items(sizeof(gr_complex) * waveform.n_subcarriers()));
}

int grid_mapper_impl::work(int noutput_items,
                           gr_vector_const_void_star& input_items,
                           gr_vector_void_star& output_items)
{
    const auto* data = static_cast<const gr_complex*>(input_items[0]);
    auto* rows = static_cast<gr_complex*>(output_items[0]);
    const std::size_t data_len = d_data_len, row_len = d_row_len;

    for (int i = 0; i < noutput_items; ++i) {
        d_mapper.map({ data + i * data_len, data_len }, { rows + i * row_len, row_len });
    }
    return noutput_items;
}

} // namespace isac
} // namespace gr
