/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_GRID_MAPPER_H
#define INCLUDED_ISAC_GRID_MAPPER_H

#include <gnuradio/block.h>
#include <gnuradio/isac/api.h>
#include <gnuradio/isac/waveform.h>

namespace gr {
namespace isac {

/*!
 * \brief Data symbols to grid rows: adds the pilots, leaves DC empty.
 * \ingroup isac
 *
 * \details
 * Input: the data cells of one data row, complex[n_dft], unit mean power: data symbols,
 * or with DFT precoding what dft_spreader makes of them; n_data_rows make a frame.
 *
 * Output: grid rows, complex[n_subcarriers], ascending frequency; n_symbols make a
 * frame. Every pilot_spacing-th cell is a pilot of +1 or -1; with DFT precoding there
 * are reference rows between the data rows, and whole frames are worked on.
 *
 * Tags: pass; isac_frame moves from the first data row to the first row of a frame.
 */
class ISAC_API grid_mapper : virtual public gr::block
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
