/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "buffer.h"
#include "micro_doppler_impl.h"
#include <gnuradio/io_signature.h>
#include <gnuradio/isac/frame_meta.h>
#include <algorithm>

namespace gr {
namespace isac {

micro_doppler::sptr micro_doppler::make(const isac::waveform& waveform,
                                        const micro_doppler_params& params)
{
    return gnuradio::make_block_sptr<micro_doppler_impl>(
        waveform, dsp::micro_doppler(waveform, params));
}

micro_doppler_impl::micro_doppler_impl(const isac::waveform& waveform,
                                       dsp::micro_doppler&& dsp)
    : gr::block("micro_doppler",
                io_signature::make(2, 2, sizeof(gr_complex) * waveform.n_subcarriers()),
                io_signature::make(1, 1, sizeof(float) * dsp.n_velocities())),
      d_waveform(waveform),
      d_dsp(std::move(dsp))
{
    // Both inputs carry isac_frame; the received one knows the time and the SNR.
    set_tag_propagation_policy(TPP_CUSTOM);
    set_min_output_buffer(0, buffer_items(sizeof(float) * d_dsp.n_velocities()));
    // Not the rate, which is no round number, but what sizes the buffers before this
    // block: two frames, however many columns they make.
    set_relative_rate(1, waveform.n_symbols());
}

void micro_doppler_impl::set_range_m(double range_m)
{
    d_dsp.check_range_m(range_m); // refuses it here and not in work()
    d_new_range_m.give(range_m);
}

void micro_doppler_impl::forecast(int, gr_vector_int& ninput_items_required)
{
    const int needed = d_dsp.has_next() ? 0 : d_waveform.n_symbols();
    std::fill(ninput_items_required.begin(), ninput_items_required.end(), needed);
}

void micro_doppler_impl::take_frame(const gr_complex* sent, const gr_complex* received)
{
    if (const auto range_m = d_new_range_m.take()) {
        d_dsp.set_range_m(*range_m);
    }
    get_tags_in_window(d_tags, 1, 0, 1, meta::FRAME);
    double n_missed = 0;
    if (!d_tags.empty()) {
        d_frame = d_tags.front().value;
        const double number = meta::number_or(d_frame, meta::NUMBER, d_next_number);
        if (number < d_next_number) { // goes back: another stream, whose time begins anew
            d_dsp.restart();
        } else if (d_next_number >= 0) {
            n_missed = number - d_next_number;
        }
        d_next_number = number;
    }
    d_next_number += d_next_number >= 0;
    const std::size_t grid_len = d_waveform.grid_len();
    d_dsp.push({ sent, grid_len }, { received, grid_len }, n_missed);
    d_missing_rows = d_dsp.missing_rows();
    d_missed_frames = d_dsp.missed_frames();
}

int micro_doppler_impl::general_work(int noutput_items,
                                     gr_vector_int& ninput_items,
                                     gr_vector_const_void_star& input_items,
                                     gr_vector_void_star& output_items)
{
    auto* column = static_cast<float*>(output_items[0]);
    const std::size_t n = d_dsp.n_velocities();
    int made = 0;
    bool took = false;
    while (made < noutput_items) {
        if (d_dsp.next({ column + made * n, n })) {
            if (d_frame) {
                add_item_tag(0, nitems_written(0) + made, meta::FRAME, d_frame);
                d_frame.reset();
            }
            ++made;
        } else if (!took &&
                   std::min(ninput_items[0], ninput_items[1]) >= d_waveform.n_symbols()) {
            took = true; // one frame a call: the tags are those of the first rows
            take_frame(static_cast<const gr_complex*>(input_items[0]),
                       static_cast<const gr_complex*>(input_items[1]));
            consume_each(d_waveform.n_symbols());
        } else {
            break;
        }
    }
    return made;
}

} // namespace isac
} // namespace gr
