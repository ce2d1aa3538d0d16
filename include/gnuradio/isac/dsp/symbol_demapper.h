/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_SYMBOL_DEMAPPER_H
#define INCLUDED_ISAC_DSP_SYMBOL_DEMAPPER_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/span.h>
#include <gnuradio/isac/waveform.h>
#include <complex>

namespace gr {
namespace isac {

/// What counts of the symbols that a bit may have come from.
enum class demapping {
    MAX_LOG, ///< the nearest one with either value: no exponential, hardly any loss
    EXACT,   ///< all of them
};

namespace dsp {

/// LLRs are clipped to +-LLR_MAX: a chance of error below any that matters.
constexpr float LLR_MAX = 1000.0f;

/// Less noise than this counts as this much, so that noiseless symbols have finite LLRs.
constexpr float NOISE_VAR_MIN = 1e-9f;

/*!
 * Noisy symbols to LLRs of their bits: the inverse of symbol_mapper.
 *
 * MAX_LOG is (min |y - x|^2 over symbols x with bit 1 - the same with bit 0)
 * / noise_var. For Gray-mapped QAM it is a piecewise linear function of the real or of
 * the imaginary part, so no symbol is searched for.
 *
 * Tosato and Bisaglia, "Simplified soft-output demapper for binary interleaved COFDM
 * with application to HIPERLAN/2", IEEE ICC 2002 (there with fewer pieces).
 *
 * EXACT is log P(0)/P(1) for equally likely symbols in Gaussian noise: the same minima,
 * each corrected by the log of what the other symbols add.
 */
class ISAC_API symbol_demapper
{
public:
    explicit symbol_demapper(isac::modulation modulation,
                             isac::demapping method = isac::demapping::MAX_LOG);

    int bits_per_symbol() const { return d_bits_per_symbol; }

    /*!
     * \param symbols [n], unbiased, at unit mean power
     * \param noise_var [n], E|n|^2 of each symbol. What carries no information has LLR 0:
     *        a symbol or a variance that is NaN or infinite, or a negative variance.
     *        0 is no noise, see NOISE_VAR_MIN.
     * \param llrs [n * bits_per_symbol()], log P(0)/P(1), within +-LLR_MAX
     * \throws std::invalid_argument if the lengths do not fit each other.
     */
    void demap(span<const std::complex<float>> symbols,
               span<const float> noise_var,
               span<float> llrs) const;

private:
    void
    demap_exactly(const float* parts, const float* noise_var, int n, float* llrs) const;

    int d_bits_per_symbol;
    isac::demapping d_method;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_SYMBOL_DEMAPPER_H */
