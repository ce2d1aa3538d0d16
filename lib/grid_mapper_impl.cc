/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "buffer.h"
#include "grid_mapper_impl.h"
#include <gnuradio/io_signature.h>
#include <algorithm>

namespace gr {
namespace isac {

grid_mapper::sptr grid_mapper::make(const isac::waveform& waveform)
{
    return gnuradio::make_block_sptr<grid_mapper_impl>(waveform);
}

grid_mapper_impl::grid_mapper_impl(const isac::waveform& waveform)
    : gr::block("grid_mapper",
                io_signature::make(1, 1, sizeof(gr_complex) * waveform.n_dft()),
                io_signature::make(1, 1, sizeof(gr_complex) * waveform.n_subcarriers())),
      d_waveform(waveform),
      d_groups(waveform),
      d_mapper(waveform)
{
    set_relative_rate(d_groups.n_rows, d_groups.n_data_rows);
    set_output_multiple(d_groups.n_rows);
    set_min_output_buffer(
        0,
        std::max(buffer_items(sizeof(gr_complex) * waveform.n_subcarriers()),
                 2L * d_groups.n_rows));
}

void grid_mapper_impl::forecast(int noutput_items, gr_vector_int& ninput_items_required)
{
    ninput_items_required[0] = noutput_items / d_groups.n_rows * d_groups.n_data_rows;
}

int grid_mapper_impl::general_work(int noutput_items,
                                   gr_vector_int& ninput_items,
                                   gr_vector_const_void_star& input_items,
                                   gr_vector_void_star& output_items)
{
    const auto* data = static_cast<const gr_complex*>(input_items[0]);
    auto* rows = static_cast<gr_complex*>(output_items[0]);
    const std::size_t data_len = d_waveform.n_dft();
    const std::size_t row_len = d_waveform.n_subcarriers();
    const int n_groups =
        std::min(noutput_items / d_groups.n_rows, ninput_items[0] / d_groups.n_data_rows);

    for (int i = 0; i < n_groups * d_groups.n_rows; ++i, rows += row_len) {
        const int row = i % d_groups.n_rows;
        if (d_waveform.is_reference_row(row)) {
            const auto reference = d_mapper.reference(row);
            std::copy(reference.begin(), reference.end(), rows);
        } else {
            d_mapper.map({ data, data_len }, { rows, row_len });
            data += data_len;
        }
    }
    consume_each(n_groups * d_groups.n_data_rows);
    return n_groups * d_groups.n_rows;
}

} // namespace isac
} // namespace gr
