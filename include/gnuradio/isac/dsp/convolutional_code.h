/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_CONVOLUTIONAL_CODE_H
#define INCLUDED_ISAC_DSP_CONVOLUTIONAL_CODE_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/span.h>
#include <gnuradio/isac/waveform.h>
#include <volk/volk_alloc.hh>
#include <cstdint>

namespace gr {
namespace isac {
namespace dsp {

/// A soft bit that says nothing. 0 is a certain 0, 255 a certain 1.
constexpr std::uint8_t ERASURE = 128;

/*!
 * The K = 7 convolutional code of IEEE 802.11 (133, 171 octal), started and ended in
 * state 0, at rate 1/2 or punctured to 2/3 or 3/4 (IEEE 802.11-2020, 17.3.5.6).
 *
 * Bits travel in bytes, the first in bit 0. The decoder is a Viterbi decoder over the
 * whole block; VOLK does its add-compare-select.
 */
class ISAC_API convolutional_code
{
public:
    /*! \throws std::invalid_argument if \p n_bytes < 1 or \p rate is not CC. */
    convolutional_code(int n_bytes, coding rate);

    int n_bytes() const { return d_n_bytes; }

    /// Coded bits of one block, its six tail bits included.
    int coded_len() const { return d_coded_len; }

    /*!
     * \param bytes [n_bytes()]
     * \param coded [coded_len()], receives 0 and 1
     */
    void encode(span<const std::uint8_t> bytes, span<std::uint8_t> coded);

    /*!
     * \param soft [coded_len()], from 0 (a certain 0) to 255 (a certain 1)
     * \param bytes [n_bytes()], the most likely
     */
    void decode(span<const std::uint8_t> soft, span<std::uint8_t> bytes);

private:
    int n_steps() const { return 8 * d_n_bytes + 6; }
    void add_compare_select();
    void trace_back(span<std::uint8_t> bytes) const;

    int d_n_bytes;
    coding d_rate;
    int d_coded_len;
    volk::vector<std::uint8_t> d_bits;       // [6 + n_steps], with the zeros around
    volk::vector<std::uint8_t> d_mother;     // [lead + n_steps, 2], at rate 1/2
    volk::vector<std::uint32_t> d_decisions; // [lead + n_steps, 2], a bit for each state
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_CONVOLUTIONAL_CODE_H */
