/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_OFDM_MODULATOR_H
#define INCLUDED_ISAC_OFDM_MODULATOR_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/waveform.h>
#include <gnuradio/sync_interpolator.h>

namespace gr {
namespace isac {

/*!
 * \brief Grid rows to samples: takes the IFFT and adds the prefix.
 * \ingroup isac
 *
 * \details
 * Input: one grid row per OFDM symbol, complex[n_subcarriers], ascending
 * frequency with DC in the middle.
 *
 * Output: complex samples, symbol_len of them per row. The IFFT is unitary.
 *
 * Tags: isac_frame moves from the first row of a frame to its first sample.
 */
class ISAC_API ofdm_modulator : virtual public gr::sync_interpolator
{
public:
    using sptr = std::shared_ptr<ofdm_modulator>;

    /*!
     * \brief Make an OFDM modulator.
     * \param waveform shared by all blocks of the link
     */
    static sptr make(const isac::waveform& waveform);
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_OFDM_MODULATOR_H */
