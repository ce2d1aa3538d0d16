/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "radar_scene.h"
#include <gnuradio/isac/dsp/range_doppler.h>
#include <gnuradio/isac/dsp/target_detector.h>
#include <gnuradio/isac/dsp/window.h>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace gr::isac;
using scene::cf;
using scene::grid;
namespace data = boost::unit_test::data;

BOOST_TEST_DONT_PRINT_LOG_VALUE(gr::isac::window)

namespace {

using uniform = std::uniform_real_distribution<>;
enum cells { QPSK, QAM64, GAUSSIAN }; // Gaussian: what DFT-s-OFDM puts on a subcarrier

struct reflector {
    double range_bin, velocity_bin;
    double snr_db; // of the peak in the map, on a bin, window losses taken off
};

/// A map as wide as the default one and half as high, from an eighth of the cells.
waveform small()
{
    waveform_params p;
    p.fft_len = 256;
    p.n_subcarriers = 128;
    p.n_symbols = 128;
    return waveform(p);
}

/// A waveform, its sensing chain, and scenes of reflectors in noise of variance 1.
class radar
{
public:
    explicit radar(sensing_params p = {})
        : d_range_doppler(d_waveform, p),
          d_detector(d_waveform, p),
          d_loss_db(dsp::window_loss_db(p.range_window) +
                    dsp::window_loss_db(p.velocity_window)),
          d_map(map_geometry(d_waveform, p).map_len())
    {
    }

    const std::vector<dsp::target>& look(const std::vector<reflector>& reflectors,
                                         std::mt19937& rng,
                                         cells kind = QPSK,
                                         double leakage_db = -1e9,
                                         bool at_the_grid = false)
    {
        const auto tx = kind == QPSK    ? scene::qpsk(d_waveform, rng)
                        : kind == QAM64 ? scene::qam64(d_waveform, rng)
                                        : scene::gaussian(d_waveform, rng);
        auto rx = scene::noise(d_waveform, rng);
        for (const auto& r : reflectors) {
            const double amplitude =
                scene::amplitude_of(d_waveform, r.snr_db + d_loss_db);
            scene::add_echo(d_waveform,
                            tx,
                            r.range_bin * d_waveform.range_bin_m(),
                            r.velocity_bin * d_waveform.velocity_bin_mps(),
                            scene::any_phase(amplitude, rng),
                            rx);
        }
        if (leakage_db > -100) {
            const double amplitude = std::pow(10, leakage_db / 20);
            scene::add_echo(d_waveform, tx, 0, 0, scene::any_phase(amplitude, rng), rx);
        }
        d_range_doppler.compute(tx, rx, d_map);
        return at_the_grid ? d_detector.detect(d_map, tx, rx) : d_detector.detect(d_map);
    }

    double range_error_bins(const dsp::target& t, const reflector& r) const
    {
        return t.range_m / d_waveform.range_bin_m() - r.range_bin;
    }
    double velocity_error_bins(const dsp::target& t, const reflector& r) const
    {
        return std::remainder(t.velocity_mps / d_waveform.velocity_bin_mps() -
                                  r.velocity_bin,
                              d_waveform.n_symbols());
    }
    bool is_within(double bins, const dsp::target& t, const reflector& r) const
    {
        return std::abs(range_error_bins(t, r)) < bins &&
               std::abs(velocity_error_bins(t, r)) < bins;
    }

    /// Reflectors without a target of their own within half a bin.
    int missed(const std::vector<dsp::target>& found,
               const std::vector<reflector>& reflectors) const
    {
        int n = 0;
        for (const auto& r : reflectors) {
            n += std::none_of(found.begin(), found.end(), [&](const auto& t) {
                return is_within(0.5, t, r);
            });
        }
        return n;
    }

    const waveform& w() const { return d_waveform; }
    double loss_db() const { return d_loss_db; }
    grid& map() { return d_map; }
    dsp::target_detector& detector() { return d_detector; }

private:
    const waveform d_waveform = small();
    dsp::range_doppler d_range_doppler;
    dsp::target_detector d_detector;
    const double d_loss_db;
    grid d_map;
};

sensing_params with_windows(gr::isac::window window)
{
    sensing_params p;
    p.range_window = p.velocity_window = window;
    return p;
}

/// 1 to 6 reflectors anywhere, 20 to 50 dB, two bins apart in an axis or more, also from
/// the leakage at range and velocity 0.
std::vector<reflector> random_scene(std::mt19937& rng)
{
    std::vector<reflector> reflectors{ { 0, 0, 0 } };
    const std::size_t n = 2 + rng() % 6;
    while (reflectors.size() < n) {
        const reflector r{ uniform(0.5, 35)(rng),
                           uniform(-64, 64)(rng),
                           uniform(20, 50)(rng) };
        const bool is_free =
            std::none_of(reflectors.begin(), reflectors.end(), [&](const auto& other) {
                return std::abs(r.range_bin - other.range_bin) < 2 &&
                       std::abs(
                           std::remainder(r.velocity_bin - other.velocity_bin, 128)) < 2;
            });
        if (is_free) {
            reflectors.push_back(r);
        }
    }
    reflectors.erase(reflectors.begin());
    return reflectors;
}

} // namespace

BOOST_AUTO_TEST_SUITE(target_detector)

/* Every column of the table, signs included: a target that approaches has positive
 * velocity. 60 dB: the errors are a thousandth of a bin. */
BOOST_AUTO_TEST_CASE(a_target_is_reported_in_its_units)
{
    radar radar;
    std::mt19937 rng(1);
    const reflector r{ 12.3, 20.6, 60 };
    const auto& found = radar.look({ r }, rng);
    BOOST_TEST_REQUIRE(found.size() == 1u);
    BOOST_TEST(std::abs(found[0].range_m - r.range_bin * radar.w().range_bin_m()) < 0.1);
    BOOST_TEST(std::abs(found[0].velocity_mps -
                        r.velocity_bin * radar.w().velocity_bin_mps()) < 0.05);
    BOOST_TEST(found[0].velocity_mps > 0);
    // Noise from 248 cells, of which 76 count: 0.5 dB; five of them.
    BOOST_TEST(std::abs(found[0].snr_db - r.snr_db) < 2.5);
}

/* One target at 20 to 40 dB. The standard deviations reported must be those of the
 * errors, for any window; with windows that a fit can undo they are the Cramer-Rao bound
 * of a tone, var = 6/(4 pi^2 SNR) bins^2 with the SNR that a rectangular window would
 * have, times what a patch of 33 by 33 cells leaves out: at most 4 % of what a position
 * is known by and 1.3 % of the power, 2.7 % of the error. (Windows with zeros leave 20 %
 * more.) 400 errors tell a standard deviation to 3.5 %, and five times that is 1.18. */
BOOST_DATA_TEST_CASE(errors_are_as_large_as_reported,
                     data::make({ gr::isac::window::RECTANGULAR,
                                  gr::isac::window::HAMMING,
                                  gr::isac::window::BLACKMAN_HARRIS }),
                     window)
{
    radar radar(with_windows(window));
    const int n = 400;
    double range = 0, velocity = 0;
    for (int seed = 1; seed <= n; ++seed) {
        std::mt19937 rng(seed);
        const reflector r{ uniform(7, 29)(rng),
                           uniform(-64, 64)(rng),
                           uniform(20, 40)(rng) };
        const auto& found = radar.look({ r }, rng);
        BOOST_TEST_REQUIRE(found.size() >= 1u);
        const auto& t = found[0];
        // By the true SNR: the estimated one is a random number of its own.
        const double snr_error = std::pow(10, (t.snr_db - r.snr_db) / 20);
        const double range_std = t.range_std_m / radar.w().range_bin_m() * snr_error;
        const double velocity_std =
            t.velocity_std_mps / radar.w().velocity_bin_mps() * snr_error;
        range += std::pow(radar.range_error_bins(t, r) / range_std, 2) / n;
        velocity += std::pow(radar.velocity_error_bins(t, r) / velocity_std, 2) / n;
        if (window != gr::isac::window::BLACKMAN_HARRIS) {
            const double snr = std::pow(10, (r.snr_db + radar.loss_db()) / 10);
            const double bound = std::sqrt(6 / (4 * M_PI * M_PI * snr));
            BOOST_TEST((range_std > 0.98 * bound && range_std < 1.04 * bound));
            BOOST_TEST((velocity_std > 0.98 * bound && velocity_std < 1.04 * bound));
        }
    }
    BOOST_TEST(std::sqrt(range) < 1.18);
    BOOST_TEST(std::sqrt(velocity) < 1.18);
    BOOST_TEST(std::sqrt(range) > 0.82); // nobody beats the bound
    BOOST_TEST(std::sqrt(velocity) > 0.82);
}

/* The grid knows all there is to know, wherever the target is in range, whatever was sent
 * and however strong the echo: at 20 to 70 dB in the map self-noise and what a filter
 * loses would be up to 20 dB over the noise. 800 errors in both axes tell a standard
 * deviation to 2.5 %, and five times that is 1.125; the power that random symbols send in
 * 16 256 cells varies by 1 %. */
BOOST_DATA_TEST_CASE(errors_on_the_grid_reach_the_bound,
                     data::make({ QPSK, QAM64, GAUSSIAN }),
                     kind)
{
    radar radar;
    const int n = 400;
    double square = 0;
    for (int seed = 1; seed <= n; ++seed) {
        std::mt19937 rng(seed);
        const reflector r{ uniform(0, 36)(rng),
                           uniform(-64, 64)(rng),
                           uniform(20, 70)(rng) };
        const auto& found = radar.look({ r }, rng, cells(kind), -1e9, true);
        BOOST_TEST_REQUIRE(found.size() >= 1u);
        const double snr = std::pow(10, (r.snr_db + radar.loss_db()) / 10);
        const double variance = 6 / (4 * M_PI * M_PI * snr);
        square += (std::pow(radar.range_error_bins(found[0], r), 2) +
                   std::pow(radar.velocity_error_bins(found[0], r), 2)) /
                  variance / (2 * n);
    }
    BOOST_TEST(std::sqrt(square) < 1.13);
    BOOST_TEST(std::sqrt(square) > 0.87);
}

/* What is not known spoils no fit: a second echo of the same strength behind the prefix,
 * which no map shows, would bias a fit to the grid by its sidelobes. All is left as the
 * windows protect it. */
BOOST_AUTO_TEST_CASE(a_grid_that_is_not_explained_changes_nothing)
{
    radar radar;
    std::mt19937 rng(3);
    const auto& w = radar.w();
    const auto tx = scene::qpsk(w, rng);
    auto rx = scene::noise(w, rng);
    for (const double range_bin : { 20.4, 60.7 }) {
        scene::add_echo(w, tx, range_bin * w.range_bin_m(), 0, 3, rx);
    }
    dsp::range_doppler(w).compute(tx, rx, radar.map());
    const auto plain = radar.detector().detect(radar.map());
    const auto& found = radar.detector().detect(radar.map(), tx, rx);
    BOOST_TEST_REQUIRE(found.size() == plain.size());
    BOOST_TEST(found[0].range_m == plain[0].range_m);
    BOOST_TEST(radar.is_within(0.01, found[0], { 20.4, 0, 0 }));
}

/* Two targets two bins apart in one axis, anywhere off the grid, the weaker at 20 dB and
 * the other 0 to 20 dB above: both found within half a bin in every one of 300 scenes. A
 * false alarm in a scene is due to noise at 1e-6 per cell and 4736 cells: 1.4 expected,
 * more than 9 once in 10^5 (Poisson). */
BOOST_AUTO_TEST_CASE(two_targets_two_bins_apart_are_two)
{
    radar radar;
    int missed = 0, too_many = 0;
    for (int seed = 1; seed <= 300; ++seed) {
        std::mt19937 rng(seed);
        reflector a{ uniform(1, 32)(rng), uniform(-64, 62)(rng), 20 }, b = a;
        (seed % 2 ? b.range_bin : b.velocity_bin) += 2;
        (seed % 4 < 2 ? a : b).snr_db += uniform(0, 20)(rng);
        const auto& found = radar.look({ a, b }, rng);
        missed += radar.missed(found, { a, b });
        too_many += int(found.size()) - 2;
    }
    BOOST_TEST(missed == 0);
    BOOST_TEST(too_many <= 9);
}

/* The Rayleigh limit: two equal targets a bin apart in one axis or both, at 20 dB without
 * the windows, with any phases, are two in nine scenes of ten. 100 scenes each: of a rate
 * of 0.95 fewer than 84 are found once in 10^5, of one of 0.9 more than 99 once in 10^4.
 * What is found is measured: half a bin is three or more standard deviations. */
BOOST_DATA_TEST_CASE(equal_targets_a_bin_apart_are_two,
                     data::make({ gr::isac::window::RECTANGULAR,
                                  gr::isac::window::HAMMING }) *
                         data::make({ 0, 1, 2 }),
                     window,
                     direction)
{
    radar radar(with_windows(window));
    int both = 0, too_many = 0;
    for (int seed = 1; seed <= 100; ++seed) {
        std::mt19937 rng(seed);
        const double snr_db = 20 - radar.loss_db();
        reflector a{ uniform(3, 30)(rng), uniform(-64, 64)(rng), snr_db }, b = a;
        b.range_bin += direction != 1;
        b.velocity_bin += direction != 0;
        const auto& found = radar.look({ a, b }, rng);
        both += found.size() >= 2 && radar.missed(found, { a, b }) == 0;
        too_many += std::max(int(found.size()) - 2, 0);
    }
    BOOST_TEST(both >= 84);
    BOOST_TEST(too_many <= 4);
}

/* A point that is one stays one however strong it is, and beside others: 300 scenes with
 * ghosts only from noise, 1.4 expected (see above). */
BOOST_AUTO_TEST_CASE(one_target_is_not_split)
{
    radar radar;
    int too_many = 0;
    for (int seed = 1; seed <= 300; ++seed) {
        std::mt19937 rng(seed);
        const reflector a{ uniform(1, 35)(rng), uniform(-64, 64)(rng), 15.0 + seed % 50 };
        const reflector b{ uniform(1, 35)(rng), a.velocity_bin + 30, 40 };
        too_many += std::max(int(radar.look({ a, b }, rng).size()) - 2, 0);
    }
    BOOST_TEST(too_many <= 9);
}

/* Leakage 50 dB above the noise in every cell, 90 dB in the map: it fills its row and
 * column with sidelobes 50 dB over the noise, and with symbols of unequal power would
 * fill the rest. 200 scenes of each kind of cells: all found, leakage included, and no
 * ghosts but the false alarms of noise: 0.9 expected, 8 once in 10^5. The unequal
 * symbols cost the movers 2 dB at most (a few at 0 dB per cell), hence the misses that
 * a 20 dB target may then have. */
BOOST_DATA_TEST_CASE(leakage_neither_hides_nor_fakes_targets,
                     data::make({ QPSK, QAM64, GAUSSIAN }),
                     kind)
{
    radar radar;
    int missed = 0, too_many = 0, without_leakage = 0;
    for (int seed = 1; seed <= 200; ++seed) {
        std::mt19937 rng(seed);
        const auto reflectors = random_scene(rng);
        const auto& found = radar.look(reflectors, rng, cells(kind), 50);
        missed += radar.missed(found, reflectors);
        without_leakage += radar.missed(found, { { 0, 0, 0 } });
        too_many += int(found.size()) - int(reflectors.size()) - 1;
    }
    BOOST_TEST(missed <= (kind == QPSK ? 0 : 1));
    BOOST_TEST(without_leakage == 0);
    BOOST_TEST(too_many <= 8);
}

/* On noise alone a map must stay empty as often as the rate says. The first target
 * found is the strongest cell over its threshold, so a map is empty if no cell is:
 * (1 - rate)^cells, cells being independent with rectangular windows. Cells share
 * training cells, which makes alarms come in company and the map empty a little more
 * often: with 248 of them a threshold varies by 6 %, the local rate by exp(+-0.06 alpha),
 * and pairs within a window are exp(0.06^2 alpha^2) - 1 = 0.3 more frequent than chance:
 * 4736 * 289 / 2 * 1e-8 * 0.3 = 0.2 % of the probability. Five sigma are 10 %. */
BOOST_AUTO_TEST_CASE(noise_alone_alarms_at_the_asked_rate)
{
    auto p = with_windows(gr::isac::window::RECTANGULAR);
    p.false_alarm_rate = 1e-4;
    radar radar(p);
    std::mt19937 rng(3);
    const int n = 600;
    int empty = 0;
    for (int i = 0; i < n; ++i) {
        empty += radar.look({}, rng).empty();
    }
    const double expected = std::pow(1 - p.false_alarm_rate, radar.w().map_len());
    const double sigma = std::sqrt(n * expected * (1 - expected));
    BOOST_TEST(std::abs(empty - n * expected) < 5 * sigma);
}

/* Velocity has no end: a target between the last row and the first is one target, and
 * its neighbour across the edge another one. */
BOOST_AUTO_TEST_CASE(velocity_wraps)
{
    radar radar;
    for (const double velocity_bin : { -64.0, -63.5, 63.4, 63.9 }) {
        std::mt19937 rng(9);
        const reflector a{ 17.5, velocity_bin, 40 }, b{ 17.5, velocity_bin + 2.5, 30 };
        const auto& found = radar.look({ a, b }, rng);
        BOOST_TEST(found.size() == 2u);
        BOOST_TEST(radar.missed(found, { a, b }) == 0);
    }
}

/* Padding puts more cells in a bin; a target is where it was. 40 dB: errors are a
 * hundredth of a bin, and six of them are asked for. Both targets lie across an edge of
 * the map. */
BOOST_DATA_TEST_CASE(a_padded_map_tells_the_same,
                     data::make({ 1, 2, 3 }) * data::make({ 1, 2, 3 }),
                     range_padding,
                     velocity_padding)
{
    sensing_params p;
    p.range_padding = range_padding;
    p.velocity_padding = velocity_padding;
    radar radar(p);
    std::mt19937 rng(9);
    const reflector a{ 0.3, -63.6, 40 }, b{ 17.4, 63.7, 40 };
    const auto& found = radar.look({ a, b }, rng);
    BOOST_TEST_REQUIRE(found.size() == 2u);
    const auto& first = radar.is_within(1, found[0], a) ? a : b;
    BOOST_TEST(radar.is_within(0.06, found[0], first));
    BOOST_TEST(radar.is_within(0.06, found[1], &first == &a ? b : a));
}

/* Range does end: targets at both edges of the map are found there. */
BOOST_AUTO_TEST_CASE(the_edges_of_the_map_are_part_of_it)
{
    radar radar;
    for (const double range_bin : { 0.0, 0.4, 35.5, 36.0 }) {
        std::mt19937 rng(4);
        const reflector r{ range_bin, -40.3, 30 };
        const auto& found = radar.look({ r }, rng);
        BOOST_TEST(found.size() == 1u);
        BOOST_TEST(radar.missed(found, { r }) == 0);
    }
}

/* What a strong target that migrates leaves in its neighbourhood is not reported: one
 * that moves a tenth of a range bin during the frame is wider than a point by that
 * much. Moved by hand: two half frames, a tenth of a bin apart. */
BOOST_AUTO_TEST_CASE(a_migrating_target_is_one_target)
{
    radar radar;
    std::mt19937 rng(6);
    const auto& w = radar.w();
    const auto tx = scene::qpsk(w, rng);
    grid early(tx.size()), late(tx.size()), rx = scene::noise(w, rng);
    const double velocity_mps = 30.3 * w.velocity_bin_mps();
    const double amplitude = scene::amplitude_of(w, 60);
    scene::add_echo(w, tx, 15.05 * w.range_bin_m(), velocity_mps, amplitude, early);
    scene::add_echo(w, tx, 14.95 * w.range_bin_m(), velocity_mps, amplitude, late);
    for (std::size_t i = 0; i < rx.size(); ++i) {
        rx[i] += i < rx.size() / 2 ? early[i] : late[i];
    }
    dsp::range_doppler(w).compute(tx, rx, radar.map());
    const auto& found = radar.detector().detect(radar.map());
    BOOST_TEST_REQUIRE(found.size() == 1u);
    BOOST_TEST(radar.is_within(0.1, found[0], { 15, 30.3, 0 }));
}

/* Without noise there is only rounding to mistake for targets. */
BOOST_AUTO_TEST_CASE(rounding_errors_are_no_targets)
{
    radar radar;
    std::mt19937 rng(8);
    const auto& w = radar.w();
    const auto tx = scene::qpsk(w, rng);
    grid rx(tx.size());
    scene::add_echo(w, tx, 15.3 * w.range_bin_m(), 4.4 * w.velocity_bin_mps(), 1, rx);
    dsp::range_doppler(w).compute(tx, rx, radar.map());
    BOOST_TEST(radar.detector().detect(radar.map()).size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_empty_or_broken_map_holds_no_targets)
{
    radar radar;
    std::fill(radar.map().begin(), radar.map().end(), cf(0));
    BOOST_TEST(radar.detector().detect(radar.map()).empty());
    radar.map()[77] = cf(NAN, 0);
    BOOST_TEST(radar.detector().detect(radar.map()).empty());
    radar.map()[77] = cf(INFINITY, 0);
    BOOST_TEST(radar.detector().detect(radar.map()).empty());
}

BOOST_AUTO_TEST_CASE(the_strongest_are_kept_when_there_are_too_many)
{
    sensing_params p;
    p.max_targets = 2;
    radar radar(p);
    std::mt19937 rng(5);
    const reflector a{ 10, 20, 50 }, b{ 20, -20, 40 }, c{ 30, 60, 30 };
    const auto& found = radar.look({ c, a, b }, rng);
    BOOST_TEST(found.size() == 2u);
    BOOST_TEST(radar.missed(found, { a, b }) == 0);
    BOOST_TEST((found[0].snr_db > found[1].snr_db));
}

BOOST_AUTO_TEST_CASE(a_bad_parameter_is_refused)
{
    sensing_params p;
    p.max_targets = 0;
    BOOST_CHECK_THROW(dsp::target_detector(waveform(), p), std::invalid_argument);
    radar radar;
    grid short_map(radar.w().map_len() - 1);
    BOOST_CHECK_THROW(radar.detector().detect(short_map), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
