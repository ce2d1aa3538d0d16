/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_ANGLE_ESTIMATOR_IMPL_H
#define INCLUDED_ISAC_ANGLE_ESTIMATOR_IMPL_H

#include "handover.h"
#include <gnuradio/isac/angle_estimator.h>
#include <gnuradio/isac/dsp/array_sensor.h>
#include <atomic>
#include <mutex>

namespace gr {
namespace isac {

class angle_estimator_impl : public angle_estimator
{
public:
    angle_estimator_impl(const isac::waveform& waveform, dsp::array_sensor&& sensor);

    void calibrate(double range_m, double angle_rad) override;
    std::vector<gr_complex> calibration() const override;
    std::uint64_t unusable_frames() const override { return d_n_unusable; }

    int work(int noutput_items,
             gr_vector_const_void_star& input_items,
             gr_vector_void_star& output_items) override;

private:
    struct reflector {
        double range_m, angle_rad;
    };
    void measure(const reflector& known);

    const std::size_t d_grid_len;
    dsp::array_sensor d_sensor;
    handover<reflector> d_known;
    mutable std::mutex d_mutex; // of the next; work() takes it only when it calibrates
    std::vector<gr_complex> d_calibration;
    std::atomic<std::uint64_t> d_n_unusable{ 0 };
    std::vector<const gr_complex*> d_sent, d_received; // grids of one frame
    std::vector<gr::tag_t> d_tags;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_ANGLE_ESTIMATOR_IMPL_H */
