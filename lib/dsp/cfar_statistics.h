/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_CFAR_STATISTICS_H
#define INCLUDED_ISAC_DSP_CFAR_STATISTICS_H

#include "cfar_window.h"
#include <gnuradio/isac/sensing_params.h>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/// What turns the cells of a ring into a threshold.
struct cfar_factor {
    double on_estimate; ///< threshold over what is made of the cells
    double bias;        ///< what is made of the cells, of noise of mean power 1
    int n;              ///< cells of the ring
    int rank;           ///< OS: the how-smallest of them; else 0
};

/*!
 * The factors that give the asked false alarm rate. A tested cell of noise is
 * exponential, so it is above a E for an estimate E with the probability
 * E{exp(-a E)}, and for cells that are exponential and independent
 *
 *     CA  (1 + a/n)^-n
 *     OS  product over i < rank of (n - i) / (n - i + a)
 *     GO  a int exp(-a m) F(m) dm, F the product over the sectors of P(n_s, n_s m)
 *     SO  the same with F = 1 - product of (1 - P(n_s, n_s m))
 *
 * where P is the regularised lower incomplete gamma function. Windows and zero padding
 * correlate neighbours: n is then the number of free cells whose mean would vary as
 * much.
 *
 * Gandhi and Kassam, Analysis of CFAR Processors in Nonhomogeneous Background, IEEE
 * Trans. Aerospace and Electronic Systems 24(4), 1988.
 */
class cfar_statistics
{
public:
    cfar_statistics(const cfar_window& window, const sensing_params& p);

    cfar_factor at(int column) const;

private:
    int n_cells(int column) const;
    double free_cells(int column) const;
    double free_cells(int sector, int column) const;
    cfar_factor of_mean(int column) const;
    cfar_factor of_order(int column) const;
    cfar_factor of_sectors(int column) const;

    cfar_window d_window;
    sensing_params d_params;
    std::vector<double> d_of_range, d_of_velocity; // correlations, by distance
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_CFAR_STATISTICS_H */
