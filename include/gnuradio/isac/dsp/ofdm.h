/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_OFDM_H
#define INCLUDED_ISAC_DSP_OFDM_H

#include <gnuradio/isac/dsp/fft.h>
#include <gnuradio/isac/waveform.h>
#include <volk/volk_alloc.hh>

namespace gr {
namespace isac {
namespace dsp {

/// Grid row to time samples: unitary IFFT, then cyclic prefix.
class ISAC_API ofdm_modulator
{
public:
    explicit ofdm_modulator(const waveform& w);

    /*!
     * Modulates one OFDM symbol.
     * \param row [n_subcarriers], ascending frequency, index n_subcarriers/2 is DC.
     * \param samples [cp_len + fft_len], receives the symbol; quickest where its first
     *                sample after the prefix lies on 16 bytes.
     * \throws std::invalid_argument if a length is wrong.
     */
    void modulate(span<const std::complex<float>> row, span<std::complex<float>> samples);

    /// What makes the IFFT of modulate_bins() unitary.
    float scale() const { return d_scale; }

    /*!
     * The same for cells that are in their bins already.
     * \param bins [fft_len], cells times scale(), zeros between them; on 16 bytes.
     */
    void modulate_bins(const std::complex<float>* bins,
                       span<std::complex<float>> samples);

private:
    waveform d_waveform;
    fft d_ifft;
    float d_scale;
    volk::vector<std::complex<float>> d_bins; // zero where no cell ever is
};

/// Time samples to grid row. Inverse of ofdm_modulator when the CP absorbs the channel.
class ISAC_API ofdm_demodulator
{
public:
    explicit ofdm_demodulator(const waveform& w);

    /*!
     * Demodulates one OFDM symbol that starts at its cyclic prefix.
     *
     * White noise of variance s2 per sample comes out with variance s2 per
     * subcarrier, because the FFT is unitary.
     *
     * \param samples [cp_len + fft_len].
     * \param row [n_subcarriers], ascending frequency, index n_subcarriers/2 is DC.
     * \throws std::invalid_argument if a length is wrong.
     */
    void demodulate(span<const std::complex<float>> samples,
                    span<std::complex<float>> row);

private:
    waveform d_waveform;
    fft d_fft;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_OFDM_H */
