/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "buffer.h"
#include "detections_pdu.h"
#include "sensor_impl.h"
#include <gnuradio/io_signature.h>
#include <gnuradio/isac/frame_meta.h>

namespace gr {
namespace isac {

namespace {
const pmt::pmt_t DETECTIONS = pmt::mp("detections");
} // namespace

sensor::sptr sensor::make(const isac::waveform& waveform, const sensing_params& params)
{
    return gnuradio::make_block_sptr<sensor_impl>(waveform, params);
}

sensor_impl::sensor_impl(const isac::waveform& waveform, const sensing_params& params)
    : gr::sync_decimator(
          "sensor",
          io_signature::make(2, 2, sizeof(gr_complex) * waveform.n_subcarriers()),
          io_signature::make(
              1, 1, sizeof(float) * map_geometry(waveform, params).map_len()),
          waveform.n_symbols()),
      d_waveform(waveform),
      d_params(params),
      d_range_doppler(waveform, params),
      d_detector(waveform, params),
      d_map(d_range_doppler.geometry().map_len())
{
    // Both inputs carry isac_frame; the received one knows the time and the SNR.
    set_tag_propagation_policy(TPP_CUSTOM);
    set_min_output_buffer(0, buffer_items(sizeof(float) * d_map.size()));
    message_port_register_out(DETECTIONS);
}

void sensor_impl::set_false_alarm_rate(double false_alarm_rate)
{
    auto params = d_params;
    params.false_alarm_rate = false_alarm_rate;
    d_new_detector.give(dsp::target_detector(d_waveform, params));
}

int sensor_impl::work(int noutput_items,
                      gr_vector_const_void_star& input_items,
                      gr_vector_void_star& output_items)
{
    if (auto detector = d_new_detector.take()) {
        d_detector = std::move(*detector);
    }
    const auto* sent = static_cast<const gr_complex*>(input_items[0]);
    const auto* received = static_cast<const gr_complex*>(input_items[1]);
    auto* power = static_cast<float*>(output_items[0]);
    const std::size_t grid_len = d_waveform.grid_len(), map_len = d_map.size();

    for (int i = 0; i < noutput_items; ++i) {
        const dsp::span<const gr_complex> tx(sent + i * grid_len, grid_len);
        const dsp::span<const gr_complex> rx(received + i * grid_len, grid_len);
        d_range_doppler.compute(tx, rx, d_map);
        d_range_doppler.power_of(d_map, { power + i * map_len, map_len });

        const int row = i * decimation();
        get_tags_in_window(d_tags, 1, row, row + 1, meta::FRAME);
        const auto frame = d_tags.empty() ? pmt::make_dict() : d_tags.front().value;
        if (!d_tags.empty()) {
            add_item_tag(0, nitems_written(0) + i, meta::FRAME, frame);
        }
        message_port_pub(DETECTIONS,
                         detections_pdu(frame, d_detector.detect(d_map, tx, rx)));
        d_bad_maps.add(d_detector.n_not_finite(), d_logger);
    }
    return noutput_items;
}

} // namespace isac
} // namespace gr
