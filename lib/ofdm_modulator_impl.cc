/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "buffer.h"
#include "ofdm_modulator_impl.h"
#include <gnuradio/io_signature.h>

namespace gr {
namespace isac {

ofdm_modulator::sptr ofdm_modulator::make(const isac::waveform& waveform)
{
    return gnuradio::make_block_sptr<ofdm_modulator_impl>(waveform);
}

ofdm_modulator_impl::ofdm_modulator_impl(const isac::waveform& waveform)
    : gr::sync_interpolator(
          "ofdm_modulator",
          io_signature::make(1, 1, sizeof(gr_complex) * waveform.n_subcarriers()),
          io_signature::make(1, 1, sizeof(gr_complex)),
          waveform.symbol_len()),
      d_row_len(waveform.n_subcarriers()),
      d_symbol_len(waveform.symbol_len()),
      d_modulator(waveform)
{
    set_min_output_buffer(0, buffer_items(sizeof(gr_complex)));
}

int ofdm_modulator_impl::work(int noutput_items,
                              gr_vector_const_void_star& input_items,
                              gr_vector_void_star& output_items)
{
    const auto* rows = static_cast<const gr_complex*>(input_items[0]);
    auto* samples = static_cast<gr_complex*>(output_items[0]);
    const std::size_t row_len = d_row_len, symbol_len = d_symbol_len;

    for (std::size_t i = 0; i < noutput_items / symbol_len; ++i) {
        d_modulator.modulate({ rows + i * row_len, row_len },
                             { samples + i * symbol_len, symbol_len });
    }
    return noutput_items;
}

} // namespace isac
} // namespace gr
