/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_FFT_WISDOM_H
#define INCLUDED_ISAC_DSP_FFT_WISDOM_H

#include <fftw3.h>

namespace gr {
namespace isac {
namespace dsp {

/*! FFTW plans by measurement, with what was measured before, by any process of the user,
 *  read from a file of the cache. Whatever is wrong with the file, plans are made. */
namespace fft_wisdom {

fftwf_plan make_plan(int len, fftwf_complex* in, fftwf_complex* out, int sign);

} // namespace fft_wisdom
} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_FFT_WISDOM_H */
