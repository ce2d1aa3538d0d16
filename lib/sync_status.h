/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_SYNC_STATUS_H
#define INCLUDED_ISAC_SYNC_STATUS_H

#include <gnuradio/isac/dsp/frame_sync.h>
#include <pmt/pmt.h>
#include <map>
#include <string>

namespace gr {
namespace isac {

/*!
 * Turns what dsp::frame_sync counts into the words of the status port.
 *
 * Each state is told when it first comes, and again at most ten times a second of signal.
 */
class sync_status
{
public:
    explicit sync_status(const waveform& w);

    /// Looks for news after a step; PMT_NIL if there are none to tell.
    pmt::pmt_t update(dsp::frame_sync& sync);

    /// The same for the result of a payload. \param snr_needed_db of the code, or NaN.
    pmt::pmt_t update_payload(dsp::frame_sync& sync, bool crc_ok, double snr_needed_db);

    /// The last word, when the stream has ended; PMT_NIL if it was said before.
    pmt::pmt_t finish(dsp::frame_sync& sync);

private:
    std::string cause(dsp::frame_sync& sync) const;
    std::string message(const std::string& state, dsp::frame_sync& sync) const;
    pmt::pmt_t tell(const std::string& state, dsp::frame_sync& sync);

    waveform d_waveform;
    dsp::sync_counts d_seen;
    std::uint64_t d_bad_seen = 0, d_bad = 0, d_payload_errors = 0;
    double d_snr_needed_db;
    double d_interval; // samples
    std::string d_last;
    bool d_is_payload_judged = false;
    std::map<std::string, double> d_told; // state to sample number
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_SYNC_STATUS_H */
