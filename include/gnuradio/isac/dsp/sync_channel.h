/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_SYNC_CHANNEL_H
#define INCLUDED_ISAC_DSP_SYNC_CHANNEL_H

#include <gnuradio/isac/dsp/fft.h>
#include <gnuradio/isac/waveform.h>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * The channel as the synchronisation symbols show it: noise, paths, time of arrival.
 *
 * Two symbols that begin alike are added, which leaves the channel on the even cells and
 * noise on the odd ones, and subtracted, which leaves noise alone. The impulse response
 * of the even cells shows the first and the last path; delays are in samples from the
 * first sample given, and a delay of cp_len is what an aligned frame should have.
 *
 * The time of arrival is the maximum-likelihood one if the first path is the strongest:
 * its variance is the Cramer-Rao bound of a known symbol with unknown phase.
 */
class ISAC_API sync_channel
{
public:
    explicit sync_channel(const waveform& w);

    /// \param samples [2 * fft_len], carrier offset removed.
    void measure(span<const std::complex<float>> samples);

    double noise_var() const { return d_noise_var; } ///< E|n|^2 per sample and per cell
    double snr() const { return d_snr; }             ///< of an occupied cell of a row
    int first_delay() const { return d_first; }      ///< of the first path
    int last_delay() const { return d_last; }        ///< of the last path
    double arrival() const { return d_arrival; }     ///< of the first path, to a fraction

    /*! Where a row should be read, in samples after its first one would come without
     *  delay: in the middle of what is free of the symbols before and behind, but at most
     *  fft_len / 64 before the first path, for delay is a slope that all pilots see. */
    int window() const;

    /*! The channel of rows that are read there.
     *  \param channel [n_subcarriers]; smoothed as far as the paths allow. */
    void get(span<std::complex<float>> channel) const;

    /// Variance of the noise in one cell of get().
    double channel_noise_var() const;

private:
    void take_cells(span<const std::complex<float>> samples);
    void find_paths();
    void find_arrival(int strongest);
    double peak_near(int i) const;
    int smoothing() const;
    int column(int cell) const { return cell - d_waveform.n_subcarriers() / 2; }

    waveform d_waveform;
    std::vector<std::complex<float>> d_sequence; // [n_subcarriers], conjugate by 2
    std::vector<float> d_taper;                  // [n_subcarriers], Hann
    std::vector<std::complex<float>> d_even;     // [n_subcarriers], channel on even cells
    std::vector<float> d_response;               // [fft_len / 2], power
    fft d_fft, d_ifft;
    double d_noise_var = 1, d_snr = 0, d_arrival = 0;
    int d_first = 0, d_last = 0;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_SYNC_CHANNEL_H */
