/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_CLUTTER_FILTER_H
#define INCLUDED_ISAC_DSP_CLUTTER_FILTER_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/span.h>
#include <gnuradio/isac/sensing_params.h>
#include <gnuradio/isac/waveform.h>
#include <complex>
#include <memory>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

class channel_fit;
class leakage_fit;

/*!
 * Removes what stands still, or nearly, from a received grid.
 *
 * Fits a channel h to every subcarrier by least squares, h = sum y conj(x) / sum |x|^2
 * if it is one constant, and subtracts x h. Leakage and standing echoes go down to the
 * noise whatever the symbols are. What it is that is fitted says clutter_method:
 *
 * MEAN: one constant per frame.
 *
 * RECURSIVE: the running mean of it over frames, h += (h of this frame - h) / memory,
 * the n-th frame weighing at least 1/n. A mover turns from frame to frame and averages
 * out: it stays even if it is slower than a velocity bin. A standing target fades in
 * the course of the memory. Frames of nothing but zeros are not counted.
 *
 * ECA: tones up to dopplers quarters of a velocity bin to either side of standstill.
 *
 * ECA_BATCH: one constant for each of batches parts of the frame.
 *
 * LEAKAGE: one constant per frame, of which only what comes from ranges up to
 * leakage_range_m is subtracted, found by a second fit over subcarriers. Other standing
 * targets stay.
 *
 * What a mover loses tells kept(). MEAN: a mover v velocity bins from standstill keeps
 * the fraction 1 - sinc(v)^2 of its amplitude (rectangular velocity window): nothing at
 * 0, half (-6 dB) at 0.44, all at 1, and no more than 0.4 dB is lost beyond. It also
 * leaves an image of itself at standstill, weaker by sinc(v); with ECA_BATCH images
 * stand at multiples of batches bins from it.
 *
 * A cell that is not finite counts as one that was neither sent nor received, and
 * leaves as 0.
 *
 * Colone, O'Hagan, Lombardo and Baker, A Multistage Processing Algorithm for
 * Disturbance Removal and Target Detection in Passive Bistatic Radar, IEEE Trans.
 * Aerospace and Electronic Systems 45(2), 2009 (ECA and its batches, there over delays
 * in time); by subcarrier: Liu, Yi, Wan et al., Time-Varying Clutter Suppression in
 * CP-OFDM Based Passive Radar for Slowly Moving Targets Detection, IEEE Sensors J., 2020.
 */
class ISAC_API clutter_filter
{
public:
    /*! \throws std::invalid_argument naming the first parameter out of range. */
    explicit clutter_filter(const waveform& w, const clutter_params& p = {});
    ~clutter_filter();
    clutter_filter(clutter_filter&&) noexcept;

    /*!
     * Writes \p rx without its clutter to \p moving, which may be \p rx.
     * \param tx [n_symbols, n_subcarriers], row-major. A cell of 0 was not sent.
     * \param rx [n_symbols, n_subcarriers], same layout, frame-aligned with \p tx.
     * \param moving [n_symbols, n_subcarriers]
     * \throws std::invalid_argument if a length is wrong.
     */
    void filter(span<const std::complex<float>> tx,
                span<const std::complex<float>> rx,
                span<std::complex<float>> moving);

    /*!
     * Share of the amplitude that an echo keeps at the place where it is, for symbols of
     * equal power and rectangular windows. RECURSIVE: in a stream of frames without gaps,
     * once the memory is full.
     */
    double kept(double range_m, double velocity_mps) const;

    /// Forgets the frames before: RECURSIVE begins anew.
    void reset() { d_n_frames = 0; }

    /// Cells of the last frame that were not finite, sent or received.
    int n_not_finite() const { return d_n_not_finite; }

private:
    void clean(span<const std::complex<float>>& tx, span<const std::complex<float>>& rx);
    void remember(span<const std::complex<float>> rx);

    waveform d_waveform;
    clutter_params d_params;
    std::unique_ptr<channel_fit> d_fit; // of the frame or a part of it
    std::unique_ptr<leakage_fit> d_leakage;
    std::vector<std::complex<float>> d_background; // [n_subcarriers], RECURSIVE
    int d_n_frames = 0, d_n_not_finite = 0;
    std::vector<std::complex<float>> d_clean_tx, d_clean_rx; // where cells are not finite
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_CLUTTER_FILTER_H */
