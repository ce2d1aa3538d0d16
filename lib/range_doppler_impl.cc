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
          waveform.n_symbols() * params.coherent_frames * params.averaged_maps),
      d_range_doppler(waveform, params),
      d_n_symbols(waveform.n_symbols()),
      d_coherent_frames(params.coherent_frames),
      d_averaged_maps(params.averaged_maps),
      d_rows_len(static_cast<std::size_t>(decimation()) * waveform.n_subcarriers()),
      d_map_len(d_range_doppler.geometry().map_len())
{
    // Both inputs carry isac_frame; the received one knows the time and the SNR.
    set_tag_propagation_policy(TPP_CUSTOM);
    set_min_output_buffer(0, buffer_items(sizeof(float) * d_map_len));
    set_min_output_buffer(1, buffer_items(sizeof(gr_complex) * d_map_len));
}

void range_doppler_impl::tell(bool is_first, const char* what)
{
    if (is_first) {
        d_logger->warn("{}", what);
    }
}

/// Frames that follow the first of their map without a gap: only they are in its phase.
dsp::range_doppler::presence range_doppler_impl::present(int first_row)
{
    auto frames = dsp::range_doppler::ALL;
    std::uint64_t expected = 0;
    for (int i = 0; d_coherent_frames > 1 && i < d_coherent_frames * d_averaged_maps;
         ++i) {
        const int row = first_row + i * d_n_symbols;
        get_tags_in_window(d_tags, 1, row, row + 1, meta::FRAME);
        const auto frame = d_tags.empty() ? pmt::PMT_NIL : d_tags.front().value;
        const auto number = pmt::is_dict(frame)
                                ? pmt::dict_ref(frame, meta::NUMBER, pmt::PMT_NIL)
                                : pmt::PMT_NIL;
        ++expected;
        if (i % d_coherent_frames == 0 && pmt::is_uint64(number)) {
            expected = pmt::to_uint64(number);
        } else if (pmt::is_uint64(number) && pmt::to_uint64(number) != expected) {
            frames &= ~(dsp::range_doppler::presence(1) << i);
            tell(d_frames_left_out++ == 0, "a frame is missing: a map goes without some");
        }
    }
    return frames;
}

int range_doppler_impl::work(int noutput_items,
                             gr_vector_const_void_star& input_items,
                             gr_vector_void_star& output_items)
{
    const auto* sent = static_cast<const gr_complex*>(input_items[0]);
    const auto* received = static_cast<const gr_complex*>(input_items[1]);
    auto* power = static_cast<float*>(output_items[0]);

    for (int i = 0; i < noutput_items; ++i, power += d_map_len) {
        const int row = i * decimation();
        const dsp::span<const gr_complex> tx(sent + i * d_rows_len, d_rows_len);
        const dsp::span<const gr_complex> rx(received + i * d_rows_len, d_rows_len);
        const auto frames = present(row);
        if (output_items.size() > 1) {
            auto* map = static_cast<gr_complex*>(output_items[1]) + i * d_map_len;
            d_range_doppler.compute_both(
                tx, rx, { map, d_map_len }, { power, d_map_len }, frames);
        } else {
            d_range_doppler.compute_power(tx, rx, { power, d_map_len }, frames);
        }
        tell(bad_rows() > 0 && d_bad_rows == 0, "a row is not finite: it does not count");
        d_bad_rows = bad_rows();
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
