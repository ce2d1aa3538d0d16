/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_SYNC_DETECTOR_H
#define INCLUDED_ISAC_DSP_SYNC_DETECTOR_H

#include <gnuradio/isac/dsp/span.h>
#include <gnuradio/isac/waveform.h>
#include <array>
#include <complex>
#include <cstdint>
#include <optional>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/// Where the synchronisation symbols seem to be.
struct sync_candidate {
    std::int64_t position; ///< number of the first of 2 * fft_len periodic samples
    double cfo;            ///< subcarrier spacings, modulo 2, in [-1, 1)
    float metric;          ///< in [0, 1]: (g / (1 + g))^2 at an SNR of g per sample
    float power;           ///< E|x|^2 of the samples
};

/*!
 * Finds the synchronisation symbols in a stream: 2 * fft_len samples that repeat every
 * half symbol.
 *
 * The metric is the squared correlation over a lag of half a symbol by the squared
 * energy, both less what the mean contributes: a DC offset repeats as well. On noise it
 * exceeds t with probability exp(-3/2 fft_len t), for that many products enter it. The
 * threshold lets one noise window in a few hundred pass: saying no to it is cheap for
 * sync_estimator, who knows the sequence, and symbols far below 0 dB get through.
 *
 * The stream is read once, in blocks of some samples whose sums are kept.
 *
 * Schmidl and Cox, IEEE Trans. Commun. 45(12), 1997, with three lags in place of one.
 */
class ISAC_API sync_detector
{
public:
    explicit sync_detector(const waveform& w);

    /// Forgets everything and goes on at sample number \p at.
    void restart(std::int64_t at);

    /// Takes nothing below \p metric for a candidate; 0 is back to the threshold.
    void set_floor(float metric);

    /// Samples before this number have been looked at.
    std::int64_t scanned() const { return d_scanned; }

    /// A candidate begins at most so many samples before scanned().
    int depth() const { return 4 * d_half_len + d_hold + 2 * d_block_len; }

    /*!
     * Goes on to sample number \p end, or until a candidate is certain to be the best one
     * around.
     * \param samples of the stream, from number \p first on; half a symbol before
     *                scanned() must be among them, or the stream begin there.
     */
    std::optional<sync_candidate>
    scan(span<const std::complex<float>> samples, std::int64_t first, std::int64_t end);

    /// The candidate that would still be waited for to be beaten; for the stream's end.
    std::optional<sync_candidate> take_pending();

    /// The same for one place, whatever has been scanned; nothing below the threshold.
    std::optional<sync_candidate> measure(span<const std::complex<float>> samples,
                                          std::int64_t first,
                                          std::int64_t position) const;

    /// Samples that were NaN, infinite or beyond any sense, counted by blocks.
    std::uint64_t n_bad() const { return d_n_bad; }

private:
    static constexpr int CHUNK = 64; // blocks at a time
    struct sums {                    // of a block, or of the window
        double correlation_re = 0, correlation_im = 0, energy = 0, re = 0, im = 0;
    };

    static float metric_of(const sums& window, int len, float at_least);
    static double offset_of(const sums& window, int len);

    void take_block(const float* block);
    void recount();

    int d_half_len, d_block_len, d_hold;
    int d_n_window; // blocks in 4 half symbols
    float d_threshold, d_floor = 0;
    std::int64_t d_started = 0, d_scanned = 0;
    std::vector<sums> d_ring; // [d_n_window], oldest at d_at
    int d_at = 0;
    sums d_window;
    sync_candidate d_best = { 0, 0, 0, 0 };
    std::uint64_t d_n_bad = 0;
    std::array<float, CHUNK * 8> d_blocks; // scratch
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_SYNC_DETECTOR_H */
