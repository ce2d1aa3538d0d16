/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "buffer.h"
#include "frame_rebuilder_impl.h"
#include <gnuradio/io_signature.h>
#include <gnuradio/isac/frame_meta.h>

namespace gr {
namespace isac {

namespace {

const pmt::pmt_t FRAMES = pmt::mp("frames");
constexpr std::size_t MOST_WAITING = 64;

} // namespace

frame_rebuilder::sptr frame_rebuilder::make(const isac::waveform& waveform)
{
    return gnuradio::make_block_sptr<frame_rebuilder_impl>(waveform);
}

frame_rebuilder_impl::frame_rebuilder_impl(const isac::waveform& waveform)
    : gr::sync_block(
          "frame_rebuilder",
          io_signature::make(0, 0, 0),
          io_signature::make(1, 1, sizeof(gr_complex) * waveform.n_subcarriers())),
      d_n_rows(waveform.n_symbols()),
      d_row_len(waveform.n_subcarriers()),
      d_payload_len(waveform.payload_len()),
      d_transmitter(waveform),
      d_next_row(waveform.n_symbols())
{
    set_min_output_buffer(0, buffer_items(sizeof(gr_complex) * waveform.n_subcarriers()));
    message_port_register_in(FRAMES);
    set_msg_handler(FRAMES, [this](const pmt::pmt_t& pdu) { take(pdu); });
}

bool frame_rebuilder_impl::is_broken(const pmt::pmt_t& pdu) const
{
    return pmt::is_pair(pdu) && pmt::is_dict(pmt::car(pdu)) &&
           pmt::eq(pmt::dict_ref(pmt::car(pdu), meta::CRC_OK, pmt::PMT_NIL), pmt::PMT_F);
}

bool frame_rebuilder_impl::is_frame(const pmt::pmt_t& pdu) const
{
    if (!pmt::is_pair(pdu) || !pmt::is_dict(pmt::car(pdu)) ||
        !pmt::is_u8vector(pmt::cdr(pdu))) {
        return false;
    }
    const auto dict = pmt::car(pdu);
    return meta::number_or(dict, meta::NUMBER, -1) >= 0 &&
           pmt::is_bool(pmt::dict_ref(dict, meta::CRC_OK, pmt::PMT_NIL)) &&
           pmt::length(pmt::cdr(pdu)) <= d_payload_len;
}

void frame_rebuilder_impl::take(const pmt::pmt_t& pdu)
{
    if (is_broken(pdu)) {
        ++d_broken;
    } else if (!is_frame(pdu)) {
        if (++d_malformed == 1) {
            d_logger->warn("dropped a message that is not what receiver or frame_decoder "
                           "say of a frame; no more warnings");
        }
    } else if (d_waiting.size() == MOST_WAITING) {
        if (++d_dropped == 1) {
            d_logger->warn("dropped a frame because {:d} are waiting: whoever takes the "
                           "rows is too slow; no more warnings",
                           MOST_WAITING);
        }
    } else {
        d_waiting.push_back(pdu);
    }
}

bool frame_rebuilder_impl::start_next()
{
    if (d_waiting.empty()) {
        return false;
    }
    const auto pdu = d_waiting.front();
    d_waiting.pop_front();
    const auto dict = pmt::car(pdu);
    std::size_t n = 0;
    const auto* payload = pmt::u8vector_elements(pmt::cdr(pdu), n);
    d_transmitter.start_rows({ payload, n });
    d_next_row = 0;
    add_item_tag(0, nitems_written(0), meta::FRAME, dict);
    return true;
}

int frame_rebuilder_impl::work(int noutput_items,
                               gr_vector_const_void_star&,
                               gr_vector_void_star& output_items)
{
    auto* rows = static_cast<gr_complex*>(output_items[0]);
    if (d_next_row == d_n_rows && !start_next()) {
        return 0; // until a message comes
    }
    const int n = std::min(noutput_items, d_n_rows - d_next_row);
    for (int i = 0; i < n; ++i) {
        d_transmitter.make_row(
            d_next_row++, { rows + i * d_row_len, d_row_len }, { nullptr, 0 });
    }
    d_rebuilt += d_next_row == d_n_rows;
    return n;
}

} // namespace isac
} // namespace gr
