/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_COMB_H
#define INCLUDED_ISAC_DSP_COMB_H

#include <gnuradio/isac/dsp/span.h>
#include <algorithm>
#include <complex>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * What one of several transmitters sends of a row that they share.
 * \param row cells
 * \param first cell that it sends; then every \p step -th
 * \param comb as many cells, 0 where it sends nothing
 */
inline void take_comb(span<const std::complex<float>> row,
                      int first,
                      int step,
                      span<std::complex<float>> comb)
{
    std::fill(comb.begin(), comb.end(), 0);
    for (std::size_t k = first; k < row.size(); k += step) {
        comb[k] = row[k];
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_COMB_H */
