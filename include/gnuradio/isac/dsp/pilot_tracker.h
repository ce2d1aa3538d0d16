/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_PILOT_TRACKER_H
#define INCLUDED_ISAC_DSP_PILOT_TRACKER_H

#include <gnuradio/isac/api.h>
#include <volk/volk_alloc.hh>
#include <array>
#include <complex>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

struct moments;
struct pilot_model;
struct row_likeness;

/// How one row is turned: its common phase and its timing.
struct row_rotation {
    double turns = 0;  ///< of the phase at DC
    double delay = 0;  ///< samples; cell k turns by -delay * (k - DC) / fft_len
    bool lost = false; ///< nothing came, or nothing that is a number
};

/*!
 * Follows the common phase and the timing of rows by their pilots, so that what is left
 * of them changes only as fast as the scene moves.
 *
 * Each row is compared with a running mean of the rows before it. One Newton step of
 * least squares, weighted by the power of the pilots, gives phase and delay. The phase of
 * a row is taken as measured: phase noise has no memory worth using. The delay follows a
 * loop of second order, as an offset of the sampling clocks makes it grow steadily,
 * except that steps by whole samples, which a synchroniser makes to follow the same
 * offset, are recognised and taken at once.
 *
 * Speth, Fechtel, Fock, Meyr, "Optimum receiver design for OFDM-based broadband
 * transmission, part II", IEEE Trans. Commun. 49(4), 2001.
 */
class ISAC_API pilot_tracker
{
public:
    /// Pilots stand in so many lanes, each a part of the band.
    static constexpr int LANES = 8;

    /*!
     * \param fft_len samples of a symbol without prefix
     * \param offsets [n], cells from DC to each pilot; n is a multiple of LANES, and
     * pilot i belongs to part i % LANES of the band. Places without a pilot hold 0
     * always. \param n_pilots that there are
     * \param finds_jumps whether timing may jump by a sample from row to row
     */
    pilot_tracker(int fft_len,
                  std::vector<int> offsets,
                  int n_pilots,
                  bool finds_jumps = true);

    /// A new frame. \param delay_per_step samples that each row is later than the last.
    void start(double delay_per_step = 0);

    /*!
     * Takes the pilots of the next row and turns them back. They are not ready before the
     * next call or settle(): turning two rows in one pass is faster.
     * \param re, im [n], planar, pilot values divided out. Those of a lost row are
     *        replaced by the prediction. \returns how the row was turned in all.
     */
    row_rotation track(float* re, float* im);

    /// The same in two steps, and settled: how the next row is expected to be turned,
    /// and, of pilots that were turned back by that, what is left.
    row_rotation expect();
    row_rotation track_turned(float* re, float* im);

    /// Finishes the row that came last.
    void settle();

    /// Moves the delay that is turned back, of the rows to come, by \p delay samples.
    void shift(double delay);

private:
    int n() const { return static_cast<int>(d_offsets.size()); }
    bool is_usable(double power) const;
    void begin(const float* re, const float* im);
    void predict(float* re, float* im) const;
    double predicted_power() const;
    double find_jump(const row_likeness& likeness) const;
    row_rotation follow(const row_likeness& found, float* re, float* im);
    void follow_delay(const moments& level, double power);
    void turn(double delay, float* re, float* im) const;
    pilot_model model();

    int d_fft_len;
    bool d_finds_jumps;
    std::vector<int> d_offsets;
    int d_stride;                           // from place to place, if it is regular
    std::array<float, LANES> d_centres;     // cells from DC
    std::array<float, 2 * LANES> d_jump;    // turn of a jump by a sample
    volk::vector<float> d_predicted;        // [n / LANES, 4, LANES], see pilot_model
    float *d_last_re = nullptr, *d_last_im; // the last row, if it is not settled
    std::complex<float> d_last_by;          // what is left to turn it by
    double d_turns = 0, d_delay = 0, d_step = 0, d_power = 0;
    bool d_first = true;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_PILOT_TRACKER_H */
