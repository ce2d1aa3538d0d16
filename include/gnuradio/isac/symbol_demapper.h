/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_SYMBOL_DEMAPPER_H
#define INCLUDED_ISAC_SYMBOL_DEMAPPER_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/symbol_demapper.h>
#include <gnuradio/isac/waveform.h>
#include <gnuradio/sync_block.h>

namespace gr {
namespace isac {

/*!
 * \brief Noisy symbols to LLRs of their bits.
 * \ingroup isac
 *
 * \details
 * Input 0: the data symbols of one row, complex[n_data], unbiased.
 *
 * Input 1: their noise variances E|n|^2, float[n_data]. A symbol or a variance that is
 * NaN or infinite, or a negative variance, gives LLRs of 0.
 *
 * Output: log P(0)/P(1) of each bit, float[bits_per_row], at most 1000 either way.
 *
 * Tags: those of input 0 pass.
 */
class ISAC_API symbol_demapper : virtual public gr::sync_block
{
public:
    using sptr = std::shared_ptr<symbol_demapper>;

    /*!
     * \brief Make a symbol demapper.
     * \param waveform shared by all blocks of the link
     * \param method whether the nearest symbols count or all
     */
    static sptr make(const isac::waveform& waveform,
                     isac::demapping method = isac::demapping::MAX_LOG);
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_SYMBOL_DEMAPPER_H */
