/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_EQUALIZER_H
#define INCLUDED_ISAC_EQUALIZER_H

#include <gnuradio/block.h>
#include <gnuradio/isac/api.h>
#include <gnuradio/isac/waveform.h>

namespace gr {
namespace isac {

/*!
 * \brief Removes the channel from the data cells of grid rows: one-tap MMSE without its
 * bias. \ingroup isac
 *
 * \details
 * Input 0: received grid rows, complex[n_subcarriers].
 *
 * Input 1: the channel of each row, complex[n_subcarriers].
 *
 * Output 0: the data cells of each data row, complex[n_dft], unbiased. Reference rows
 * are dropped; with them, whole frames are worked on.
 *
 * Output 1: their noise variances E|n|^2, float[n_dft].
 *
 * Tags: isac_frame of input 1 passes to both outputs; its noise_var, as
 * channel_estimator measures it, holds from that row on.
 */
class ISAC_API equalizer : virtual public gr::block
{
public:
    using sptr = std::shared_ptr<equalizer>;

    /*!
     * \brief Make an equalizer.
     * \param waveform shared by all blocks of the link
     * \param noise_var of a cell, until a frame tag says better
     */
    static sptr make(const isac::waveform& waveform, double noise_var = 1e-3);
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_EQUALIZER_H */
