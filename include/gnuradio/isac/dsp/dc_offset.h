/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_DC_OFFSET_H
#define INCLUDED_ISAC_DSP_DC_OFFSET_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/span.h>
#include <complex>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * The DC offset of a receiver, told from the signal by what the carrier offset does.
 *
 * A carrier offset of c subcarriers turns a signal that repeats every half symbol by
 * pi c from one half to the next; an offset of the receiver stands still. Both are fitted
 * to the means of four halves by least squares, so neither the level of the signal nor a
 * cell of it that the carrier offset moves to DC leaves anything in the estimate. Where c
 * is close to an even number the two cannot be told apart; the offset then falls on one
 * cell and disturbs no other.
 *
 * Estimates of frames in a row are averaged with the inverse of their variances.
 */
class ISAC_API dc_offset
{
public:
    /*!
     * Looks at four halves that may be a preamble.
     * \param halves [4 * half symbol]
     * \param cfo subcarrier spacings, modulo 2
     * \returns what should be subtracted; 0 unless it matters and is certain.
     */
    std::complex<float> measure(span<const std::complex<float>> halves, double cfo);

    /// They were one: what measure() saw counts for the frames to come.
    void keep();

private:
    struct estimate {
        std::complex<double> value = 0;
        double weight = 0; // inverse of the variance
    };

    static estimate fit(span<const std::complex<float>> halves, double cfo);
    estimate combine(const estimate& seen) const;

    estimate d_mean, d_next;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_DC_OFFSET_H */
