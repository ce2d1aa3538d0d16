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
 * \brief DFT-s-OFDM: spreads the chips of a row, data symbols and pilots, over its cells.
 * \ingroup isac
 *
 * \details
 * Input: the data symbols of one row, complex[n_data].
 *
 * Output: the DFT of its chips, complex[n_dft], for grid_mapper: every pilot_spacing-th
 * is known, the last guard_len are zero, the rest are the data symbols. The transmitted
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
