/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_SCENE_CHANNEL_H
#define INCLUDED_ISAC_SCENE_CHANNEL_H

#include <gnuradio/block.h>
#include <gnuradio/isac/antenna_array.h>
#include <gnuradio/isac/api.h>
#include <gnuradio/isac/scene.h>
#include <gnuradio/isac/waveform.h>

namespace gr {
namespace isac {

/*!
 * \brief The simulated world between antennas: delays, Doppler, echoes, noise.
 * \ingroup isac
 *
 * \details
 * Input: complex samples, one port for each element of the transmitting array. Unit
 * power per cell of the waveform stands for the transmit power of the scene.
 *
 * Output: complex samples, one port for each element of the receiving array. The view
 * ECHO is what a radar beside the transmitter hears of the targets: as many samples
 * as came in, sample-aligned, noise variance 1e-6. The view LINK is what the far
 * receiver hears over the paths: mean cell power 1, with its carrier and sampling
 * offset; the number of samples follows its clock.
 *
 * Tags: all pass in the view ECHO; none pass in the view LINK, for the far end knows
 * nothing.
 *
 * Message output truth: one PDU per frame, at its start. Metadata: number, time_s (the
 * middle of the frame's rows, from the first sample on) and, if its last row is the
 * leakage, leakage. Data: a table of range_m, velocity_mps, angle_rad, snr_db (of one
 * cell, before processing gain; -inf where a target is nearer than 1 m or later than
 * two OFDM symbols, and silent), one row per target or path.
 */
class ISAC_API scene_channel : virtual public gr::block
{
public:
    using sptr = std::shared_ptr<scene_channel>;

    /*!
     * \brief Make a scene channel.
     * \param waveform of the transmitter
     * \param scene the world
     * \param view LINK to the far receiver, ECHO back to the radar
     * \param tx_array the transmitting array: one input per element
     * \param rx_array the receiving array: one output per element
     * \param seed of noise; the same seed repeats the run
     */
    static sptr make(const isac::waveform& waveform,
                     const isac::scene& scene,
                     isac::channel_view view,
                     const isac::antenna_array& tx_array = isac::antenna_array(),
                     const isac::antenna_array& rx_array = isac::antenna_array(),
                     int seed = 0);

    /*!
     * \brief Change the world while it runs. Time goes on: what moves has moved.
     * \param scene the world from now on
     */
    virtual void set_scene(const isac::scene& scene) = 0;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_SCENE_CHANNEL_H */
