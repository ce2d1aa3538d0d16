/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_RAY_SCHEDULE_H
#define INCLUDED_ISAC_DSP_RAY_SCHEDULE_H

#include <gnuradio/isac/dsp/rays.h>
#include <cstdint>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/// One ray over a short stretch of the listener's stream: between the two ends, delay
/// and phase are straight lines.
struct ray_segment {
    double first_delay = 0, last_delay = 0; ///< samples behind the listener's count
    double first_turns = 0, turns_step = 0; ///< phase, and its step per sample
    double first_amplitude = 0, last_amplitude = 0;
};

/// All rays over one stretch. The motion restarts at its end or not at all.
struct ray_plan {
    int len = 0; ///< samples
    std::vector<ray_segment> rays;
    double least_delay = 0, most_delay = 0; ///< of those that exist, samples
};

/*!
 * When everything is where: rays in motion, seen in the sample count of a listener
 * whose clock and oscillator may run apart from the transmitter's.
 *
 * Nothing is accumulated from sample to sample: delays and phases follow from the
 * sample number, in double precision, and stay exact over any stream length.
 */
class ISAC_API ray_schedule
{
public:
    /// Delay of the shortest path in the view LINK, samples.
    static constexpr int LEAD = 16;

    ray_schedule(const waveform& w,
                 const scene& s,
                 channel_view view,
                 const antenna_array& tx_array,
                 const antenna_array& rx_array);

    /// The new scene holds from sample \p from on; time and phases go on from there.
    void set_scene(const scene& s, std::uint64_t from);

    /// Back to sample 0.
    void restart();

    /// The stretch of up to \p max_len samples that begins at sample \p from.
    const ray_plan& plan(std::uint64_t from, int max_len);

    const dsp::rays& rays() const { return d_rays; }

    /// All rays \p time_s after the first transmitted sample; the leakage is last.
    std::vector<ray_truth> truth(double time_s) const;

private:
    void set_clock(std::uint64_t from);
    double late_at(std::uint64_t sample) const;
    double turns_at(std::uint64_t sample) const;
    double motion_time_s(double sent_sample) const;
    int stretch_len(double sent_sample, int max_len) const;

    waveform d_waveform;
    scene d_scene;
    channel_view d_view;
    antenna_array d_tx_array, d_rx_array;
    dsp::rays d_rays;

    double d_period = 0;                  // of the motion, samples; 0 is never
    int d_straight_len = 0;               // samples over which all phases are straight
    std::uint64_t d_origin = 0;           // sample at which the clock was set
    double d_late = 0, d_late_step = 0;   // samples by which the listener lags
    double d_turns = 0, d_turns_step = 0; // of its carrier
    ray_plan d_plan;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_RAY_SCHEDULE_H */
