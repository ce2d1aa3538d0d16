/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_RANGE_DOPPLER_H
#define INCLUDED_ISAC_RANGE_DOPPLER_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/sensing_params.h>
#include <gnuradio/isac/waveform.h>
#include <gnuradio/sync_decimator.h>

namespace gr {
namespace isac {

/*!
 * \brief Sent and received grid rows to one range-velocity map per frame.
 * \ingroup isac
 *
 * \details
 * Input 0: the grid rows that were sent, complex[n_subcarriers]. A cell of 0 was not
 * sent and contributes nothing.
 *
 * Input 1: the grid rows that came back, frame-aligned with input 0.
 *
 * Output 0: one map per frame, float[map_len], power, row-major velocity by range. The
 * row in the middle is standstill and later rows approach; column 0 is range 0. What a
 * cell stands for, and map_len, say waveform or, with padding, map_geometry. With symbols
 * of equal modulus one reflector peaks above the noise floor by its cell SNR times the
 * number of occupied cells, less the window losses.
 *
 * Output 1: the same map before squaring, complex[map_len], for cfar_detector. May stay
 * unconnected.
 *
 * With coherent_frames C and averaged_maps A it makes one map of C A frames. Of a
 * coherent map only frames count that follow its first without a gap, by the number in
 * isac_frame: the others would not be in phase. Output 1 is the last of the A maps.
 *
 * Tags: isac_frame moves from the first row of the first frame on input 1 to its maps.
 */
class ISAC_API range_doppler : virtual public gr::sync_decimator
{
public:
    using sptr = std::shared_ptr<range_doppler>;

    /*!
     * \brief Make a range-Doppler block.
     * \param waveform shared with the transmitter
     * \param params keywords in Python: range_window, the taper over subcarriers;
     *        velocity_window, the taper over symbols; filter, how the sent symbols are
     *        taken out of the received cells; range_padding and velocity_padding, the
     *        cells of the map per bin; in_db, output 0 in dB, 10 log10 of the power;
     *        coherent_frames, whose echoes add in phase in one map, which resolves
     *        velocity so much better; averaged_maps, whose power is averaged; and
     *        max_velocity_mps, that must keep its SNR, refused if a map cannot
     */
    static sptr make(const isac::waveform& waveform, const sensing_params& params = {});

    //! Rows that were not finite; they contributed nothing.
    virtual std::uint64_t bad_rows() const = 0;

    //! Frames that did not follow the first of their map without a gap.
    virtual std::uint64_t frames_left_out() const = 0;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_RANGE_DOPPLER_H */
