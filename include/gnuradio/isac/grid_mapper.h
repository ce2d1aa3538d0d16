/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_GRID_MAPPER_H
#define INCLUDED_ISAC_GRID_MAPPER_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/waveform.h>
#include <gnuradio/sync_block.h>

namespace gr {
namespace isac {

/*!
 * \brief Data symbols to grid rows: adds the pilots, leaves DC empty.
 * \ingroup isac
 *
 * \details
 * Input: the data symbols of one row, complex[n_data], unit mean power.
 *
 * Output: grid rows, complex[n_subcarriers], ascending frequency. Every
 * pilot_spacing-th cell is a pilot of +1 or -1.
 *
 * Tags: pass.
 */
class ISAC_API grid_mapper : virtual public gr::sync_block
{
public:
    using sptr = std::shared_ptr<grid_mapper>;

    /*!
     * \brief Make a grid mapper.
     * \param waveform shared by all blocks of the link
     */
    static sptr make(const isac::waveform& waveform);
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_GRID_MAPPER_H */
