/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "angle_estimator_impl.h"
#include "array_targets_pdu.h"
#include "buffer.h"
#include <gnuradio/io_signature.h>
#include <gnuradio/isac/frame_meta.h>

namespace gr {
namespace isac {

namespace {

const pmt::pmt_t DETECTIONS = pmt::mp("detections");

int picture_len(const dsp::array_sensor& s) { return s.n_angles() * s.n_ranges(); }

} // namespace

angle_estimator::sptr
angle_estimator::make(const isac::waveform& waveform,
                      const isac::antenna_array& tx_array,
                      const isac::antenna_array& rx_array,
                      const angle_params& angle,
                      const std::vector<std::complex<float>>& calibration,
                      const sensing_params& sensing)
{
    return gnuradio::make_block_sptr<angle_estimator_impl>(
        waveform,
        dsp::array_sensor(waveform, tx_array, rx_array, sensing, angle, calibration));
}

angle_estimator_impl::angle_estimator_impl(const isac::waveform& waveform,
                                           dsp::array_sensor&& sensor)
    : gr::sync_decimator(
          "angle_estimator",
          io_signature::make(sensor.n_tx() + sensor.n_rx(),
                             sensor.n_tx() + sensor.n_rx(),
                             sizeof(gr_complex) * waveform.n_subcarriers()),
          io_signature::make(0, 1, sizeof(float) * picture_len(sensor)),
          waveform.n_symbols()),
      d_grid_len(waveform.grid_len()),
      d_sensor(std::move(sensor)),
      d_calibration(d_sensor.calibration()),
      d_sent(d_sensor.n_tx()),
      d_received(d_sensor.n_rx())
{
    // All inputs carry isac_frame; a received one knows the time and the SNR.
    set_tag_propagation_policy(TPP_CUSTOM);
    set_min_output_buffer(0, buffer_items(sizeof(float) * picture_len(d_sensor)));
    message_port_register_out(DETECTIONS);
}

void angle_estimator_impl::calibrate(double range_m, double angle_rad)
{
    d_known.give({ range_m, angle_rad });
}

std::vector<gr_complex> angle_estimator_impl::calibration() const
{
    const std::lock_guard<std::mutex> lock(d_mutex);
    return d_calibration;
}

void angle_estimator_impl::measure(const reflector& known)
{
    if (d_sensor.calibrate(d_sent, d_received, known.range_m, known.angle_rad).empty()) {
        d_logger->warn("not calibrated: no echo within a bin of {} m in all elements",
                       known.range_m);
        return;
    }
    const std::lock_guard<std::mutex> lock(d_mutex);
    d_calibration = d_sensor.calibration();
}

int angle_estimator_impl::work(int noutput_items,
                               gr_vector_const_void_star& input_items,
                               gr_vector_void_star& output_items)
{
    const int n_tx = d_sensor.n_tx();
    for (int i = 0; i < noutput_items; ++i) {
        for (std::size_t port = 0; port < input_items.size(); ++port) {
            const auto* rows = static_cast<const gr_complex*>(input_items[port]);
            auto& grid =
                static_cast<int>(port) < n_tx ? d_sent[port] : d_received[port - n_tx];
            grid = rows + i * d_grid_len;
        }
        if (const auto known = d_known.take()) {
            measure(*known);
        }
        const auto& targets = d_sensor.detect(d_sent, d_received);
        if (d_sensor.n_unusable() > 0 && d_n_unusable == 0) {
            d_logger->warn(
                "sent rows of zeros or not finite: no targets; no more warnings");
        }
        d_n_unusable = d_sensor.n_unusable();

        const int row = i * decimation();
        get_tags_in_window(d_tags, n_tx, row, row + 1, meta::FRAME);
        const auto frame = d_tags.empty() ? pmt::make_dict() : d_tags.front().value;
        if (!output_items.empty()) {
            const std::size_t len = picture_len(d_sensor);
            auto* pictures = static_cast<float*>(output_items[0]);
            d_sensor.range_angle({ pictures + i * len, len });
            if (!d_tags.empty()) {
                add_item_tag(0, nitems_written(0) + i, meta::FRAME, frame);
            }
        }
        message_port_pub(DETECTIONS, array_targets_pdu(frame, targets));
    }
    return noutput_items;
}

} // namespace isac
} // namespace gr
