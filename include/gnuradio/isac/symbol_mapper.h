/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_SYMBOL_MAPPER_H
#define INCLUDED_ISAC_SYMBOL_MAPPER_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/waveform.h>
#include <gnuradio/sync_block.h>

namespace gr {
namespace isac {

/*!
 * \brief Coded bits to constellation symbols of unit mean power, Gray-mapped as in
 * 3GPP TS 38.211.
 * \ingroup isac
 *
 * \details
 * Input: the bits of one row, byte[bits_per_row], 0 or 1.
 *
 * Output: the data symbols of one row, complex[n_data].
 *
 * Tags: pass through.
 */
class ISAC_API symbol_mapper : virtual public gr::sync_block
{
public:
    using sptr = std::shared_ptr<symbol_mapper>;

    /*!
     * \brief Make a symbol mapper.
     * \param waveform shared by all blocks of the link
     */
    static sptr make(const isac::waveform& waveform);
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_SYMBOL_MAPPER_H */
