/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_INTERLEAVER_H
#define INCLUDED_ISAC_DSP_INTERLEAVER_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/span.h>
#include <cstddef>
#include <cstdint>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * Spreads neighbouring coded bits over a frame, in time and in frequency.
 *
 * Bit k goes to place k * step modulo the length, and step is coprime to the length.
 * The length is a whole number of rows, so k * step modulo row_len is the place within
 * the row: one step moves both, and the bits form a lattice in the plane of time and
 * frequency. The step is the one, of many, whose lattice keeps neighbours farthest
 * apart; it depends on the two lengths only. There is no table to read, only an addition
 * a bit.
 */
class ISAC_API interleaver
{
public:
    /*! \throws std::invalid_argument if a length is < 1. */
    interleaver(int n_rows, int row_len);

    int len() const { return static_cast<int>(d_len); }

    /// Where bit \p k goes.
    int place(int k) const { return static_cast<int>(std::uint64_t(k) * d_step % d_len); }

    /*!
     * \param in [len()], neighbours together
     * \param out [len()], neighbours apart
     */
    void interleave(span<const std::uint8_t> in, span<std::uint8_t> out) const;

    /// The inverse of interleave().
    void deinterleave(span<const std::uint8_t> in, span<std::uint8_t> out) const;

private:
    std::size_t d_len;
    std::size_t d_step;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_INTERLEAVER_H */
