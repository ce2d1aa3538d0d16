/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_SYNC_ESTIMATOR_H
#define INCLUDED_ISAC_DSP_SYNC_ESTIMATOR_H

#include <gnuradio/isac/dsp/dc_offset.h>
#include <gnuradio/isac/dsp/rotator.h>
#include <gnuradio/isac/dsp/sync_channel.h>
#include <gnuradio/isac/dsp/sync_detector.h>

namespace gr {
namespace isac {
namespace dsp {

/// What a candidate turned out to be.
enum class sync_verdict {
    OURS,       ///< the symbols that the waveform sends
    NOTHING,    ///< noise, or a signal that repeats but is no preamble
    FOREIGN,    ///< a wide-band preamble with another sequence
    CFO_TOO_BIG ///< our sequence, but further off than MAX_CFO
};

/// What the synchronisation symbols say about the frame behind them.
struct sync_estimate {
    double cfo = 0;             ///< subcarrier spacings
    double arrival = 0;         ///< sample number at which the header's first path begins
    std::int64_t window;        ///< sample number to read the header's first prefix from
    double noise_var;           ///< E|n|^2 per sample and per cell
    double snr;                 ///< signal over noise power of an occupied cell
    std::int64_t origin;        ///< sample number where the phase of the correction is 0
    std::complex<float> offset; ///< of the receiver, in the samples
};

/*!
 * From a candidate to carrier offset, timing and channel, with the known sequence.
 *
 * The four half symbols are added up and transformed. The whole part of the carrier
 * offset is the shift at which the cells, freed of the sequence, agree best from one to
 * the next: a wrong timing turns them all alike and does not matter. What is left of the
 * offset comes from the phases of the four half symbols against their own mean, which
 * comes within 16/15 of the Cramer-Rao bound of a known waveform; timing and channel are
 * those of sync_channel.
 */
class ISAC_API sync_estimator
{
public:
    /// Largest carrier offset either way, in subcarrier spacings.
    static constexpr int MAX_CFO = 5;

    /// Offsets up to this are recognised, to say that they are too big.
    static constexpr int MAX_NAMED_CFO = 40;

    explicit sync_estimator(const waveform& w);

    /// Samples around a candidate that estimate() uses; those not there count as 0.
    int before() const { return 2 * d_half_len; }
    int behind() const { return 7 * d_half_len; }

    /*!
     * \param samples of the stream, from number \p first on.
     * \param estimate is filled in for OURS; for CFO_TOO_BIG only its cfo is.
     */
    sync_verdict estimate(span<const std::complex<float>> samples,
                          std::int64_t first,
                          const sync_candidate& candidate,
                          sync_estimate& estimate);

    /// Of the candidate last found to be ours.
    const sync_channel& channel() const { return d_channel; }

private:
    void load(span<const std::complex<float>> samples,
              std::int64_t first,
              std::complex<float> offset);
    span<const std::complex<float>> fold();
    double agreement(span<const std::complex<float>> bins, int shift) const;
    sync_verdict classify(span<const std::complex<float>> bins,
                          const sync_candidate& candidate,
                          sync_estimate& e) const;
    int make_template(span<const std::complex<float>> bins, int shift);
    std::complex<float> correlate(int at) const;
    double likeness(int at) const;
    int align(int strongest) const;
    std::optional<double> residual_cfo(int at) const;

    waveform d_waveform;
    int d_half_len;
    std::vector<std::complex<float>> d_sequence; // [n], even cells, conjugate
    int d_first_column;                          // half the number of its first cell
    std::vector<std::complex<float>> d_region;   // [9 half symbols]
    std::vector<std::complex<float>> d_template; // [2 half symbols], twice the same
    rotator d_rotator;
    fft d_fft, d_ifft; // of half a symbol
    sync_channel d_channel;
    dc_offset d_offset;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_SYNC_ESTIMATOR_H */
