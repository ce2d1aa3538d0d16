/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_PAYLOAD_INPUT_H
#define INCLUDED_ISAC_PAYLOAD_INPUT_H

#include "payload_queue.h"
#include <gnuradio/block.h>
#include <gnuradio/logger.h>
#include <atomic>

namespace gr {
namespace isac {

/// A payload_queue that the message port pdus of a block fills.
class payload_input
{
public:
    /// Registers the port with \p block, which must outlive this object.
    payload_input(gr::block& block, gr::logger_ptr logger, payload_queue queue)
        : d_block(block), d_logger(std::move(logger)), d_queue(std::move(queue))
    {
        d_block.message_port_register_in(PORT);
        // A handler runs while the block waits for room too: what arrives meanwhile is
        // bounded here, and not left to GNU Radio, which counts messages and no bytes.
        d_block.set_msg_handler(PORT, [this](const pmt::pmt_t& pdu) { take(pdu); });
    }

    /// The next frame, or nothing if there is none yet: then GNU Radio lets the block
    /// sleep until a message comes.
    std::optional<payload_queue::frame> next() { return d_queue.next(); }

    /// For a block that waits in work(), where no handler runs.
    void take_messages()
    {
        while (const auto pdu = d_block.delete_head_nowait(PORT)) {
            take(pdu);
        }
    }

    bool done() const { return d_queue.done(); }
    std::uint64_t malformed() const { return d_malformed; }
    std::uint64_t dropped() const { return d_dropped; }

private:
    inline static const pmt::pmt_t PORT = pmt::mp("pdus");

    void take(const pmt::pmt_t& pdu)
    {
        const auto outcome = d_queue.push(pdu);
        if (outcome == payload_queue::outcome::MALFORMED && ++d_malformed == 1) {
            d_logger->warn(
                "dropped a message that is no PDU with a u8vector of up to 64 MiB; "
                "no more warnings");
        }
        if (outcome == payload_queue::outcome::FULL && ++d_dropped == 1) {
            d_logger->warn("dropped a PDU because the queue is full: they come faster "
                           "than the waveform carries; no more warnings");
        }
    }

    gr::block& d_block;
    gr::logger_ptr d_logger;
    payload_queue d_queue;
    std::atomic<std::uint64_t> d_malformed{ 0 }, d_dropped{ 0 };
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_PAYLOAD_INPUT_H */
