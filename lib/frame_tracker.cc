/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "frame_tracker.h"
#include "input_end.h"
#include <gnuradio/isac/frame_meta.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {

namespace {

const pmt::pmt_t STATUS = pmt::mp("status");
const pmt::pmt_t RADIO_TIME = pmt::mp("rx_time"); // of UHD and all that follow it

void publish(gr::block& block, const pmt::pmt_t& status)
{
    if (!pmt::is_null(status)) {
        block.message_port_pub(STATUS, status);
    }
}

} // namespace

frame_tracker::frame_tracker(const waveform& w)
    : d_waveform(w),
      d_sync(w),
      d_status(w),
      d_samples(nullptr, 0),
      d_meta(pmt::make_dict())
{
}

void frame_tracker::attach(gr::block& block)
{
    // What GNU Radio keeps before the current item. It also makes the buffer before this
    // block twice that, which a search needs to see at once; a symbol more, because a
    // transmitter stops when it has no room for a whole one.
    block.set_history(
        static_cast<unsigned>(std::max(d_sync.lookback(), d_sync.lookahead()) +
                              d_waveform.symbol_len()) +
        1);
    block.message_port_register_out(STATUS);
}

int frame_tracker::items_needed(gr::block& block) const
{
    if (has_input_ended(*block.detail())) {
        return 1;
    }
    const auto first =
        static_cast<std::int64_t>(block.nitems_read(0)) - (block.history() - 1);
    return static_cast<int>(d_sync.position() + d_sync.need() - first);
}

void frame_tracker::take_tags(gr::block& block)
{
    const auto end = d_first + static_cast<std::int64_t>(d_samples.size());
    if (end <= d_tags_seen) {
        return;
    }
    // Offsets count the items behind the zeros that GNU Radio begins with.
    block.detail()->get_tags_in_range(
        d_tags, 0, d_tags_seen, end, RADIO_TIME, block.unique_id());
    for (const auto& tag : d_tags) {
        if (!pmt::is_tuple(tag.value) || pmt::length(tag.value) < 2) {
            continue;
        }
        const double time_s = double(pmt::to_uint64(pmt::tuple_ref(tag.value, 0))) +
                              pmt::to_double(pmt::tuple_ref(tag.value, 1));
        const double rate = d_waveform.sample_rate_hz();
        d_jumps.push_back({ static_cast<std::int64_t>(tag.offset),
                            time_s - double(tag.offset) / rate });
    }
    d_tags_seen = end;
}

void frame_tracker::open(gr::block& block,
                         const gr_complex* in,
                         const gr_vector_int& ninput_items)
{
    d_block = &block;
    d_has_ended = is_last_input(*block.detail(), ninput_items);
    d_samples = { in, static_cast<std::size_t>(ninput_items[0]) };
    d_first = static_cast<std::int64_t>(block.nitems_read(0)) - (block.history() - 1);
    take_tags(block);
}

dsp::sync_event frame_tracker::step()
{
    // Up to where the radio says that its time jumps, the stream is as good as ended.
    const bool is_split = !d_jumps.empty();
    auto samples = d_samples;
    if (is_split) {
        const auto n = std::clamp<std::int64_t>(
            d_jumps.front().at - d_first, 0, std::int64_t(samples.size()));
        samples = samples.subspan(0, static_cast<std::size_t>(n));
    }
    auto event = d_sync.step(samples, d_first, is_split || d_has_ended);
    if (event == dsp::sync_event::FRAME) {
        make_meta();
    }
    if (event == dsp::sync_event::NEED_MORE && is_split) {
        const auto jump = d_jumps.front();
        d_jumps.pop_front();
        const double ahead_s = jump.origin_s - d_time_origin_s;
        d_sync.jump(jump.at);
        if (d_has_time) {
            d_sync.lose(std::llround(ahead_s * d_waveform.sample_rate_hz()));
        }
        d_time_origin_s = jump.origin_s;
        d_has_time = true;
        return step();
    }
    d_is_finished = event == dsp::sync_event::NEED_MORE && d_has_ended;
    if (event != dsp::sync_event::ROW) { // a row is no news, and there are many
        publish(*d_block,
                d_is_finished ? d_status.finish(d_sync) : d_status.update(d_sync));
    }
    return event;
}

void frame_tracker::close(gr::block& block)
{
    const auto done = d_sync.position() - d_sync.lookback() - d_first;
    block.consume(0,
                  static_cast<int>(std::clamp<std::int64_t>(done, 0, d_samples.size())));
}

void frame_tracker::report_payload(gr::block& block, bool crc_ok, double snr_needed_db)
{
    publish(block, d_status.update_payload(d_sync, crc_ok, snr_needed_db));
}

void frame_tracker::make_meta()
{
    const auto& f = d_sync.frame();
    const double rate = d_waveform.sample_rate_hz();
    d_meta = pmt::make_dict();
    const auto add = [this](const pmt::pmt_t& key, const pmt::pmt_t& value) {
        d_meta = pmt::dict_add(d_meta, key, value);
    };
    add(meta::NUMBER, pmt::from_uint64(f.header.number));
    add(meta::PAYLOAD_LEN, pmt::from_uint64(f.header.payload_len));
    if (f.header.segmented) {
        add(meta::SEGMENTED, pmt::PMT_T);
    }
    add(meta::RX_TIME, pmt::from_double(d_time_origin_s + f.arrival / rate));
    add(meta::WINDOW, pmt::from_double((double(f.body) - f.arrival) / rate));
    add(meta::CFO, pmt::from_double(f.cfo_hz));
    add(meta::SFO, pmt::from_double(f.sfo_ppm));
    add(meta::SNR, pmt::from_double(f.snr_db));
    add(meta::NOISE_VAR, pmt::from_double(f.noise_var));
}

} // namespace isac
} // namespace gr
