/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_SCENE_CHANNEL_H
#define INCLUDED_ISAC_DSP_SCENE_CHANNEL_H

#include <gnuradio/isac/dsp/array_receiver.h>
#include <gnuradio/isac/dsp/fractional_delay.h>
#include <gnuradio/isac/dsp/impairments.h>
#include <gnuradio/isac/dsp/ray_schedule.h>
#include <gnuradio/isac/dsp/sample_history.h>
#include <gnuradio/isac/dsp/scene_fading.h>
#include <gnuradio/isac/dsp/span.h>
#include <complex>
#include <cstdint>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * The simulated world between antennas: what a scene makes of transmitted samples.
 *
 * Every ray of the scene delays, weights and rotates the samples, continuously over
 * any stream length: sample m of the listener is
 *
 *     y(m) = sum_i a_i x(t_m - tau_i(t_m)) exp(-j 2 pi fc tau_i(t_m)) + n(m)
 *
 * with the delay tau_i = 2 R_i / c of an echo or R_i / c of a path, so that Doppler
 * and range migration come from one motion R_i(t) = R_i - v_i t. The transmitted
 * samples first pass the scene's power amplifier.
 *
 * ECHO: targets and leakage, heard with the transmitter's own oscillator. Output
 * sample m belongs to input sample m. The noise variance is rays::ECHO_NOISE_VAR.
 *
 * LINK: fading, paths, then noise, carrier offset, phase noise and IQ imbalance of the
 * far receiver, which samples at its own rate. The shortest path arrives
 * ray_schedule::LEAD samples after it was sent, fading_channel::LEAD more with fading.
 *
 * The result depends on the seed and on nothing else: not on how the stream is cut
 * into calls.
 */
class ISAC_API scene_channel
{
public:
    using complex = std::complex<float>;

    /// Samples taken from every input, and made on every output.
    struct progress {
        std::size_t consumed = 0, produced = 0;
    };

    scene_channel(const waveform& w,
                  const scene& s,
                  channel_view view,
                  const antenna_array& tx_array = antenna_array(),
                  const antenna_array& rx_array = antenna_array(),
                  std::uint64_t seed = 0);

    int n_inputs() const { return d_n_inputs; }
    int n_outputs() const { return d_n_outputs; }

    /*!
     * Takes and makes what it can.
     * \param in  [n_inputs] antennas of \p n_in samples each
     * \param out [n_outputs] antennas with room for \p n_out samples each
     */
    progress process(span<const complex* const> in,
                     std::size_t n_in,
                     span<complex* const> out,
                     std::size_t n_out);

    /// Input samples that process() needs, at most, to make \p n_out more.
    std::size_t n_needed(std::size_t n_out) const;

    /// No more input comes: process() hands out what is still under way.
    void end_input();

    /// After end_input(): everything has been handed out.
    bool is_drained() const { return d_drained && d_tile_used == d_tile_len; }

    /// Back to the beginning of the stream and of the motion. The noise goes on.
    void restart();

    /// From the next sample not yet made on. Time, and with it all motion, goes on.
    void set_scene(const scene& s);

    /// All rays \p time_s after the first transmitted sample; the leakage is last.
    std::vector<ray_truth> truth(double time_s) const { return d_schedule.truth(time_s); }
    /// Every ray, those of a body's scatterers one by one, in the order of the truth.
    const dsp::rays& rays() const { return d_schedule.rays(); }
    bool has_leakage() const { return d_schedule.rays().has_leakage(); }

private:
    void set_impairments(const scene& s);
    void plan_tile();
    bool take(span<const complex* const> in, std::size_t n_in, std::size_t& consumed);
    void make_tile();
    void add_ray(int ray);
    void mix_inputs(std::int64_t first, const std::vector<complex>& weights);
    void add_delayed(int ray, double delay, phasor_ramp ramp);

    const waveform d_waveform;
    const channel_view d_view;
    const int d_n_inputs, d_n_outputs;
    ray_schedule d_schedule;
    fractional_delay d_delay;
    rapp_amplifier d_amplifier;
    scene_fading d_fading;
    array_receiver d_receiver;
    sample_history d_history;

    std::uint64_t d_time = 0;      // number of the first sample of the next tile
    ray_plan d_plan;               // of the next tile
    std::int64_t d_needed = 0;     // input samples that it needs
    std::int64_t d_input_len = -1; // known once the input has ended
    bool d_drained = false;
    int d_tile_len = 0, d_tile_used = 0; // of the tile being handed out

    std::vector<complex> d_tile;           // [n_outputs, TILE]
    std::vector<float> d_ray_re, d_ray_im; // [TILE], one ray
    std::vector<float> d_mix_re, d_mix_im; // inputs as one ray sees them
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_SCENE_CHANNEL_H */
