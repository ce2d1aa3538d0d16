/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "../hooks/hooks.h"
#include <gnuradio/isac/dsp/angle_estimator.h>
#include <gnuradio/isac/dsp/array_sensor.h>
#include <gnuradio/isac/dsp/cfar.h>
#include <gnuradio/isac/dsp/clutter_filter.h>
#include <gnuradio/isac/dsp/frame_decoder.h>
#include <gnuradio/isac/dsp/frame_sync.h>
#include <gnuradio/isac/dsp/micro_doppler.h>
#include <gnuradio/isac/dsp/range_doppler.h>
#include <gnuradio/isac/dsp/receiver.h>
#include <gnuradio/isac/dsp/scene_channel.h>
#include <gnuradio/isac/dsp/segmentation.h>
#include <gnuradio/isac/dsp/transmitter.h>
#include <boost/test/unit_test.hpp>
#include <limits>
#include <mutex>
#include <random>

using namespace gr::isac;
using cf = std::complex<float>;

namespace {

waveform_params small()
{
    waveform_params p;
    p.fft_len = 256;
    p.cp_len = 32;
    p.n_subcarriers = 128;
    p.n_symbols = 32;
    return p;
}

/// What three rounds of \p work cost after one to warm up.
template <class Work>
hook_counts cost(Work work)
{
    isac_hooks_watch("");
    work();
    const auto before = isac_hooks_mine();
    for (int round = 0; round < 3; ++round) {
        work();
    }
    auto after = isac_hooks_mine();
    after.allocations -= before.allocations;
    after.locks -= before.locks;
    after.plans -= before.plans;
    return after;
}

template <class Work>
void costs_nothing(Work work)
{
    const auto c = cost(work);
    BOOST_TEST(c.allocations == 0);
    BOOST_TEST(c.locks == 0);
    BOOST_TEST(c.plans == 0);
}

/// One frame through a transmitter.
void transmit(dsp::transmitter& t,
              const waveform& w,
              dsp::span<cf> out,
              dsp::span<cf> row)
{
    static const std::vector<std::uint8_t> payload(100, 7);
    const std::size_t preamble_len = w.preamble_len(), symbol_len = w.symbol_len();
    t.start(1, payload, out.subspan(0, preamble_len));
    for (int m = 0; m < w.n_symbols(); ++m) {
        t.make_row(m, row, out.subspan(preamble_len + m * symbol_len, symbol_len));
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(hot_path)

/* The hooks see what they are there to see: else the tests below would say nothing. */
BOOST_AUTO_TEST_CASE(the_hooks_count)
{
    std::mutex mutex;
    const auto c = cost([&] {
        const std::lock_guard<std::mutex> lock(mutex);
        BOOST_TEST(std::vector<int>(1000).size() == 1000u);
        dsp::fft plan(64, dsp::direction::FORWARD);
    });
    BOOST_TEST(c.allocations >= 3);
    BOOST_TEST(c.locks >= 3);
    BOOST_TEST(c.plans == 3);
}

BOOST_AUTO_TEST_CASE(a_transmitter_allocates_nothing)
{
    for (const auto precoding : { precoding::NONE, precoding::DFT }) {
        auto p = small();
        p.precoding = precoding;
        const waveform w(p);
        dsp::transmitter t(w);
        std::vector<cf> samples(w.frame_len()), row(w.n_subcarriers());
        costs_nothing([&] { transmit(t, w, samples, row); });
        costs_nothing([&] { transmit(t, w, samples, { nullptr, 0 }); });
    }
}

/* Synchroniser and receiver, frame by frame through a stream of them. */
BOOST_AUTO_TEST_CASE(a_receiver_allocates_nothing)
{
    for (const auto precoding : { precoding::NONE, precoding::DFT }) {
        auto p = small();
        p.precoding = precoding;
        const waveform w(p);
        dsp::transmitter t(w);
        const std::size_t frame_len = w.frame_len();
        std::vector<cf> stream(6 * frame_len, 1e-3f), row(w.n_subcarriers());
        for (int i = 0; i < 5; ++i) {
            transmit(t, w, { stream.data() + i * frame_len, frame_len }, row);
        }
        dsp::frame_sync sync(w);
        dsp::receiver receiver(w);
        std::vector<cf> symbol(w.symbol_len());
        std::vector<std::uint8_t> payload(w.payload_len());
        bool good =
            true; // asked behind the work: an assertion may allocate for its report
        costs_nothing([&] {
            for (int rows = 0; good && rows < w.n_symbols();) {
                const auto event = sync.step(stream, 0);
                if (event == dsp::sync_event::FRAME) {
                    receiver.start(sync.frame().noise_var);
                } else {
                    good &= event == dsp::sync_event::ROW;
                    sync.correct(symbol);
                    receiver.push(symbol);
                    while (receiver.next()) {
                    }
                    ++rows;
                }
            }
            good &= receiver.finish(payload);
        });
        BOOST_TEST(good);
    }
}

BOOST_AUTO_TEST_CASE(a_frame_decoder_allocates_nothing)
{
    for (const auto code : { coding::LDPC_1_2, coding::CC_1_2 }) {
        auto p = small();
        p.coding = code;
        const waveform w(p);
        dsp::frame_encoder encoder(w);
        dsp::frame_decoder decoder(w);
        std::vector<std::uint8_t> payload(w.payload_len(), 3), bits(w.bits_per_frame());
        std::vector<float> llrs(bits.size());
        bool good = true;
        costs_nothing([&] {
            encoder.encode(payload, bits);
            for (std::size_t i = 0; i < bits.size(); ++i) {
                llrs[i] = bits[i] ? -3.0f : 3.0f;
            }
            good &= decoder.decode(llrs, payload);
        });
        BOOST_TEST(good);
    }
}

BOOST_AUTO_TEST_CASE(a_scene_allocates_nothing)
{
    scene_params p;
    p.targets = { { 30, -20 }, { 60, 15 } };
    p.rotors = { {} };
    p.walkers = { {} };
    p.paths = { { 100 }, { 140, 5 } };
    p.pa_saturation_db = 8;
    p.phase_noise_hz = 100;
    p.iq_gain_db = 0.3;
    p.repeat_s = 1e-3;
    const waveform w(small());
    for (const auto view : { channel_view::ECHO, channel_view::LINK }) {
        dsp::scene_channel channel(w, scene(p), view);
        std::vector<cf> in(w.frame_len(), 1), out(w.frame_len());
        const cf* from = in.data();
        cf* to = out.data();
        costs_nothing([&] {
            channel.process({ &from, 1 }, in.size(), { &to, 1 }, out.size());
        });
    }
}

BOOST_AUTO_TEST_CASE(a_map_allocates_nothing)
{
    const waveform w(small());
    dsp::range_doppler radar(w);
    std::vector<cf> sent(w.grid_len(), 1), echo(w.grid_len(), 2);
    std::vector<cf> map(w.map_len());
    costs_nothing([&] { radar.compute(sent, echo, map); });
    std::vector<float> power(w.map_len());
    costs_nothing([&] { radar.compute_power(sent, echo, power); });
}

BOOST_AUTO_TEST_CASE(a_clutter_filter_allocates_nothing)
{
    const waveform w(small());
    std::vector<cf> sent(w.grid_len(), 1), echo(w.grid_len(), 2);
    echo[5] = std::numeric_limits<float>::infinity();
    for (const auto method : { clutter_method::MEAN,
                               clutter_method::RECURSIVE,
                               clutter_method::ECA,
                               clutter_method::ECA_BATCH,
                               clutter_method::LEAKAGE }) {
        clutter_params p;
        p.method = method;
        dsp::clutter_filter filter(w, p);
        costs_nothing([&] { filter.filter(sent, echo, echo); });
    }
}

/* Two sources, found by each method: what it keeps has the same size each time. */
BOOST_AUTO_TEST_CASE(angles_allocate_nothing)
{
    const antenna_array array({ 6 });
    const auto a = array.steering(0.3), b = array.steering(-0.4);
    std::mt19937 rng(1);
    std::normal_distribution<float> normal(0, 0.1f);
    std::vector<cf> snapshots;
    for (int i = 0; i < 20; ++i) {
        for (int n = 0; n < 6; ++n) {
            snapshots.push_back(a[n] + cf(0, i % 3 - 1) * b[n] +
                                cf(normal(rng), normal(rng)));
        }
    }
    for (const auto method : { angle_method::BEAMFORMING,
                               angle_method::MUSIC,
                               angle_method::ROOT_MUSIC,
                               angle_method::ESPRIT }) {
        angle_params p;
        p.method = method;
        dsp::angle_estimator estimator(array, p);
        costs_nothing([&] { estimator.estimate(snapshots); });
        BOOST_TEST(estimator.separator().size() == 2u * 6u);
    }
}

BOOST_AUTO_TEST_CASE(an_array_allocates_nothing)
{
    const waveform w(small());
    dsp::array_sensor sensor(w, antenna_array(), antenna_array({ 4 }));
    const auto response = antenna_array({ 4 }).steering(0.2);
    std::mt19937 rng(1);
    std::normal_distribution<float> normal;
    std::vector<cf> sent(w.grid_len(), 1), received(4 * w.grid_len());
    const cf *from = sent.data(), *antennas[4];
    for (int r = 0; r < 4; ++r) {
        antennas[r] = &received[r * w.grid_len()];
        for (int i = 0; i < w.grid_len(); ++i) {
            received[r * w.grid_len() + i] = response[r] + cf(normal(rng), normal(rng));
        }
    }
    std::vector<float> picture(sensor.n_angles() * sensor.n_ranges());
    std::size_t n_found = 0;
    costs_nothing([&] {
        n_found = sensor.detect({ &from, 1 }, { antennas, 4 }).size();
        sensor.range_angle(picture);
    });
    BOOST_TEST(n_found == 1u);
}

BOOST_AUTO_TEST_CASE(detection_allocates_nothing)
{
    std::vector<float> power(64 * 50, 1), thresholds(power.size());
    power[1000] = 1e6f;
    for (const auto kind :
         { cfar_kind::CA, cfar_kind::GO, cfar_kind::SO, cfar_kind::OS }) {
        sensing_params p;
        p.cfar = kind;
        dsp::cfar cfar(64, 50, p);
        costs_nothing([&] {
            cfar.detect(power);
            cfar.compute(power, thresholds);
        });
    }
}

BOOST_AUTO_TEST_CASE(a_spectrogram_allocates_nothing)
{
    const waveform w(small());
    micro_doppler_params p;
    p.range_m = 0;
    p.window_s = 6 * w.symbol_duration_s();
    p.hop_s = p.clutter_s = w.symbol_duration_s();
    dsp::micro_doppler spectrogram(w, p);
    std::vector<cf> sent(w.grid_len(), 1), echo(w.grid_len(), 2);
    std::vector<float> column(spectrogram.n_velocities());
    costs_nothing([&] {
        spectrogram.push(sent, echo, 1);
        while (spectrogram.next(column)) {
        }
    });
}

BOOST_AUTO_TEST_CASE(segments_allocate_nothing_once_the_longest_pdu_has_passed)
{
    const std::vector<std::uint8_t> pdu(1000, 5);
    std::vector<std::uint8_t> frame(300);
    dsp::segmenter segmenter;
    dsp::reassembler reassembler;
    std::uint32_t number = 0;
    costs_nothing([&] {
        segmenter.start(pdu);
        while (!segmenter.is_done()) {
            const auto n = segmenter.fill(frame);
            reassembler.take(number++, { frame.data(), n });
            while (reassembler.next()) {
            }
        }
    });
}

BOOST_AUTO_TEST_SUITE_END()
