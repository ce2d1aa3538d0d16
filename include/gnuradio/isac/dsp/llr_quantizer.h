/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_LLR_QUANTIZER_H
#define INCLUDED_ISAC_DSP_LLR_QUANTIZER_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/span.h>
#include <cstdint>

namespace gr {
namespace isac {
namespace dsp {

/// Steps of a soft bit per unit of LLR.
constexpr float LLR_STEPS = 2.0f;

/// The largest soft bit.
constexpr int SOFT_MAX = 127;

/*!
 * LLRs to signed soft bits, what frame_decoder takes: LLR_STEPS * llr, rounded to nearest
 * with ties to even, within +-SOFT_MAX. NaN and infinite become 0: not known.
 *
 * \param llrs log P(0)/P(1)
 * \param soft same length
 * \throws std::invalid_argument if the lengths differ.
 */
ISAC_API void quantize_llrs(span<const float> llrs, span<std::int8_t> soft);

/*!
 * LLRs to the 8-bit soft bits of convolutional_code.
 *
 * The scale is fixed, at 128 for an LLR of 10.7: where channels fade or bits of a symbol
 * differ in weight, no mean of the LLRs tells how fine the weak ones must be resolved.
 * So the LLRs should be true ones, log P(0)/P(1) within a factor of 2. Only if all are
 * too small to resolve they are scaled up. NaN and infinite become ERASURE.
 *
 * \param llrs log P(0)/P(1)
 * \param soft same length
 * \throws std::invalid_argument if the lengths differ.
 */
ISAC_API void quantize_llrs(span<const float> llrs, span<std::uint8_t> soft);

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_LLR_QUANTIZER_H */
