/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_SENSOR_IMPL_H
#define INCLUDED_ISAC_SENSOR_IMPL_H

#include "bad_maps.h"
#include "handover.h"
#include <gnuradio/isac/dsp/range_doppler.h>
#include <gnuradio/isac/dsp/target_detector.h>
#include <gnuradio/isac/sensor.h>
#include <volk/volk_alloc.hh>

namespace gr {
namespace isac {

class sensor_impl : public sensor
{
public:
    sensor_impl(const isac::waveform& waveform, const sensing_params& params);

    void set_false_alarm_rate(double false_alarm_rate) override;
    std::uint64_t not_finite() const override { return d_bad_maps.n(); }

    int work(int noutput_items,
             gr_vector_const_void_star& input_items,
             gr_vector_void_star& output_items) override;

private:
    const isac::waveform d_waveform;
    const sensing_params d_params; // as made; only the rate changes later
    dsp::range_doppler d_range_doppler;
    dsp::target_detector d_detector;
    handover<dsp::target_detector> d_new_detector;
    volk::vector<gr_complex> d_map;
    bad_maps d_bad_maps;
    std::vector<gr::tag_t> d_tags;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_SENSOR_IMPL_H */
