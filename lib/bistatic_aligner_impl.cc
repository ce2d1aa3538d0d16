/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bistatic_aligner_impl.h"
#include <gnuradio/io_signature.h>
#include <gnuradio/isac/frame_meta.h>
#include <cmath>

namespace gr {
namespace isac {

bistatic_aligner::sptr bistatic_aligner::make(const isac::waveform& waveform,
                                              double sight_margin_db)
{
    return gnuradio::make_block_sptr<bistatic_aligner_impl>(waveform, sight_margin_db);
}

bistatic_aligner_impl::bistatic_aligner_impl(const isac::waveform& waveform,
                                             double sight_margin_db)
    : gr::sync_block(
          "bistatic_aligner",
          io_signature::make(2, 2, sizeof(gr_complex) * waveform.n_subcarriers()),
          io_signature::make(1, 1, sizeof(gr_complex) * waveform.n_subcarriers())),
      d_waveform(waveform),
      d_aligner(waveform, sight_margin_db)
{
    // Both inputs carry isac_frame; the received one knows the time and the SNR.
    set_tag_propagation_policy(TPP_CUSTOM);
    set_output_multiple(waveform.n_symbols()); // clocks drift over a whole frame
    set_min_output_buffer(0, 2 * waveform.n_symbols());
}

void bistatic_aligner_impl::tag_frame(int row, const dsp::line_of_sight& sight)
{
    get_tags_in_window(d_tags, 1, row, row + 1, meta::FRAME);
    if (d_tags.empty() || !pmt::is_dict(d_tags.front().value)) {
        return;
    }
    auto dict = d_tags.front().value;
    const auto add = [&](const pmt::pmt_t& key, double value) {
        dict = pmt::dict_add(dict, key, pmt::from_double(value));
    };
    if (sight.found) {
        const double start = meta::number_or(dict, meta::RX_TIME, 0) +
                             meta::number_or(dict, meta::WINDOW, 0);
        add(meta::SIGHT_TIME, start + sight.delay / d_waveform.sample_rate_hz());
        add(meta::DRIFT, sight.drift_ppm);
        const double noise_var = meta::number_or(dict, meta::NOISE_VAR, 0);
        if (noise_var > 0) {
            add(meta::SIGHT_SNR, 10 * std::log10(sight.power / noise_var));
        }
    }
    add_item_tag(0, nitems_written(0) + row, meta::FRAME, dict);
}

int bistatic_aligner_impl::work(int noutput_items,
                                gr_vector_const_void_star& input_items,
                                gr_vector_void_star& output_items)
{
    const auto* sent = static_cast<const gr_complex*>(input_items[0]);
    const auto* received = static_cast<const gr_complex*>(input_items[1]);
    auto* aligned = static_cast<gr_complex*>(output_items[0]);
    const std::size_t len = d_waveform.grid_len();
    const int n_rows = d_waveform.n_symbols();

    for (int i = 0; i < noutput_items / n_rows; ++i) {
        const auto sight = d_aligner.align({ sent + i * len, len },
                                           { received + i * len, len },
                                           { aligned + i * len, len });
        (sight.found ? d_aligned : d_blind)++;
        tag_frame(i * n_rows, sight);
    }
    return noutput_items;
}

} // namespace isac
} // namespace gr
