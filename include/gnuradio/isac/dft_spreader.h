/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DFT_SPREADER_H
#define INCLUDED_ISAC_DFT_SPREADER_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/waveform.h>
#include <gnuradio/sync_block.h>

namespace gr {
namespace isac {

/*!
 * \brief DFT-s-OFDM: spreads the data symbols of a row over its data cells.
 * \ingroup isac
 *
 * \details
 * Input: the data symbols of one row, complex[n_data].
 *
 * Output: their unitary DFT, complex[n_data], for grid_mapper. The transmitted
 * signal has a lower peak than OFDM.
 *
 * Tags: pass.
 */
class ISAC_API dft_spreader : virtual public gr::sync_block
{
public:
    using sptr = std::shared_ptr<dft_spreader>;

    /*!
     * \brief Make a DFT spreader.
     * \param waveform shared by all blocks of the link
     */
    static sptr make(const isac::waveform& waveform);
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DFT_SPREADER_H */
