/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_FRAME_SYNC_H
#define INCLUDED_ISAC_DSP_FRAME_SYNC_H

#include <gnuradio/isac/dsp/frame_clock.h>
#include <gnuradio/isac/dsp/header_reader.h>
#include <gnuradio/isac/dsp/level_meter.h>
#include <gnuradio/isac/dsp/sync_estimator.h>
#include <algorithm>
#include <utility>

namespace gr {
namespace isac {
namespace dsp {

/// A frame that has been found, up to its first row.
struct frame_start {
    frame_header header;
    double cfo_hz = 0;
    double noise_var = 1;  ///< E|n|^2 per sample and per cell
    double snr_db = 0;     ///< of an occupied cell
    double sfo_ppm = 0;    ///< samples received per sample sent, less 1; 0 until known
    double arrival = 0;    ///< sample number at which the first path of row 0 begins
    std::int64_t body = 0; ///< sample number from which row 0 is read
};

/// Counts of what a stream has brought.
struct sync_counts {
    std::uint64_t frames = 0;          ///< found, header read
    std::uint64_t header_errors = 0;   ///< our sequence, but the CRC of the header failed
    std::uint64_t other_waveforms = 0; ///< modulation, code or length not ours
    std::uint64_t foreign = 0;         ///< a preamble, but another sequence
    std::uint64_t cfo_too_big = 0;     ///< our sequence, further off than MAX_CFO
    std::uint64_t broken_frames = 0;   ///< the next preamble came before their end
    std::uint64_t cut_frames = 0;      ///< the stream ended or jumped inside them
    std::uint64_t lost_samples = 0;    ///< missing between frames
};

/// What a step of frame_sync came to.
enum class sync_event {
    NEED_MORE, ///< call again with need() samples behind position()
    FRAME,     ///< frame() has begun; one that was not complete never will be
    ROW,       ///< the next row of the frame is there
    CUT        ///< the frame will not be completed
};

/*!
 * Finds the frames in a stream and hands out their rows.
 *
 * Unlocked, it searches; after a frame, it looks first where the next one should be. The
 * search never ends: a preamble inside a frame means that samples are missing, and the
 * frame that it announces is not lost.
 *
 * Rows are read symbol_len apart, but for whole samples that the sampling frequency
 * offset asks for on the way.
 */
class ISAC_API frame_sync
{
public:
    explicit frame_sync(const waveform& w);

    /// Samples before position() that must stay at hand.
    int lookback() const;

    /// The most that need() ever asks for.
    int lookahead() const;

    /// Number of the first sample that is not done with.
    std::int64_t position() const { return d_position; }

    /// Samples from position() on that the next step waits for.
    int need() const { return d_need; }

    /*!
     * Goes on by one event.
     * \param samples of the stream, from number \p first on: lookback() before
     *                position(), unless the stream is younger, and as many as there are.
     * \param ended nothing will follow them.
     */
    sync_event
    step(span<const std::complex<float>> samples, std::int64_t first, bool ended = false);

    /// The stream goes on elsewhere from sample number \p at on; a frame is cut.
    void jump(std::int64_t at);

    /// So many samples are known to be missing there.
    void lose(std::int64_t n) { d_counts.lost_samples += std::max<std::int64_t>(n, 0); }

    /// Rows that a frame which was broken or cut still owes; 0 when asked again.
    int take_missing_rows() { return std::exchange(d_missing_rows, 0); }

    const frame_start& frame() const { return d_frame; }
    bool in_frame() const { return d_rows_left > 0; }

    /// Of the row last announced: its index, and its samples as they came, symbol_len.
    int row() const { return d_waveform.n_symbols() - d_rows_left - 1; }
    span<const std::complex<float>> row_samples() const { return d_row; }

    /// Frequency that correct() shifts them by.
    double turns_per_sample() const { return d_rotator.turns_per_sample(); }

    /// That row without carrier and DC offset. \param out [up to symbol_len], receives
    /// its last samples.
    void correct(span<std::complex<float>> out);

    const sync_counts& counts() const { return d_counts; }

    /// Carrier offset of the last preamble counted as cfo_too_big.
    double refused_cfo_hz() const;

    /// Samples searched without a preamble since the last frame or refusal.
    std::int64_t silence() const { return d_detector.scanned() - d_last_seen; }

    level_meter& level() { return d_level; }

    /// Samples that were NaN or infinite, as far as they were looked at.
    std::uint64_t n_bad() const { return d_detector.n_bad(); }

private:
    enum class trial { YES, NO, WAIT };

    // A preamble inside a frame is as clear as the frame's own. Rows are not random
    // enough to be searched with the threshold of noise: equally spaced pilots repeat,
    // too.
    static constexpr float INSIDE = 0.35f;

    sync_event
    next_row(span<const std::complex<float>> samples, std::int64_t first, bool ended);
    sync_event
    search(span<const std::complex<float>> samples, std::int64_t first, bool ended);
    bool look(span<const std::complex<float>> samples,
              std::int64_t first,
              std::int64_t end,
              bool ended);
    trial
    try_expected(span<const std::complex<float>> samples, std::int64_t first, bool ended);
    trial try_candidate(span<const std::complex<float>> samples,
                        std::int64_t first,
                        bool ended);
    bool read_header(span<const std::complex<float>> samples,
                     const sync_candidate& candidate,
                     const sync_estimate& e);
    bool accept(const frame_header& header) const;
    void begin(const frame_header& header, const sync_estimate& e, float metric);
    void note(sync_verdict verdict, double cfo);

    waveform d_waveform;
    sync_detector d_detector;
    sync_estimator d_estimator;
    header_reader d_header_reader;
    frame_clock d_clock;
    level_meter d_level;
    rotator d_rotator;
    std::int64_t d_rotated = 0;   // sample number that the rotator is at
    std::complex<float> d_dc = 0; // that is removed

    std::int64_t d_position = 0, d_row_at = 0, d_last_seen = 0;
    std::int64_t d_read = -1000000; // window of the header last read, well or not
    std::optional<double> d_due;    // arrival of the header, if it is the expected one
    int d_need = 0, d_rows_left = 0, d_missing_rows = 0;
    std::optional<std::int64_t> d_expected;
    std::optional<sync_candidate> d_candidate;
    span<const std::complex<float>> d_row;
    frame_start d_frame;
    double d_refused_cfo = 0;
    sync_counts d_counts;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_FRAME_SYNC_H */
