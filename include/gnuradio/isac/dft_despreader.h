/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DFT_DESPREADER_H
#define INCLUDED_ISAC_DFT_DESPREADER_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/waveform.h>
#include <gnuradio/sync_block.h>

namespace gr {
namespace isac {

/*!
 * \brief DFT-s-OFDM: data cells behind the equaliser back to data symbols.
 * \ingroup isac
 *
 * \details
 * Input 0: the cells of one data row, complex[n_dft], unbiased.
 *
 * Input 1: their noise variances, float[n_dft].
 *
 * Output 0: the data symbols, complex[n_data]: the MMSE combination of the cells
 * with its bias removed, and turned so that the pilot chips have their phase.
 *
 * Output 1: their noise variances, float[n_data], interference included.
 *
 * Tags: isac_frame of input 0 passes to both outputs.
 */
class ISAC_API dft_despreader : virtual public gr::sync_block
{
public:
    using sptr = std::shared_ptr<dft_despreader>;

    /*!
     * \brief Make a DFT despreader.
     * \param waveform shared by all blocks of the link
     */
    static sptr make(const isac::waveform& waveform);
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DFT_DESPREADER_H */
