/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cfar_detector_impl.h"
#include "detections_pdu.h"
#include <gnuradio/io_signature.h>
#include <gnuradio/isac/frame_meta.h>

namespace gr {
namespace isac {

namespace {
const pmt::pmt_t DETECTIONS = pmt::mp("detections");
} // namespace

cfar_detector::sptr cfar_detector::make(const isac::waveform& waveform,
                                        isac::window range_window,
                                        isac::window velocity_window,
                                        double false_alarm_rate,
                                        int guard,
                                        int training,
                                        int max_targets)
{
    return gnuradio::make_block_sptr<cfar_detector_impl>(
        waveform,
        sensing_params{ range_window,
                        velocity_window,
                        radar_filter::WIENER,
                        false_alarm_rate,
                        guard,
                        training,
                        max_targets });
}

cfar_detector_impl::cfar_detector_impl(const isac::waveform& waveform,
                                       const sensing_params& params)
    : gr::sync_block("cfar_detector",
                     io_signature::make(1, 1, sizeof(gr_complex) * waveform.map_len()),
                     io_signature::make(0, 0, 0)),
      d_waveform(waveform),
      d_params(params),
      d_detector(waveform, params)
{
    message_port_register_out(DETECTIONS);
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
    const auto* maps = static_cast<const gr_complex*>(input_items[0]);
    const std::size_t map_len = d_waveform.map_len();

    for (int i = 0; i < noutput_items; ++i) {
        get_tags_in_window(d_tags, 0, i, i + 1, meta::FRAME);
        const auto frame = d_tags.empty() ? pmt::make_dict() : d_tags.front().value;
        message_port_pub(
            DETECTIONS,
            detections_pdu(frame, d_detector.detect({ maps + i * map_len, map_len })));
    }
    return noutput_items;
}

} // namespace isac
} // namespace gr
