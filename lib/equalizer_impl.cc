/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "buffer.h"
#include "equalizer_impl.h"
#include <gnuradio/io_signature.h>
#include <gnuradio/isac/frame_meta.h>
#include <algorithm>

namespace gr {
namespace isac {

equalizer::sptr equalizer::make(const isac::waveform& waveform, double noise_var)
{
    return gnuradio::make_block_sptr<equalizer_impl>(waveform, noise_var);
}

equalizer_impl::equalizer_impl(const isac::waveform& waveform, double noise_var)
    : gr::block("equalizer",
                io_signature::make2(2,
                                    2,
                                    sizeof(gr_complex) * waveform.n_subcarriers(),
                                    sizeof(gr_complex) * waveform.n_subcarriers()),
                io_signature::make2(2,
                                    2,
                                    sizeof(gr_complex) * waveform.n_dft(),
                                    sizeof(float) * waveform.n_dft())),
      d_waveform(waveform),
      d_groups(waveform),
      d_noise_var(static_cast<float>(noise_var)),
      d_equalizer(waveform)
{
    // Both inputs carry isac_frame; that of the channel knows more.
    set_tag_propagation_policy(TPP_CUSTOM);
    set_relative_rate(d_groups.n_data_rows, d_groups.n_rows);
    set_output_multiple(d_groups.n_data_rows);
    for (const int port : { 0, 1 }) {
        const auto size = port == 0 ? sizeof(gr_complex) : sizeof(float);
        set_min_output_buffer(
            port,
            std::max(buffer_items(size * waveform.n_dft()), 2L * d_groups.n_data_rows));
    }
}

void equalizer_impl::forecast(int noutput_items, gr_vector_int& ninput_items_required)
{
    const int n = noutput_items / d_groups.n_data_rows * d_groups.n_rows;
    std::fill(ninput_items_required.begin(), ninput_items_required.end(), n);
}

int equalizer_impl::general_work(int noutput_items,
                                 gr_vector_int& ninput_items,
                                 gr_vector_const_void_star& input_items,
                                 gr_vector_void_star& output_items)
{
    const auto* rows = static_cast<const gr_complex*>(input_items[0]);
    const auto* channel = static_cast<const gr_complex*>(input_items[1]);
    auto* symbols = static_cast<gr_complex*>(output_items[0]);
    auto* noise = static_cast<float*>(output_items[1]);
    const std::size_t row_len = d_waveform.n_subcarriers(), n_cells = d_waveform.n_dft();
    const int n_groups =
        std::min(noutput_items / d_groups.n_data_rows,
                 std::min(ninput_items[0], ninput_items[1]) / d_groups.n_rows);
    const int n_rows = n_groups * d_groups.n_rows;

    get_tags_in_window(d_tags, 1, 0, n_rows, meta::FRAME);
    auto tag = d_tags.begin();
    int n = 0;
    for (int i = 0; i < n_rows; ++i) {
        for (; tag != d_tags.end() && tag->offset <= nitems_read(1) + i; ++tag) {
            d_noise_var = static_cast<float>(
                meta::number_or(tag->value, meta::NOISE_VAR, d_noise_var));
            add_item_tag(0, nitems_written(0) + n, tag->key, tag->value);
            add_item_tag(1, nitems_written(1) + n, tag->key, tag->value);
        }
        if (!d_waveform.is_reference_row(i % d_groups.n_rows)) {
            d_equalizer.equalize({ rows + i * row_len, row_len },
                                 { channel + i * row_len, row_len },
                                 d_noise_var,
                                 { symbols + n * n_cells, n_cells },
                                 { noise + n * n_cells, n_cells });
            ++n;
        }
    }
    consume_each(n_rows);
    return n;
}

} // namespace isac
} // namespace gr
