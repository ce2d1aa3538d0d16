/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_SYNC_ESTIMATOR_H
#define INCLUDED_ISAC_DSP_SYNC_ESTIMATOR_H

#include <gnuradio/isac/dsp/fft.h>
#include <gnuradio/isac/dsp/rotator.h>
#include <gnuradio/isac/dsp/sync_detector.h>
#include <optional>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/// What the synchronisation symbol says about the frame behind it.
struct sync_estimate {
    std::ptrdiff_t window; ///< where to start the FFT of the synchronisation symbol
    double cfo;            ///< subcarrier spacings
    double noise_var;      ///< E|n|^2 per sample and per cell
    double snr;            ///< signal over noise power of an occupied cell
};

/*!
 * From a candidate to timing, carrier offset and noise, in the frequency domain.
 *
 * The whole part of the carrier offset is the shift at which the cells, freed of the
 * known sequence, agree best from one to the next: a wrong timing turns them all alike
 * and does not matter. The channel on the even cells then gives the impulse response,
 * whose first path sets the timing, and the odd cells, which were not sent, the noise.
 */
class ISAC_API sync_estimator
{
public:
    /// Largest carrier offset either way, in subcarrier spacings.
    static constexpr int MAX_CFO = 5;

    explicit sync_estimator(const waveform& w);

    /*!
     * \param samples the stream; fft_len of them from the candidate on are used.
     * \param candidate what sync_detector found in \p samples.
     * \returns nothing if the symbol there is not ours.
     */
    std::optional<sync_estimate> estimate(span<const std::complex<float>> samples,
                                          const sync_candidate& candidate);

private:
    std::complex<float> cell(span<const std::complex<float>> bins, int k) const;
    bool find_shift(span<const std::complex<float>> bins);
    void measure_power(span<const std::complex<float>> bins, sync_estimate& e) const;
    int first_path();

    waveform d_waveform;
    std::vector<std::complex<float>> d_sequence; // [n_subcarriers], conjugate
    std::vector<std::complex<float>> d_channel;  // [n_subcarriers], even cells
    rotator d_rotator;
    fft d_fft;       // a symbol to its bins
    fft d_ifft;      // every second bin to the impulse response
    int d_shift = 0; // cells
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_SYNC_ESTIMATOR_H */
