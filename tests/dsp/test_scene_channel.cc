/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/scene_channel.h>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>

using namespace gr::isac;
using dsp::scene_channel;
using cf = std::complex<float>;
using cd = std::complex<double>;

namespace data = boost::unit_test::data;

namespace {

constexpr double C = 299792458.0;
constexpr double SIGMAS = 5;

/// A sum of tones over the whole band of the waveform, known at any time.
class signal
{
public:
    explicit signal(const waveform& w, unsigned seed = 1)
    {
        std::mt19937 rng(seed);
        std::uniform_real_distribution<double> uniform;
        const double edge = 0.5 * w.n_subcarriers() / w.fft_len();
        for (int i = -12; i <= 12; ++i) {
            d_cycles.push_back(i * edge / 12);
            d_tones.push_back(std::polar(0.2, 2 * M_PI * uniform(rng)));
        }
    }
    cd at(double sample) const
    {
        cd sum = 0;
        for (std::size_t i = 0; i < d_tones.size(); ++i) {
            sum += d_tones[i] * std::polar(1.0, 2 * M_PI * d_cycles[i] * sample);
        }
        return sum;
    }
    std::vector<cf> samples(int n) const
    {
        std::vector<cf> x;
        for (int i = 0; i < n; ++i) {
            x.emplace_back(at(i));
        }
        return x;
    }

private:
    std::vector<double> d_cycles;
    std::vector<cd> d_tones;
};

waveform wave(int n_subcarriers = 512)
{
    waveform_params p;
    p.n_subcarriers = n_subcarriers;
    p.n_symbols = 16;
    return waveform(p);
}

/// A world with nothing in it; echoes and paths are added to it one by one.
scene_params silence()
{
    scene_params p;
    p.paths.clear();
    p.link_snr_db = 150;
    return p;
}

scene_target target(double range_m, double velocity_mps, double snr_db)
{
    scene_target t;
    t.range_m = range_m;
    t.velocity_mps = velocity_mps;
    t.snr_db = snr_db;
    return t;
}

using streams = std::vector<std::vector<cf>>;

/// All that comes out, for calls of \p step samples in and \p step out.
streams
run(scene_channel& channel, const streams& x, std::size_t step = 1000, bool end = true)
{
    streams y(channel.n_outputs());
    std::vector<cf> room(channel.n_outputs() * step);
    std::vector<const cf*> in(x.size());
    std::vector<cf*> out(y.size());
    for (std::size_t r = 0; r < y.size(); ++r) {
        out[r] = &room[r * step];
    }
    for (std::size_t taken = 0; !channel.is_drained();) {
        for (std::size_t a = 0; a < x.size(); ++a) {
            in[a] = x[a].data() + taken;
        }
        const auto done =
            channel.process(in, std::min(step, x[0].size() - taken), out, step);
        taken += done.consumed;
        for (std::size_t r = 0; r < y.size(); ++r) {
            y[r].insert(y[r].end(), out[r], out[r] + done.produced);
        }
        if (taken == x[0].size() && done.produced == 0) {
            if (!end) {
                break;
            }
            channel.end_input();
        }
    }
    return y;
}

std::vector<cf> run(const waveform& w,
                    const scene_params& p,
                    channel_view view,
                    const std::vector<cf>& x,
                    std::size_t step = 1000,
                    std::uint64_t seed = 1)
{
    scene_channel channel(w, scene(p), view, antenna_array(), antenna_array(), seed);
    return run(channel, { x }, step)[0];
}

template <class Model>
double error_db(const std::vector<cf>& y, int from, int to, Model model)
{
    double error = 0, power = 0;
    for (int m = from; m < to; ++m) {
        const cd exact = model(m);
        error += std::norm(cd(y[m]) - exact);
        power += std::norm(exact);
    }
    return 10 * std::log10(error / power);
}

double power(const std::vector<cf>& y, std::size_t from = 0)
{
    double sum = 0;
    for (std::size_t i = from; i < y.size(); ++i) {
        sum += std::norm(cd(y[i]));
    }
    return sum / (y.size() - from);
}

/// Of one echo, against delay and phase straight from R(t) = R - v t.
double echo_error_db(double range_m, double velocity_mps, const waveform& w)
{
    const signal x(w);
    auto p = silence();
    p.targets = { target(range_m, velocity_mps, 140) };
    const int n = 20000;
    const auto y = run(w, p, channel_view::ECHO, x.samples(n));
    BOOST_TEST(static_cast<int>(y.size()) == n);

    const double rate = w.sample_rate_hz();
    return error_db(y, 500, n - 20, [&](int m) {
        const double delay_s = 2 * (range_m - velocity_mps * m / rate) / C;
        const double turns = -std::fmod(w.params().carrier_freq_hz * delay_s, 1.0);
        return std::sqrt(1e14 * 1e-6) * x.at(m - delay_s * rate) *
               std::polar(1.0, 2 * M_PI * turns);
    });
}

/// Of three moving paths and a wrong clock, and by how much the length is wrong.
std::pair<double, double> link_error(double offset_ppm)
{
    const auto w = wave();
    const signal x(w);
    auto p = silence();
    p.paths = { { 200, -3, 12, 0, 0.5 }, { 163.2, 0, -7, 0, 0 }, { 391, -12, 30, 0, 2 } };
    p.cfo_hz = 4321;
    p.sampling_offset_ppm = offset_ppm;
    const int n = 30000;
    const auto y = run(w, p, channel_view::LINK, x.samples(n));

    const double rate = w.sample_rate_hz();
    const double error = error_db(y, 500, n - 20, [&](int m) {
        const double late = m * offset_ppm * 1e-6 / (1 + offset_ppm * 1e-6);
        const double sent = m - late - 16;
        const double power = std::pow(10, -0.3) + 1 + std::pow(10, -1.2);
        cd sum = 0;
        for (const auto& path : p.paths) {
            const double range_m = path.range_m - path.velocity_mps * sent / rate;
            const double phase = path.phase_rad +
                                 2 * M_PI * p.cfo_hz * (m - late) / rate -
                                 2 * M_PI * std::fmod(range_m / w.wavelength_m(), 1.0);
            sum += std::polar(std::pow(10, path.gain_db / 20), phase) *
                   x.at(sent - (range_m - 163.2) / C * rate);
        }
        return sum / std::sqrt(power);
    });
    // 16 samples of lead, 228 m of detour, 8 of the filter, and what the clock gains.
    const double len = (n + 16 + 227.8 / C * rate + 8) * (1 + offset_ppm * 1e-6);
    return { error, y.size() - len };
}

} // namespace

BOOST_AUTO_TEST_SUITE(scene_channels)

/* Delay and phase of a moving echo, straight from R(t) = R - v t in double precision.
 * -77 dB is what the filter leaves at the edge of the wider band (-84 dB and better),
 * a tile of constant delay at 60 m/s (-86 dB) and rounding; it is a delay accurate to
 * 1e-4 samples, and a phase that strays by 1e-4 rad over the stream: Doppler within
 * 2e-5 of a bin. 3000 m/s takes the other way, through two filters. */
BOOST_DATA_TEST_CASE(an_echo_is_what_the_motion_says,
                     data::make({ 1.0, 3.7, 123.456, 351.0, 700.0 }) *
                         data::make({ 0.0, -2.9, -60.0, -3000.0 }) *
                         data::make({ 512, 768 }),
                     range_m,
                     velocity_mps,
                     n_subcarriers)
{
    BOOST_TEST(echo_error_db(range_m, velocity_mps, wave(n_subcarriers)) < -77);
}

/* The same for the far receiver: every path with its own motion, the carrier offset, and
 * a clock that runs apart. The paths sum up to unit power; the first comes 16 samples
 * late. With 100 ppm a delay moves by 0.026 samples in a tile, and fading between the
 * filters at its ends leaves (pi / 2 * 0.026)^2 / 8, or -73 dB, at the edge of the band.
 */
BOOST_DATA_TEST_CASE(a_link_is_what_its_paths_and_clocks_say,
                     data::make({ 0.0, -0.4, 20.0, -100.0 }),
                     offset_ppm)
{
    const auto [error, excess_len] = link_error(offset_ppm);
    BOOST_TEST(error < (std::abs(offset_ppm) > 1 ? -70 : -77));
    BOOST_TEST(std::abs(excess_len) < 2);
}

/* After an hour at 30.72 MS/s the phases must be as good as at the beginning. A float
 * would long have lost the carrier; long double is the reference. 1e-5 turns and 1e-5
 * samples are far below what any test of the signal could see. */
BOOST_AUTO_TEST_CASE(an_hour_of_stream_does_not_wear_out_the_phase)
{
    const auto w = wave();
    auto p = silence();
    p.paths = { { 150, 0, 1.25, 0, 0 } };
    p.cfo_hz = -12345.6;
    p.sampling_offset_ppm = 3;
    dsp::ray_schedule schedule(
        w, scene(p), channel_view::LINK, antenna_array(), antenna_array());
    const std::uint64_t m = 3600ull * 30720000 + 777;
    const auto ray = schedule.plan(m, 256).rays[0];

    const long double rate = w.sample_rate_hz(), late = m * 3e-6L / (1 + 3e-6L);
    const long double sent = m - late - 16, moved_m = 1.25L * sent / rate;
    const long double delay = late + 16 - moved_m / C * rate;
    const long double turns =
        -12345.6L * (m - late) / rate - (150 - moved_m) * w.params().carrier_freq_hz / C;
    BOOST_TEST(std::abs(static_cast<double>(ray.first_delay - delay)) < 1e-5);
    BOOST_TEST(std::abs(static_cast<double>(
                   std::remainder(ray.first_turns - turns, 1.0L))) < 1e-5);
}

/* Bit for bit: whatever the scheduler does, a seed repeats the run. */
BOOST_DATA_TEST_CASE(the_result_does_not_depend_on_the_calls,
                     data::make({ false, true }),
                     is_link)
{
    const auto view = is_link ? channel_view::LINK : channel_view::ECHO;
    const auto w = wave();
    const auto x = signal(w).samples(30011);
    auto p = silence();
    p.targets = { target(40, 20, 10), target(200, -5, 0) };
    p.paths = { { 100, 0, 3, 0, 0 }, { 180, -6, 0, 0, 0 } };
    p.leakage_db = -70;
    p.link_snr_db = 20;
    p.cfo_hz = 777;
    p.sampling_offset_ppm = -7;
    p.phase_noise_hz = 100;
    p.pa_saturation_db = 3;
    p.iq_gain_db = 0.5;
    p.iq_phase_rad = 0.02;
    p.repeat_s = 1.5 * w.frame_duration_s();
    const auto whole = run(w, p, view, x, 1000);
    for (const std::size_t step : { 1, 17, 256, 4096 + 7, 100000 }) {
        BOOST_TEST((run(w, p, view, x, step) == whole));
    }
    BOOST_TEST((run(w, p, view, x, 1000, 2) != whole));
}

/* The radar equation by hand, for -20 dBm, 12 + 9 dBi, 3 dBsm at 70 m and 5.8 GHz, over
 * k T B F with B = 30.72 MHz and F = 4 dB: both powers are of samples, and the
 * transmitted ones have (K - 1) / N. Everything is deterministic but the noise, which
 * 2^17 samples tell to 1.4 %, or 0.06 dB. */
BOOST_AUTO_TEST_CASE(the_echo_has_the_power_of_the_radar_equation)
{
    const auto w = wave();
    auto p = silence();
    p.tx_power_dbm = 20;
    p.tx_gain_dbi = 12;
    p.rx_gain_dbi = 9;
    p.noise_figure_db = 4;
    scene_target t;
    t.range_m = 70;
    t.rcs_dbsm = 3;
    p.targets = { t };

    const double lambda = C / 5.8e9;
    const double received_w = 0.1 * std::pow(10, 2.1) * lambda * lambda *
                              std::pow(10, 0.3) / std::pow(4 * M_PI, 3) / std::pow(70, 4);
    const double noise_w = 1.380649e-23 * 290 * 30.72e6 * std::pow(10, 0.4);
    const double sample_snr = received_w / noise_w;

    const int n = 1 << 17;
    auto x = signal(w).samples(n);
    const double scale = std::sqrt(511.0 / 1024 / power(x));
    for (auto& sample : x) {
        sample *= scale;
    }
    const auto y = run(w, p, channel_view::ECHO, x);
    const double expected = 1e-6 * (sample_snr + 1);
    BOOST_TEST(power(y, 100) == expected, boost::test_tools::tolerance(0.02));
    BOOST_TEST(scene(p).echo_snr_db(w, 0, 70) == 10 * std::log10(sample_snr * 1024 / 511),
               boost::test_tools::tolerance(1e-6));
}

/* Half the transmitted power at -60 dB of leakage, against the same noise. */
BOOST_AUTO_TEST_CASE(leakage_is_relative_to_the_transmitted_power)
{
    const auto w = wave();
    auto p = silence();
    p.tx_power_dbm = 0;
    p.noise_figure_db = 0;
    p.leakage_db = -60;
    const double noise_w = 1.380649e-23 * 290 * 30.72e6;
    const double gain = 1e-6 * (1e-9 / noise_w) * 1024 / 511;
    const signal x(w);
    const auto y = run(w, p, channel_view::ECHO, x.samples(20000));
    BOOST_TEST(error_db(y, 100, 19000, [&](int m) { return std::sqrt(gain) * x.at(m); }) <
               -10 * std::log10(gain / 1e-6) + 1); // all that differs is the noise
    BOOST_TEST(scene(p).leakage_snr_db(w) == 10 * std::log10(gain / 1e-6),
               boost::test_tools::tolerance(1e-6));
}

/* The mean of n powers of complex Gaussian noise strays by 1/sqrt(n). */
BOOST_AUTO_TEST_CASE(noise_has_the_variance_and_each_antenna_its_own)
{
    const auto w = wave();
    const int n = 1 << 18;
    auto p = silence();
    p.link_snr_db = 13;
    antenna_array_params three;
    three.n_elements = 3;
    const double bound = SIGMAS / std::sqrt(n);
    for (const auto view : { channel_view::ECHO, channel_view::LINK }) {
        const double noise_var = view == channel_view::ECHO ? 1e-6 : std::pow(10, -1.3);
        scene_channel channel(
            w, scene(p), view, antenna_array(), antenna_array(three), 4);
        const auto y = run(channel, { std::vector<cf>(n) }, 65536);
        for (int r = 0; r < 3; ++r) {
            BOOST_TEST(std::abs(power(y[r]) / noise_var - 1) < bound);
            cd correlation = 0;
            for (int i = 0; i < n; ++i) {
                correlation += cd(std::conj(y[r][i]) * y[(r + 1) % 3][i]);
            }
            BOOST_TEST(std::abs(correlation) / n / noise_var < bound);
        }
    }
}

/* An array sees a plane wave as its steering vector; weights towards the target put the
 * power of all elements into it: N times the power of one. */
BOOST_AUTO_TEST_CASE(arrays_see_and_send_plane_waves)
{
    const auto w = wave();
    const double angle_rad = 0.4;
    antenna_array_params four;
    four.n_elements = 4;
    const antenna_array array(four);
    auto p = silence();
    p.targets = { target(90, 5, 140) };
    p.targets[0].angle_rad = angle_rad;

    const auto x = signal(w).samples(5000);
    const auto one = run(w, p, channel_view::ECHO, x);
    streams steered(4);
    for (int a = 0; a < 4; ++a) {
        for (const auto& sample : x) {
            steered[a].push_back(array.weights(angle_rad)[a] * sample);
        }
    }
    scene_channel channel(w, scene(p), channel_view::ECHO, array, array);
    const auto y = run(channel, steered);
    for (int r = 0; r < 4; ++r) {
        const cd wave = std::polar(2.0, 2 * M_PI * 0.5 * std::sin(angle_rad) * r);
        BOOST_TEST(error_db(y[r], 100, 4900, [&](int m) { return wave * cd(one[m]); }) <
                   -100);
    }
}

/* Replacing the scene by itself must leave no trace, and changing the clock's rate or
 * the carrier offset must not make the phase jump: both go on from where they are. */
BOOST_AUTO_TEST_CASE(a_new_scene_goes_on_where_the_old_one_was)
{
    const auto w = wave();
    auto p = silence();
    p.paths = { { 120, 0, 9, 0, 0 } };
    p.cfo_hz = 2000;
    p.sampling_offset_ppm = 10;
    const auto x = signal(w).samples(40000);
    const std::vector<cf> half(x.begin(), x.begin() + 20000);
    const std::vector<cf> rest(x.begin() + 20000, x.end());

    scene_channel channel(w, scene(p), channel_view::LINK);
    auto y = run(channel, { half }, 1000, false)[0];
    channel.set_scene(scene(p));
    const auto tail = run(channel, { rest })[0];
    y.insert(y.end(), tail.begin(), tail.end());
    scene_channel plain(w, scene(p), channel_view::LINK);
    BOOST_TEST((y == run(plain, { x })[0]));

    dsp::ray_schedule schedule(
        w, scene(p), channel_view::LINK, antenna_array(), antenna_array());
    const auto before = schedule.plan(123456789, 256).rays[0];
    p.cfo_hz = -500;
    p.sampling_offset_ppm = 0;
    schedule.set_scene(scene(p), 123456789);
    const auto after = schedule.plan(123456789, 256).rays[0];
    BOOST_TEST(after.first_delay == before.first_delay);
    BOOST_TEST(std::remainder(after.first_turns - before.first_turns, 1.0) == 0);
}

/* Half a frame more than one frame is two frames; after them everything is where it was,
 * to the bit, but for the noise: 140 dB lower. */
BOOST_AUTO_TEST_CASE(the_motion_starts_over_after_whole_frames)
{
    const auto w = wave();
    auto p = silence();
    p.targets = { target(60, 30, 140) };
    p.repeat_s = 1.5 * w.frame_duration_s();
    const int period = 2 * w.frame_len();
    const std::vector<cf> x(3 * period, cf(1));
    const auto y = run(w, p, channel_view::ECHO, x);
    BOOST_TEST(error_db(y, period, 2 * period, [&](int m) { return y[m + period]; }) <
               -120);
    BOOST_TEST(error_db(y, 100, 200, [&](int m) { return y[m + period]; }) < -120);
    // and moves in between: a quarter turn is 13 mm
    BOOST_TEST(error_db(y, 100, 200, [&](int m) { return y[m + period / 2]; }) > -10);

    scene_channel channel(w, scene(p), channel_view::ECHO);
    const double period_s = period / w.sample_rate_hz();
    BOOST_TEST(channel.truth(0.25 * period_s)[0].range_m == 60 - 30 * 0.25 * period_s);
    BOOST_TEST(channel.truth(1.25 * period_s)[0].range_m ==
                   channel.truth(0.25 * period_s)[0].range_m,
               boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(what_is_too_near_or_too_late_is_silent_and_said_to_be)
{
    const auto w = wave();
    auto p = silence();
    p.targets = { target(1.5, 1000, 60), target(50000, 0, 60), target(3, 0, 60) };
    scene_channel channel(w, scene(p), channel_view::ECHO);
    BOOST_TEST(channel.truth(0)[0].snr_db == 60);
    BOOST_TEST(channel.truth(1e-3)[0].snr_db == -INFINITY);
    BOOST_TEST(channel.truth(0)[1].snr_db == -INFINITY);
    BOOST_TEST(channel.truth(0)[2].snr_db == 60);

    // 0.5 ms at 1000 m/s bring the first one nearer than 1 m; only the third remains.
    const std::vector<cf> x(30000, cf(1));
    const auto y = run(channel, { x })[0];
    BOOST_TEST(power(y, 20000) == 1.0 + 1e-6, boost::test_tools::tolerance(1e-3));
}

/* Whatever was sent arrives before the stream ends: with silence before and after it,
 * a burst keeps its energy, and two paths of a whole sample apart share it. */
BOOST_AUTO_TEST_CASE(the_end_of_the_input_is_flushed)
{
    const auto w = wave();
    auto p = silence();
    const double sample_m = C / w.sample_rate_hz();
    p.paths = { { 100, 0, 0, 0, 0 }, { 100 + 60 * sample_m, 0, 0, 0, 0 } };
    std::vector<cf> x(1000);
    x.back() = 1;
    const auto y = run(w, p, channel_view::LINK, x);
    BOOST_TEST(y.size() == 1000 + 16 + 60 + 8);
    BOOST_TEST(std::abs(y[999 + 16]) == std::sqrt(0.5f),
               boost::test_tools::tolerance(1e-4f));
    BOOST_TEST(std::abs(y[999 + 16 + 60]) == std::sqrt(0.5f),
               boost::test_tools::tolerance(1e-4f));
}

BOOST_AUTO_TEST_SUITE_END()
