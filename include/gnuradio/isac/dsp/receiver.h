/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_RECEIVER_H
#define INCLUDED_ISAC_DSP_RECEIVER_H

#include <gnuradio/isac/dsp/channel_estimator.h>
#include <gnuradio/isac/dsp/equalizer.h>
#include <gnuradio/isac/dsp/fft.h>
#include <gnuradio/isac/dsp/frame_decoder.h>
#include <gnuradio/isac/dsp/row_demapper.h>
#include <gnuradio/isac/dsp/spread_row_demapper.h>
#include <volk/volk_alloc.hh>
#include <memory>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * Samples of a frame that has been found to its payload, row by row: ofdm_demodulator,
 * channel_estimator, equalizer, dft_despreader, symbol_demapper and frame_decoder in one
 * pass over what fits a cache.
 *
 * The channel of a row is known only when rows behind it have come, so rows go in with
 * push() and come out of next() a little later: start(), then n_symbols times push(),
 * each followed by next() until it says no more; then finish().
 */
class ISAC_API receiver
{
public:
    explicit receiver(const waveform& w,
                      interpolation method = interpolation::WIENER,
                      double max_speed_mps = 40);

    /*! A new frame. \param noise_var E|n|^2 of a sample, a first guess.
     *  \param sfo_ppm by which rows were moved, see frame_start. */
    void start(double noise_var, double sfo_ppm = 0);

    /*!
     * The next row of the frame.
     * \param samples [symbol_len], from its prefix on, carrier offset removed.
     * \throws std::invalid_argument if a length is wrong.
     */
    void push(span<const std::complex<float>> samples);

    /// The same of the fft_len samples behind the prefix. One copy less if they were made
    /// in body().
    void push_body(span<const std::complex<float>> samples);
    span<std::complex<float>> body() { return d_fft.input(); }

    /*!
     * Makes soft bits of the next row, if enough rows behind it have come.
     * \param row [n_subcarriers] or empty, receives the row as it came.
     * \param symbols [n_data] or empty, receives the equalised data symbols; untouched if
     * the row is a reference row. \returns whether it did.
     */
    bool next(span<std::complex<float>> row = { nullptr, 0 },
              span<std::complex<float>> symbols = { nullptr, 0 });

    /// Decodes the frame. \param payload [payload_len]. \returns CRC fits.
    bool finish(span<std::uint8_t> payload);

    /// E|n|^2 of a sample, measured from the first rows of the frame.
    double noise_var() const { return d_channel_estimator.noise_var(); }

    /// Of the frame last finished, before decoding; see frame_decoder.
    int bit_errors() const { return d_decoder.bit_errors(); }

    /// Soft bits of the rows that came out, [bits_per_frame].
    span<const std::int8_t> soft_bits() const
    {
        return { d_soft.data(), static_cast<std::size_t>(d_waveform.bits_per_frame()) };
    }

private:
    row_view ring_row(int index) const;
    void copy_row(const row_view& row, span<std::complex<float>> out) const;
    void equalize(const row_view& row, const row_channel& channel);
    void take_data(const row_view& row, const row_channel& channel, bool wants_symbols);
    span<std::int8_t> soft_row(int index);

    waveform d_waveform;
    fft d_fft;
    channel_estimator d_channel_estimator;
    row_demapper d_row_demapper;
    equalizer d_equalizer;
    std::unique_ptr<spread_row_demapper> d_spread_demapper; // with DFT precoding
    frame_decoder d_decoder;
    int d_n_pushed = 0, d_n_done = 0, d_n_data = 0;    // rows of this frame
    volk::vector<std::complex<float>> d_bins;          // [fft_len]
    float d_scale;                                     // of the bins
    int d_n_kept;                                      // rows that may still be needed
    volk::vector<std::complex<float>> d_ring;          // [n_kept, n_subcarriers]
    std::vector<std::complex<float>> d_row, d_channel; // [n_subcarriers]
    std::vector<std::complex<float>> d_symbols;        // [n_data]
    std::vector<float> d_noise;                        // [n_data]
    std::vector<std::int8_t> d_soft;                   // [bits_per_frame], and some slack
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_RECEIVER_H */
