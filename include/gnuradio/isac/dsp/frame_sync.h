/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_FRAME_SYNC_H
#define INCLUDED_ISAC_DSP_FRAME_SYNC_H

#include <gnuradio/isac/dsp/channel_estimator.h>
#include <gnuradio/isac/dsp/equalizer.h>
#include <gnuradio/isac/dsp/header.h>
#include <gnuradio/isac/dsp/ofdm.h>
#include <gnuradio/isac/dsp/symbol_demapper.h>
#include <gnuradio/isac/dsp/sync_estimator.h>

namespace gr {
namespace isac {
namespace dsp {

/// A frame that has been found, up to its first row.
struct frame_start {
    frame_header header;
    double cfo_hz;
    double noise_var; ///< E|n|^2 per sample and per cell
    double snr_db;    ///< of an occupied cell
};

/// Counts of what a search has seen and refused.
struct sync_counts {
    std::uint64_t frames = 0;        ///< found, header read
    std::uint64_t not_ours = 0;      ///< two equal halves, but another sequence
    std::uint64_t header_errors = 0; ///< our sequence, but the CRC of the header failed
    std::uint64_t other_waveforms =
        0; ///< header read, modulation, code or length not ours
};

/*!
 * Finds frames in a stream: detection, timing, carrier offset, header.
 *
 * Call search() until it finds a frame, then correct() on its body_len samples, in as
 * many calls as they arrive in, then search() again.
 */
class ISAC_API frame_sync
{
public:
    explicit frame_sync(const waveform& w);

    /// Samples that search() must see at once to be sure to get on.
    std::size_t lookahead() const;

    struct result {
        std::size_t consumed;             ///< samples done with
        std::optional<frame_start> frame; ///< whose first row starts after \c consumed
    };

    result search(span<const std::complex<float>> samples);

    /// Removes the carrier offset of the frame last found; \p out may be \p in.
    void correct(span<const std::complex<float>> in, span<std::complex<float>> out);

    const sync_counts& counts() const { return d_counts; }

private:
    std::optional<frame_header> read_header(span<const std::complex<float>> samples,
                                            double noise_var);

    waveform d_waveform;
    sync_detector d_detector;
    sync_estimator d_estimator;
    rotator d_rotator;
    ofdm_demodulator d_demodulator;
    channel_estimator d_channel_estimator;
    equalizer d_equalizer;
    symbol_demapper d_demapper;
    header_codec d_codec;
    sync_counts d_counts;
    std::vector<std::complex<float>> d_samples, d_row, d_channel, d_symbols;
    std::vector<float> d_noise, d_llrs;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_FRAME_SYNC_H */
