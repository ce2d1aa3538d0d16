/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_SPREAD_KERNELS_H
#define INCLUDED_ISAC_DSP_SPREAD_KERNELS_H

#include <complex>

namespace gr {
namespace isac {
namespace dsp {

constexpr int SPREAD_LANES = 8; // cells that share a coarse turn

/// Neighbouring cells of a row of DFT-s-OFDM and their channel.
struct spread_job {
    const float* cells;     ///< [2 n], re and im alternate
    const float *re, *im;   ///< [n], the channel but for its turn
    int n;                  ///< at least SPREAD_LANES
    const float* coarse_re; ///< [n_coarse_turns(n)], turn of every eighth cell, and of
    const float* coarse_im; ///< the eighth from the end
    const float *fine_re, *fine_im; ///< [8], turns from there on
    float scale;                    ///< of the cells
    float noise_var;
};

constexpr int n_coarse_turns(int n) { return n / SPREAD_LANES + 1; }

/*!
 * Equalises: y conj(h) / (|h|^2 + noise_var), a cell's part of an estimate of chips that
 * has the least mean squared error.
 * \param out [2 n], re and im alternate
 * \returns the sum over the cells of 1 / (|h|^2 + noise_var)
 */
float equalize_spread(const spread_job& job, float* out);

/// The same without AVX2, for processors that lack it and for tests.
float equalize_spread_portably(const spread_job& job, float* out);

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_SPREAD_KERNELS_H */
