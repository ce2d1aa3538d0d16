/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_SYMBOL_MAPPER_H
#define INCLUDED_ISAC_DSP_SYMBOL_MAPPER_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/span.h>
#include <gnuradio/isac/waveform.h>
#include <array>
#include <complex>
#include <cstdint>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * Bits to constellation symbols of unit mean power.
 *
 * QPSK to 256-QAM are Gray-mapped as in 3GPP TS 38.211, 5.1: bits 0, 2, 4.. of a symbol
 * choose its real part, bits 1, 3, 5.. its imaginary part. BPSK is +1 and -1.
 */
class ISAC_API symbol_mapper
{
public:
    explicit symbol_mapper(isac::modulation modulation);

    int bits_per_symbol() const { return d_bits_per_symbol; }

    /// All symbols; the index is the bits of a symbol, the first the most significant.
    span<const std::complex<float>> constellation() const { return d_constellation; }

    /// Real parts of the symbols by the bits that choose them, of which the last three
    /// count; with four the first is the sign. Not for BPSK.
    const std::array<float, 8>& levels() const { return d_levels; }

    /*!
     * \param bits [n * bits_per_symbol()]; only bit 0 of a byte counts.
     * \param symbols [n]
     * \throws std::invalid_argument if the lengths do not fit each other.
     */
    void map(span<const std::uint8_t> bits, span<std::complex<float>> symbols) const;

private:
    int d_bits_per_symbol;
    std::vector<std::complex<float>> d_constellation;
    std::array<float, 8> d_levels{}; // of one dimension, by its last three bits
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_SYMBOL_MAPPER_H */
