/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_BISTATIC_ALIGNER_H
#define INCLUDED_ISAC_DSP_BISTATIC_ALIGNER_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/fft.h>
#include <gnuradio/isac/dsp/span.h>
#include <gnuradio/isac/waveform.h>
#include <volk/volk_alloc.hh>
#include <complex>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/// The line of sight in one frame.
struct line_of_sight {
    double delay = 0; ///< samples, of the first row, after the start of its FFT window
    double drift_ppm = 0; ///< by which the delay grows: clocks apart, or a way that does
    double power = 0;     ///< of one cell, E|h|^2
    bool found = false;   ///< otherwise no row had any power
};

/*!
 * Makes the line of sight the zero of range and velocity, so that what a far receiver
 * hears can be sensed with.
 *
 * A far receiver has its own oscillators: carrier and sampling clock are off, and its
 * synchroniser moves rows by whole samples to follow. All of that turns the line of sight
 * like every echo. So its delay and phase are measured in each row, by one tap of the
 * channel under a Hamming window, where echoes more than two range bins off do not reach
 * (-43 dB). The delays follow a straight line over the frame, but for the whole samples;
 * the phases follow nothing, as oscillators have noise, and are taken as they are. Both
 * are taken out of the row: what is left is the delay and Doppler of an echo beyond those
 * of the line of sight.
 *
 * The phase of a row, from K cells of SNR s each, errs by 1 / sqrt(2 K s) rad, which
 * raises the noise of an echo by its power over that of the line of sight over 2 K:
 * nothing. The delay of the frame errs by what the Cramer-Rao bound says of the line of
 * sight, and that adds to the error of every range.
 *
 * Thomae et al., "Cooperative Passive Coherent Location", IEEE Commun. Mag. 57(9), 2019.
 */
class ISAC_API bistatic_aligner
{
public:
    /*! \param w the waveform
     *  \param sight_margin_db the line of sight is the first path that is at most so far
     *  below the strongest one. \throws std::invalid_argument if it is below 0. */
    explicit bistatic_aligner(const waveform& w, double sight_margin_db = 6);

    /*!
     * \param tx [n_symbols, n_subcarriers], row-major, as sent: known from decoding. A
     *           cell of 0 was not sent.
     * \param rx the same as received. What is not finite counts as not received.
     * \param out the same, receives rx with the line of sight at delay and Doppler 0; rx
     *           turned by nothing if there is none. May be \p rx.
     * \throws std::invalid_argument if a length is wrong.
     */
    line_of_sight align(span<const std::complex<float>> tx,
                        span<const std::complex<float>> rx,
                        span<std::complex<float>> out);

private:
    int take_channel(span<const std::complex<float>> tx,
                     span<const std::complex<float>> rx);
    int find_first_path(int first_row);
    void measure(int m);
    void follow(int first_row);
    void fit_line();
    double power() const;
    void turn_rows(span<const std::complex<float>> rx,
                   span<std::complex<float>> out) const;

    const float* re(int m) const { return d_re.data() + std::size_t(m) * d_stride; }
    const float* im(int m) const { return d_im.data() + std::size_t(m) * d_stride; }

    const int d_n_rows, d_n_cells, d_fft_len, d_cp_len, d_symbol_len;
    const double d_margin;
    int d_stride;                // of a row of planes
    double d_curvature;          // mean of k^2 under the window
    std::vector<float> d_window; // [n_cells]
    fft d_to_delays;
    std::vector<double> d_profile;  // [fft_len], power
    volk::vector<float> d_re, d_im; // [n_rows, stride], y / x under the window
    std::vector<double> d_energy;   // [n_rows], of the window, where cells count
    std::vector<double> d_delay;    // [n_rows], samples
    std::vector<double> d_jump;     // [n_rows], whole samples
    std::vector<double> d_off;      // [n_rows], by which the delay is off
    std::vector<double> d_turns;    // [n_rows], of the line of sight
    std::vector<double> d_weight;   // [n_rows], its power; 0 of a lost row
    double d_per_row = 0;           // by which the delays grow
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_BISTATIC_ALIGNER_H */
