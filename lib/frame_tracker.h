/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_FRAME_TRACKER_H
#define INCLUDED_ISAC_FRAME_TRACKER_H

#include <gnuradio/block.h>
#include <gnuradio/isac/dsp/frame_sync.h>
#include <pmt/pmt.h>

namespace gr {
namespace isac {

/*!
 * dsp::frame_sync as a stream sees it: what frame_sync and receiver share.
 *
 * Turns frames into isac_frame dictionaries and the counts of the search into messages.
 */
class frame_tracker
{
public:
    explicit frame_tracker(const waveform& w);

    std::size_t lookahead() const { return d_sync.lookahead(); }

    /// Whether the next sample belongs to the body of a frame.
    bool in_frame() const { return d_remaining > 0; }

    /// Samples of the body still to come.
    int remaining() const { return d_remaining; }

    /*! Searches; \p first is the number of samples[0] in the stream.
     *  \returns the samples done with; then in_frame() tells whether one was found. */
    int search(dsp::span<const gr_complex> samples, std::uint64_t first);

    /// Removes the carrier offset of samples of the body.
    void correct(dsp::span<const gr_complex> in, dsp::span<gr_complex> out);

    /// The isac_frame dictionary of the frame last found.
    const pmt::pmt_t& frame_meta() const { return d_meta; }

    /// E|n|^2 of a sample of that frame.
    float noise_var() const { return d_noise_var; }

    /// What the last search came to, for the status port; PMT_NIL if nothing new.
    pmt::pmt_t status();

private:
    waveform d_waveform;
    dsp::frame_sync d_sync;
    dsp::sync_counts d_reported;
    int d_remaining = 0;
    float d_noise_var = 1;
    pmt::pmt_t d_meta;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_FRAME_TRACKER_H */
