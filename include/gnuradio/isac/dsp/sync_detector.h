/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_SYNC_DETECTOR_H
#define INCLUDED_ISAC_DSP_SYNC_DETECTOR_H

#include <gnuradio/isac/dsp/span.h>
#include <gnuradio/isac/waveform.h>
#include <complex>
#include <optional>

namespace gr {
namespace isac {
namespace dsp {

/// Where a symbol with two equal halves seems to be.
struct sync_candidate {
    std::size_t position; ///< within its prefix or at its first sample
    double cfo;           ///< subcarrier spacings, modulo 2, in [-1, 1)
    float metric;         ///< at its maximum, in [0, 1]
};

/*!
 * Finds the synchronisation symbol in a stream by its two equal halves.
 *
 * The metric is the squared correlation of two neighbouring halves over the product of
 * their energies: at most 1, whatever the level does. On noise it exceeds t with
 * probability exp(-fft_len / 2 * t), which sets the threshold.
 *
 * Schmidl and Cox, IEEE Trans. Commun. 45(12), 1997.
 */
class ISAC_API sync_detector
{
public:
    explicit sync_detector(const waveform& w);

    float threshold() const { return d_threshold; }

    /// Samples that a search needs behind a position to say yes or no to it.
    std::size_t reach() const;

    struct result {
        std::size_t searched;                ///< samples that hold no symbol's start
        std::optional<sync_candidate> found; ///< not before sample \c searched
    };

    /*! Searches \p samples from the front. With nothing found, all but the last reach()
     *  samples are done with; a candidate whose surroundings are not all there yet is
     *  left for the next call. */
    result search(span<const std::complex<float>> samples) const;

private:
    sync_candidate locate(span<const std::complex<float>> samples, std::size_t at) const;

    int d_half_len, d_cp_len;
    float d_threshold;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_SYNC_DETECTOR_H */
