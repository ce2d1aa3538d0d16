/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cfar_detector_impl.h"
#include "detections_pdu.h"
#include <gnuradio/io_signature.h>
#include <gnuradio/isac/frame_meta.h>
#include <gnuradio/isac/map_geometry.h>

namespace gr {
namespace isac {

namespace {
const pmt::pmt_t DETECTIONS = pmt::mp("detections");
} // namespace

cfar_detector::sptr cfar_detector::make(const isac::waveform& waveform,
                                        const sensing_params& params)
{
    return gnuradio::make_block_sptr<cfar_detector_impl>(waveform, params);
}

cfar_detector_impl::cfar_detector_impl(const isac::waveform& waveform,
                                       const sensing_params& params)
    : gr::sync_block("cfar_detector",
                     io_signature::make3(1,
                                         3,
                                         sizeof(gr_complex) *
                                             map_geometry(waveform, params).map_len(),
                                         sizeof(gr_complex) * waveform.grid_len(),
                                         sizeof(gr_complex) * waveform.grid_len()),
                     io_signature::make(0, 0, 0)),
      d_waveform(waveform),
      d_params(params),
      d_map_len(map_geometry(waveform, params).map_len()),
      d_detector(waveform, params)
{
    message_port_register_out(DETECTIONS);
}

bool cfar_detector_impl::check_topology(int ninputs, int)
{
    return ninputs != 2; // the grid that was sent says nothing without the other
}

void cfar_detector_impl::set_false_alarm_rate(double false_alarm_rate)
{
    auto params = d_params;
    params.false_alarm_rate = false_alarm_rate;
    d_new_detector.give(dsp::target_detector(d_waveform, params));
}

int cfar_detector_impl::work(int noutput_items,
                             gr_vector_const_void_star& input_items,
                             gr_vector_void_star&)
{
    if (auto detector = d_new_detector.take()) {
        d_detector = std::move(*detector);
    }
    for (int i = 0; i < noutput_items; ++i) {
        get_tags_in_window(d_tags, 0, i, i + 1, meta::FRAME);
        const auto frame = d_tags.empty() ? pmt::make_dict() : d_tags.front().value;
        message_port_pub(DETECTIONS, detections_pdu(frame, detect(input_items, i)));
        d_bad_maps.add(d_detector.n_not_finite(), d_logger);
    }
    return noutput_items;
}

const std::vector<dsp::target>&
cfar_detector_impl::detect(const gr_vector_const_void_star& input_items, int item)
{
    const auto input = [&](int port, std::size_t len) {
        return dsp::span<const gr_complex>(
            static_cast<const gr_complex*>(input_items[port]) + item * len, len);
    };
    const auto map = input(0, d_map_len);
    if (input_items.size() == 1) {
        return d_detector.detect(map);
    }
    const std::size_t grid_len = d_waveform.grid_len();
    return d_detector.detect(map, input(1, grid_len), input(2, grid_len));
}

} // namespace isac
} // namespace gr
