/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_CHANNEL_ESTIMATOR_H
#define INCLUDED_ISAC_CHANNEL_ESTIMATOR_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/channel_estimator.h>
#include <gnuradio/isac/waveform.h>
#include <gnuradio/sync_block.h>

namespace gr {
namespace isac {

/*!
 * \brief Pilots of each grid row to the channel on all its cells.
 * \ingroup isac
 *
 * \details
 * Input: received grid rows, complex[n_subcarriers].
 *
 * Output: the channel of each row, complex[n_subcarriers], to connect to the
 * equalizer beside the rows themselves.
 *
 * Tags: pass.
 */
class ISAC_API channel_estimator : virtual public gr::sync_block
{
public:
    using sptr = std::shared_ptr<channel_estimator>;

    /*!
     * \brief Make a channel estimator.
     * \param waveform shared by all blocks of the link
     * \param method how the channel between the pilots is found
     */
    static sptr make(const isac::waveform& waveform,
                     isac::interpolation method = isac::interpolation::WIENER);
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_CHANNEL_ESTIMATOR_H */
