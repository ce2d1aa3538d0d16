/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_MMSE_GAINS_H
#define INCLUDED_ISAC_DSP_MMSE_GAINS_H

#include <gnuradio/isac/dsp/channel_estimator.h>
#include <volk/volk_alloc.hh>
#include <complex>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * What the cells of rows of DFT-s-OFDM are multiplied by: conj(h) / (|h|^2 + noise_var),
 * a cell's part of an estimate of chips that has the least mean squared error, h the
 * channel with the timing of the row folded in.
 *
 * A division and a turn per cell and row cost more than the product itself. So both are
 * done at the ends of the span that a row lies in, and the row takes a point on the
 * straight line between them, or the same point as its neighbours, as long as what that
 * misses is far below the error that the noise leaves. Otherwise, and in rows whose
 * timing jumps, the row gets its own.
 */
class ISAC_API mmse_gains
{
public:
    /*!
     * \param fft_len subcarriers in a turn of a delay of one sample
     * \param n_cells cells of a row, DC in their middle
     * \param n_used of them are used, half on either side of DC
     */
    mmse_gains(int fft_len, int n_cells, int n_used);

    /// from + share * (to - from), [n_used / 2], on either side of DC; or from if to is
    /// null.
    struct view {
        struct {
            const std::complex<float>*from, *to;
        } above, below;
        float share;
        float missing; ///< 1 minus the mean of the products of channel and gain
    };

    /*!
     * \param c the channel of a row, its rotation not lost; LANES floats more than its
     *        planes have may be read.
     * \param noise_var E|n|^2 of a cell.
     * \returns gains without the common phase of the row; valid until the next call.
     */
    view of(const row_channel& c, float noise_var);

    static constexpr int LANES = 8;

    /// Where the cells are.
    struct band {
        int fft_len, dc, half;
    };

private:
    enum class shape { CURVED, LINE, STILL };
    typedef volk::vector<std::complex<float>> gains; // [2 sides, stride]

    view view_of(const gains& from, const gains* to, float share, float missing) const;
    float make(const row_channel& c,
               float share,
               double delay,
               float noise_var,
               gains& made) const;
    shape shape_of(const row_channel& c, float noise_var) const;
    void begin_span(const row_channel& c, float noise_var);

    band d_band;
    int d_stride; // n_used / 2, rounded up to LANES
    gains d_row;
    // of the span
    gains d_from, d_to, d_middle;
    int d_span = -1;
    shape d_shape = shape::CURVED;
    float d_from_missing = 0, d_to_missing = 0;
    const float* d_to_re = nullptr;
    double d_to_delay = 0;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_MMSE_GAINS_H */
