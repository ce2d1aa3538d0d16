/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_FRAME_CLOCK_H
#define INCLUDED_ISAC_DSP_FRAME_CLOCK_H

#include <gnuradio/isac/waveform.h>
#include <array>
#include <cstdint>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * The times at which numbered frames arrive: sampling frequency offset and lost samples.
 *
 * Frames that a transmitter sends one behind the other arrive frame_len apart, times
 * 1 + offset. The offset is the slope from the oldest of the last frames to the newest;
 * a frame that comes earlier than its number allows says that samples are missing.
 */
class ISAC_API frame_clock
{
public:
    explicit frame_clock(const waveform& w) : d_frame_len(w.frame_len()) {}

    /*! \param arrival sample number, to a fraction. \returns samples lost since the
     *  frame before, as far as one can know. */
    std::int64_t take(double arrival, std::uint32_t number);

    /// Starts anew, with the offset as it is.
    void forget() { d_n = 0; }

    /// Received over sent samples, less 1.
    double offset() const { return d_offset; }

private:
    static constexpr int DEPTH = 16;
    static constexpr double MAX_OFFSET = 100e-6;
    struct entry {
        double arrival;
        std::uint32_t number;
    };

    int d_frame_len;
    std::array<entry, DEPTH> d_frames; // the last d_n of them, oldest first
    int d_n = 0;
    double d_offset = 0;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_FRAME_CLOCK_H */
