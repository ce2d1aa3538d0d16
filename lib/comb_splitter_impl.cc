/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "buffer.h"
#include "comb_splitter_impl.h"
#include "dsp/require.h"
#include <gnuradio/io_signature.h>
#include <gnuradio/isac/dsp/comb.h>

namespace gr {
namespace isac {

comb_splitter::sptr comb_splitter::make(const isac::waveform& waveform, int n_antennas)
{
    dsp::require(n_antennas >= 1 && n_antennas <= waveform.n_subcarriers(),
                 "comb_splitter",
                 "n_antennas",
                 n_antennas,
                 "it must be in [1, n_subcarriers = " +
                     std::to_string(waveform.n_subcarriers()) + "]");
    return gnuradio::make_block_sptr<comb_splitter_impl>(waveform, n_antennas);
}

comb_splitter_impl::comb_splitter_impl(const isac::waveform& waveform, int n_antennas)
    : gr::sync_block(
          "comb_splitter",
          io_signature::make(1, 1, sizeof(gr_complex) * waveform.n_subcarriers()),
          io_signature::make(
              n_antennas, n_antennas, sizeof(gr_complex) * waveform.n_subcarriers())),
      d_n_subcarriers(waveform.n_subcarriers())
{
    for (int port = 0; port < n_antennas; ++port) {
        set_min_output_buffer(port, buffer_items(sizeof(gr_complex) * d_n_subcarriers));
    }
}

int comb_splitter_impl::work(int noutput_items,
                             gr_vector_const_void_star& input_items,
                             gr_vector_void_star& output_items)
{
    const auto* rows = static_cast<const gr_complex*>(input_items[0]);
    const std::size_t row_len = d_n_subcarriers;
    const int n = static_cast<int>(output_items.size());
    for (int i = 0; i < noutput_items; ++i) {
        for (int antenna = 0; antenna < n; ++antenna) {
            auto* out = static_cast<gr_complex*>(output_items[antenna]);
            dsp::take_comb({ rows + i * row_len, row_len },
                           antenna,
                           n,
                           { out + i * row_len, row_len });
        }
    }
    return noutput_items;
}

} // namespace isac
} // namespace gr
