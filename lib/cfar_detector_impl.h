/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_CFAR_DETECTOR_IMPL_H
#define INCLUDED_ISAC_CFAR_DETECTOR_IMPL_H

#include "bad_maps.h"
#include "handover.h"
#include <gnuradio/isac/cfar_detector.h>
#include <gnuradio/isac/dsp/target_detector.h>

namespace gr {
namespace isac {

class cfar_detector_impl : public cfar_detector
{
public:
    cfar_detector_impl(const isac::waveform& waveform, const sensing_params& params);

    void set_false_alarm_rate(double false_alarm_rate) override;
    std::uint64_t not_finite() const override { return d_bad_maps.n(); }

    bool check_topology(int ninputs, int noutputs) override;

    int work(int noutput_items,
             gr_vector_const_void_star& input_items,
             gr_vector_void_star& output_items) override;

private:
    const std::vector<dsp::target>& detect(const gr_vector_const_void_star& input_items,
                                           int item);

    const isac::waveform d_waveform;
    const sensing_params d_params; // as made; only the rate changes later
    const std::size_t d_map_len;
    dsp::target_detector d_detector;
    handover<dsp::target_detector> d_new_detector;
    bad_maps d_bad_maps;
    std::vector<gr::tag_t> d_tags;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_CFAR_DETECTOR_IMPL_H */
