/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_FRAME_TRACKER_H
#define INCLUDED_ISAC_FRAME_TRACKER_H

#include "sync_status.h"
#include <gnuradio/block.h>
#include <deque>

namespace gr {
namespace isac {

/*!
 * dsp::frame_sync as a stream sees it: what frame_sync and receiver share.
 *
 * Turns frames into isac_frame dictionaries, causes of trouble into status messages, and
 * the history that GNU Radio keeps before the current item into what a search looks back
 * at. attach() in the constructor; then in each call of general_work open(), step() until
 * it needs more, and close().
 */
class frame_tracker
{
public:
    explicit frame_tracker(const waveform& w);

    void attach(gr::block& block);

    /// For forecast(): items that the next step waits for.
    int items_needed(gr::block& block) const;

    void open(gr::block& block, const gr_complex* in, const gr_vector_int& ninput_items);
    dsp::sync_event step();
    void close(gr::block& block);

    /// Nothing will ever follow what was opened, and all of it has been looked at.
    bool is_finished() const { return d_is_finished; }

    dsp::frame_sync& sync() { return d_sync; }

    /// The isac_frame dictionary of the frame last found.
    const pmt::pmt_t& frame_meta() const { return d_meta; }

    /// E|n|^2 of a sample of that frame.
    float noise_var() const { return static_cast<float>(d_sync.frame().noise_var); }

    /// Tells the status port how the payload of that frame fared.
    void report_payload(gr::block& block, bool crc_ok, double snr_needed_db);

private:
    void take_tags(gr::block& block);
    void make_meta();

    waveform d_waveform;
    dsp::frame_sync d_sync;
    sync_status d_status;
    gr::block* d_block = nullptr;
    dsp::span<const gr_complex> d_samples;
    std::int64_t d_first = 0; // number of d_samples[0] in the stream
    std::int64_t d_tags_seen = 0;
    double d_time_origin_s = 0; // of sample 0
    struct jump {
        std::int64_t at;
        double origin_s;
    };
    std::deque<jump> d_jumps; // of the radio's time, not reached yet
    bool d_has_time = false, d_has_ended = false, d_is_finished = false;
    std::vector<tag_t> d_tags;
    pmt::pmt_t d_meta;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_FRAME_TRACKER_H */
