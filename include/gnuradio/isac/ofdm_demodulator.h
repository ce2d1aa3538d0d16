/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_OFDM_DEMODULATOR_H
#define INCLUDED_ISAC_OFDM_DEMODULATOR_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/waveform.h>
#include <gnuradio/sync_decimator.h>

namespace gr {
namespace isac {

/*!
 * \brief Frame-aligned samples to grid rows: strips the prefix and takes the FFT.
 * \ingroup isac
 *
 * \details
 * Input: complex samples; item 0 is the first sample of a cyclic prefix, which
 * is how frame_sync and preamble_remover deliver them.
 *
 * Output: one grid row per OFDM symbol, complex[n_subcarriers], ascending
 * frequency with DC in the middle. The FFT is unitary: noise variance per
 * subcarrier equals noise variance per sample.
 *
 * Tags: isac_frame moves from the first sample of a frame to its first row.
 */
class ISAC_API ofdm_demodulator : virtual public gr::sync_decimator
{
public:
    using sptr = std::shared_ptr<ofdm_demodulator>;

    /*!
     * \brief Make an OFDM demodulator.
     * \param waveform shared by all blocks of the link
     */
    static sptr make(const isac::waveform& waveform);
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_OFDM_DEMODULATOR_H */
