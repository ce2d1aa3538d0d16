/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_PAYLOAD_INPUT_H
#define INCLUDED_ISAC_PAYLOAD_INPUT_H

#include "payload_queue.h"
#include <gnuradio/block.h>
#include <gnuradio/logger.h>
#include <chrono>
#include <thread>

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
    }

    /*! The next frame, or nothing if there is none yet; then it has slept a little, so
     *  that an idle block leaves the processor alone. */
    std::optional<payload_queue::frame> next()
    {
        while (auto pdu = d_block.delete_head_nowait(PORT)) {
            take(pdu);
        }
        auto frame = d_queue.next();
        if (!frame && !d_queue.done()) {
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
        return frame;
    }

    bool done() const { return d_queue.done(); }
    std::uint64_t malformed() const { return d_malformed; }

private:
    inline static const pmt::pmt_t PORT = pmt::mp("pdus");

    void take(const pmt::pmt_t& pdu)
    {
        if (!d_queue.push(pdu) && ++d_malformed == 1) {
            d_logger->warn(
                "dropped a message that is no PDU with a u8vector; no more warnings");
        }
    }

    gr::block& d_block;
    gr::logger_ptr d_logger;
    payload_queue d_queue;
    std::uint64_t d_malformed = 0;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_PAYLOAD_INPUT_H */
