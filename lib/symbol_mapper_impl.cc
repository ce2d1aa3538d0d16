/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "buffer.h"
#include "symbol_mapper_impl.h"
#include <gnuradio/io_signature.h>

namespace gr {
namespace isac {

symbol_mapper::sptr symbol_mapper::make(const isac::waveform& waveform)
{
    return gnuradio::make_block_sptr<symbol_mapper_impl>(waveform);
}

symbol_mapper_impl::symbol_mapper_impl(const isac::waveform& waveform)
    : gr::sync_block("symbol_mapper",
                     io_signature::make(1, 1, waveform.bits_per_row()),
                     io_signature::make(1, 1, sizeof(gr_complex) * waveform.n_data())),
      d_bits_per_row(waveform.bits_per_row()),
      d_n_data(waveform.n_data()),
      d_mapper(waveform.params().modulation)
{
    set_min_output_buffer(0, buffer_items(sizeof(gr_complex) * waveform.n_data()));
}

int symbol_mapper_impl::work(int noutput_items,
                             gr_vector_const_void_star& input_items,
                             gr_vector_void_star& output_items)
{
    const auto* bits = static_cast<const std::uint8_t*>(input_items[0]);
    auto* symbols = static_cast<gr_complex*>(output_items[0]);
    d_mapper.map({ bits, noutput_items * d_bits_per_row },
                 { symbols, noutput_items * d_n_data });
    return noutput_items;
}

} // namespace isac
} // namespace gr
