/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_WAVEFORM_CHECK_H
#define INCLUDED_ISAC_WAVEFORM_CHECK_H

#include <gnuradio/isac/waveform.h>

namespace gr {
namespace isac {

/// The names in a waveform's id.
/// \throws std::invalid_argument if the value is no enumerator.
const char* name_of(modulation m);
const char* name_of(coding c);

/// The longest even DFT over cells on both sides of an empty DC that FFTW is quick at.
int dft_len(int n_subcarriers);

/// \throws std::invalid_argument naming the first parameter out of range.
void check(const waveform_params& p);

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_WAVEFORM_CHECK_H */
