/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_POINT_FIT_H
#define INCLUDED_ISAC_DSP_POINT_FIT_H

#include "point_group.h"
#include "point_patch.h"
#include <gnuradio/isac/dsp/span.h>
#include <gnuradio/isac/waveform.h>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * A map as a sum of point targets and a rest. Every change of a point keeps the rest
 * true: it is always the map minus the points.
 */
class point_fit
{
public:
    point_fit(const waveform& w, const sensing_params& p);

    /// Starts over: no points, the rest is \p map.
    void reset(span<const std::complex<float>> map);

    /// Makes cells of the rest 0 whose power is not finite; returns how many.
    int clear_not_finite();

    const map_grid& grid() const { return d_grid; }
    const std::vector<std::complex<float>>& rest() const { return d_rest; }
    std::size_t n_points() const { return d_n_points; }
    int max_points() const { return static_cast<int>(d_points.size()); }
    bool has_room() const { return d_n_points < d_points.size(); }
    const point& at(std::size_t i) const { return d_points[i]; }

    /// Fits a new point that starts in the middle of a cell. There must be room for it.
    void add(int cell, double noise);

    /*! One to \p max_steps steps of Fisher scoring on the map without the other points.
     *  \returns how far the point moved, in standard deviations. */
    double refit(std::size_t i, int max_steps, weighting w = weighting::PLAIN);

    /*! Fits a point once more, with weighting::WHITE. Leaves it as it was, PLAIN, if what
     *  remains around it or the way it would move is no matter of noise. */
    void sharpen(std::size_t i);

    /*! Fits a point and those next to it anew, all at the same time.
     *  \returns how far the point moved, in standard deviations. */
    double refit_group(std::size_t i);

    /// Whether another point is so near that they must be fitted together.
    bool is_crowded(std::size_t i) const;

    /*!
     * Tries to explain a point by two that the map alone does not resolve.
     * \param least_gain power that two must explain more than one, over the noise
     * \returns whether they did: then the second one is the newest point.
     */
    bool split(std::size_t i, double least_gain);

    /// Gives its power back to the rest and forgets it; later points move up.
    void remove(std::size_t i);

    /// Says what a better fit found, without putting it into the rest.
    void set(std::size_t i,
             double range_bin,
             double velocity_bin,
             std::complex<double> amplitude,
             const position_covariance& spread);

    void set_noise(std::size_t i, double noise) { d_points[i].noise = noise; }

    int cell(std::size_t i) const;   ///< that holds the point
    double snr(std::size_t i) const; ///< of the peak over its noise
    /// Covariance of its position, bins^2.
    position_covariance covariance(std::size_t i) const;
    double range_std_bins(std::size_t i) const;
    double velocity_std_bins(std::size_t i) const;

    /// Distance of two points in the axis in which it is larger.
    double bins_apart(const point& a, const point& b) const;

private:
    double plain_std(std::size_t i,
                     const point_response& own,
                     const point_response& other) const;
    bool is_noise(std::size_t i, double range_bin, double velocity_bin) const;
    void move(point& p, point_group& group, int i);
    bool looks_single(std::size_t i);
    void split_best(std::size_t i);
    bool is_pair() const;
    void respond(point& p);
    void sample(const point_response& response,
                double position,
                double first,
                int padding,
                std::vector<std::complex<float>>& cells);
    void exchange(const point& from, const point& to);

    const map_grid d_grid;
    point_response d_range, d_velocity;
    point_patch d_patch;
    point_group d_group, d_pair; // on its cells
    std::vector<std::complex<float>> d_rest;
    std::vector<point> d_points; // the first d_n_points are in use
    point d_before;
    std::size_t d_n_points = 0;

    std::vector<std::complex<double>> d_bins, d_slopes; // a response, one cell a bin
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_POINT_FIT_H */
