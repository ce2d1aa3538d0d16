/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "buffer.h"
#include "ofdm_demodulator_impl.h"
#include <gnuradio/io_signature.h>

namespace gr {
namespace isac {

ofdm_demodulator::sptr ofdm_demodulator::make(const isac::waveform& waveform)
{
    return gnuradio::make_block_sptr<ofdm_demodulator_impl>(waveform);
}

ofdm_demodulator_impl::ofdm_demodulator_impl(const isac::waveform& waveform)
    : gr::sync_decimator(
          "ofdm_demodulator",
          io_signature::make(1, 1, sizeof(gr_complex)),
          io_signature::make(1, 1, sizeof(gr_complex) * waveform.n_subcarriers()),
          waveform.symbol_len()),
      d_row_len(waveform.n_subcarriers()),
      d_symbol_len(waveform.symbol_len()),
      d_demodulator(waveform)
{
    set_min_output_buffer(0, buffer_items(sizeof(gr_complex) * waveform.n_subcarriers()));
}

int ofdm_demodulator_impl::work(int noutput_items,
                                gr_vector_const_void_star& input_items,
                                gr_vector_void_star& output_items)
{
    const auto* samples = static_cast<const gr_complex*>(input_items[0]);
    auto* rows = static_cast<gr_complex*>(output_items[0]);
    const std::size_t symbol_len = d_symbol_len, row_len = d_row_len;

    for (int i = 0; i < noutput_items; ++i) {
        d_demodulator.demodulate({ samples + i * symbol_len, symbol_len },
                                 { rows + i * row_len, row_len });
    }
    return noutput_items;
}

} // namespace isac
} // namespace gr
