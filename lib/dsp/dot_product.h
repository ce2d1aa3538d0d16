/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_DOT_PRODUCT_H
#define INCLUDED_ISAC_DSP_DOT_PRODUCT_H

#include <complex>

namespace gr {
namespace isac {
namespace dsp {

/// sum conj(a) b
std::complex<float>
dot_product(const std::complex<float>* a, const std::complex<float>* b, int n);

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_DOT_PRODUCT_H */
