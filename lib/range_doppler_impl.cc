/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "buffer.h"
#include "range_doppler_impl.h"
#include <gnuradio/io_signature.h>
#include <gnuradio/isac/frame_meta.h>

namespace gr {
namespace isac {

range_doppler::sptr range_doppler::make(const isac::waveform& waveform,
                                        const sensing_params& params)
{
    return gnuradio::make_block_sptr<range_doppler_impl>(waveform, params);
}

range_doppler_impl::range_doppler_impl(const isac::waveform& waveform,
                                       const sensing_params& params)
    : gr::sync_decimator(
          "range_doppler",
          io_signature::make(2, 2, sizeof(gr_complex) * waveform.n_subcarriers()),
          io_signature::make2(1,
                              2,
                              sizeof(float) * map_geometry(waveform, params).map_len(),
                              sizeof(gr_complex) *
                                  map_geometry(waveform, params).map_len()),
          waveform.n_symbols()),
      d_grid_len(waveform.grid_len()),
      d_range_doppler(waveform, params),
      d_map_len(d_range_doppler.geometry().map_len())
{
    // Both inputs carry isac_frame; the received one knows the time and the SNR.
    set_tag_propagation_policy(TPP_CUSTOM);
    set_min_output_buffer(0, buffer_items(sizeof(float) * d_map_len));
    set_min_output_buffer(1, buffer_items(sizeof(gr_complex) * d_map_len));
}

int range_doppler_impl::work(int noutput_items,
                             gr_vector_const_void_star& input_items,
                             gr_vector_void_star& output_items)
{
    const auto* sent = static_cast<const gr_complex*>(input_items[0]);
    const auto* received = static_cast<const gr_complex*>(input_items[1]);
    auto* power = static_cast<float*>(output_items[0]);
    const bool wants_map = output_items.size() > 1;

    for (int i = 0; i < noutput_items; ++i) {
        const dsp::span<const gr_complex> tx(sent + i * d_grid_len, d_grid_len);
        const dsp::span<const gr_complex> rx(received + i * d_grid_len, d_grid_len);
        if (wants_map) {
            auto* map = static_cast<gr_complex*>(output_items[1]) + i * d_map_len;
            d_range_doppler.compute(tx, rx, { map, d_map_len });
            d_range_doppler.power_of({ map, d_map_len },
                                     { power + i * d_map_len, d_map_len });
        } else {
            d_range_doppler.compute_power(tx, rx, { power + i * d_map_len, d_map_len });
        }

        const int row = i * decimation();
        get_tags_in_window(d_tags, 1, row, row + 1, meta::FRAME);
        for (const auto& tag : d_tags) {
            for (std::size_t port = 0; port < output_items.size(); ++port) {
                add_item_tag(port, nitems_written(0) + i, tag.key, tag.value);
            }
        }
    }
    return noutput_items;
}

} // namespace isac
} // namespace gr
