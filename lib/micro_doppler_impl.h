/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_MICRO_DOPPLER_IMPL_H
#define INCLUDED_ISAC_MICRO_DOPPLER_IMPL_H

#include "handover.h"
#include <gnuradio/isac/dsp/micro_doppler.h>
#include <gnuradio/isac/micro_doppler.h>
#include <atomic>

namespace gr {
namespace isac {

class micro_doppler_impl : public micro_doppler
{
public:
    micro_doppler_impl(const isac::waveform& waveform, dsp::micro_doppler&& dsp);

    void set_range_m(double range_m) override;
    int n_velocities() const override { return d_dsp.n_velocities(); }
    double velocity_step_mps() const override { return d_dsp.velocity_step_mps(); }
    double column_s() const override { return d_dsp.column_s(); }
    double first_column_s() const override { return d_dsp.first_column_s(); }
    std::uint64_t missing_rows() const override { return d_missing_rows; }
    std::uint64_t missed_frames() const override { return d_missed_frames; }

    void forecast(int noutput_items, gr_vector_int& ninput_items_required) override;

    int general_work(int noutput_items,
                     gr_vector_int& ninput_items,
                     gr_vector_const_void_star& input_items,
                     gr_vector_void_star& output_items) override;

private:
    void take_frame(const gr_complex* sent, const gr_complex* received);

    const isac::waveform d_waveform;
    dsp::micro_doppler d_dsp;
    handover<double> d_new_range_m;
    double d_next_number = -1; // of the frame to come; -1 while nothing says
    pmt::pmt_t d_frame;        // tag for the next column, or null
    std::atomic<std::uint64_t> d_missing_rows{ 0 }, d_missed_frames{ 0 };
    std::vector<gr::tag_t> d_tags;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_MICRO_DOPPLER_IMPL_H */
