/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "radar_scene.h"
#include <gnuradio/isac/dsp/range_doppler.h>
#include <gnuradio/isac/dsp/window.h>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <numeric>

using namespace gr::isac;
using scene::cf;
using scene::grid;
namespace data = boost::unit_test::data;

BOOST_TEST_DONT_PRINT_LOG_VALUE(gr::isac::radar_filter)
BOOST_TEST_DONT_PRINT_LOG_VALUE(gr::isac::window)

namespace {

constexpr auto RECTANGULAR = gr::isac::window::RECTANGULAR;
const auto FILTERS = { radar_filter::DIVISION,
                       radar_filter::MATCHED,
                       radar_filter::WIENER };

waveform small(int n_symbols = 16, int n_subcarriers = 300)
{
    waveform_params p;
    p.n_subcarriers = n_subcarriers;
    p.n_symbols = n_symbols;
    return waveform(p);
}

grid map_of(const waveform& w,
            const grid& tx,
            const grid& rx,
            gr::isac::window window = RECTANGULAR,
            radar_filter filter = radar_filter::WIENER)
{
    grid map(w.map_len());
    dsp::range_doppler(w, { window, window, filter }).compute(tx, rx, map);
    return map;
}

double mean_power(const grid& cells)
{
    const double sum = std::accumulate(
        cells.begin(), cells.end(), 0.0, [](double s, cf x) { return s + std::norm(x); });
    return sum / cells.size();
}

int strongest(const grid& map)
{
    const auto weaker = [](cf a, cf b) { return std::norm(a) < std::norm(b); };
    return std::max_element(map.begin(), map.end(), weaker) - map.begin();
}

/// Mean power of the map without the rows and columns that a target or leakage fills.
double floor_of(const waveform& w, const grid& map, int row, int column)
{
    grid rest;
    for (int i = 0; i < w.map_len(); ++i) {
        const int r = i / w.n_range_bins(), c = i % w.n_range_bins();
        const bool leakage = std::abs(r - w.n_symbols() / 2) <= 4 || c <= 4;
        if (!leakage && std::abs(r - row) > 4 && std::abs(c - column) > 4) {
            rest.push_back(map[i]);
        }
    }
    return mean_power(rest);
}

} // namespace

BOOST_AUTO_TEST_SUITE(range_doppler)

/* A reflector exactly on a bin must peak in that bin. Every occupied cell adds in phase:
 * the amplitudes sum to (K - 1) M and the unitary transforms divide by sqrt(K M). The
 * tolerance is the float FFT error, far below 1e-4. An odd number of symbols has its
 * standstill in row M/2 rounded down. */
BOOST_DATA_TEST_CASE(a_reflector_peaks_where_it_is,
                     data::make({ 16, 15 }) * data::make({ 0, 1, 7, 21 }) *
                         data::make({ -7, -1, 0, 7 }),
                     n_symbols,
                     range_bin,
                     velocity_bin)
{
    const auto w = small(n_symbols);
    std::mt19937 rng(7);
    const auto tx = scene::qpsk(w, rng);
    grid rx(tx.size());
    scene::add_echo(
        w, tx, range_bin * w.range_bin_m(), velocity_bin * w.velocity_bin_mps(), 1, rx);
    const auto map = map_of(w, tx, rx);

    const int at = strongest(map);
    BOOST_TEST(at % w.n_range_bins() == range_bin);
    BOOST_TEST(at / w.n_range_bins() == n_symbols / 2 + velocity_bin);
    const double k = w.n_subcarriers();
    BOOST_TEST(std::norm(map[at]) == float((k - 1) * (k - 1) / k * n_symbols),
               boost::test_tools::tolerance(1e-4f));
}

/* Zero padding samples the same spectrum more finely: on the bins it must give the cells
 * of the map without it, phase included, up to float rounding of two transforms (-120 dB
 * of the strongest cell), for odd and even lengths and paddings alike. */
BOOST_DATA_TEST_CASE(padding_puts_cells_between_the_bins,
                     data::make({ 16, 15 }) * data::make({ 1, 2, 3 }) *
                         data::make({ 1, 2, 5 }),
                     n_symbols,
                     range_padding,
                     velocity_padding)
{
    const auto w = small(n_symbols);
    std::mt19937 rng(7);
    const auto tx = scene::qpsk(w, rng);
    auto rx = scene::noise(w, rng);
    scene::add_echo(w, tx, 131, 57, 3, rx);
    sensing_params p;
    const auto bins = map_of(w, tx, rx, p.range_window);
    p.range_padding = range_padding;
    p.velocity_padding = velocity_padding;
    dsp::range_doppler radar(w, p);
    const auto& g = radar.geometry();
    BOOST_TEST(g.n_velocities() == n_symbols * velocity_padding);
    BOOST_TEST(g.n_ranges() >= (w.n_range_bins() - 2) * range_padding + 1);
    BOOST_TEST((g.n_ranges() - 1) * g.range_step_m() >= w.max_range_m());
    grid map(g.map_len());
    radar.compute(tx, rx, map);

    double error = 0, peak = 0;
    for (int q = 0; q < n_symbols; ++q) {
        const int row = g.standstill_row() + (q - n_symbols / 2) * velocity_padding;
        for (int r = 0; r * range_padding < g.n_ranges(); ++r) {
            const auto bin = bins[q * w.n_range_bins() + r];
            const auto cell = map[row * g.n_ranges() + r * range_padding];
            error = std::max<double>(error, std::norm(cell - bin));
            peak = std::max<double>(peak, std::norm(bin));
        }
    }
    BOOST_TEST(error < 1e-12 * peak);
}

/* Small maps and long ones, whose cells take another way to memory; ranges that are and
 * are not whole tiles. Power: one rounding of float32 (fused or not) of |map|^2. */
BOOST_DATA_TEST_CASE(power_is_that_of_the_map,
                     data::make({ 1, 5 }) * data::make({ 64, 250 }) *
                         data::make({ 20, 511 }),
                     padding,
                     n_subcarriers,
                     cp_len)
{
    waveform_params wp;
    wp.fft_len = 512;
    wp.cp_len = cp_len;
    wp.n_subcarriers = n_subcarriers;
    wp.n_symbols = 128;
    const waveform w(wp);
    std::mt19937 rng(7);
    const auto tx = scene::qpsk(w, rng);
    auto rx = scene::noise(w, rng);
    scene::add_echo(w, tx, 131, 57, 3, rx);
    sensing_params p;
    p.range_padding = p.velocity_padding = padding;
    dsp::range_doppler radar(w, p);
    const std::size_t len = radar.geometry().map_len();
    volk::vector<cf> map(len);
    volk::vector<float> power(len), db(len);
    radar.compute(tx, rx, map);
    radar.compute_power(tx, rx, power);
    p.in_db = true;
    dsp::range_doppler(w, p).compute_power(tx, rx, db);
    double error = 0, error_db = 0;
    for (std::size_t i = 0; i < len; ++i) {
        const double expected = std::norm(std::complex<double>(map[i]));
        error = std::max(error, std::abs(power[i] / expected - 1));
        error_db = std::max(error_db, std::abs(db[i] - 10 * std::log10(expected)));
    }
    BOOST_TEST(error < 3e-7);
    BOOST_TEST(error_db < 2e-4);
}

/* Frames in one map: a reflector on a bin of the long map peaks there, and by as much as
 * the cells of all frames add in phase, (K - 1) n M of them, over transforms that divide
 * by sqrt(K n M): the preambles between the frames take nothing from it and leave lobes
 * of their share. Float transforms, and the window's: 1e-4. */
BOOST_DATA_TEST_CASE(frames_add_in_phase,
                     data::make({ 1, 2, 5 }) * data::make({ -13, 0, 8 }),
                     n_frames,
                     velocity_bin)
{
    const auto w = small(32);
    sensing_params p;
    p.range_window = p.velocity_window = RECTANGULAR;
    p.coherent_frames = n_frames;
    dsp::range_doppler radar(w, p);
    const auto& g = radar.geometry();
    const int gap = n_frames > 1 ? w.n_preamble_symbols() : 0;
    BOOST_TEST(g.n_velocities() == n_frames * (32 + gap));
    std::mt19937 rng(7);
    grid tx, rx;
    for (int frame = 0; frame < n_frames; ++frame) {
        const auto x = scene::qpsk(w, rng);
        grid y(x.size());
        const double turns = static_cast<double>(velocity_bin) * frame / n_frames;
        scene::add_echo(w,
                        x,
                        7 * w.range_bin_m(),
                        velocity_bin * g.velocity_step_mps(),
                        std::polar(1.0, 2 * M_PI * turns),
                        y);
        tx.insert(tx.end(), x.begin(), x.end());
        rx.insert(rx.end(), y.begin(), y.end());
    }
    grid map(g.map_len());
    radar.compute(tx, rx, map);
    const int at = strongest(map);
    BOOST_TEST(at % g.n_ranges() == 7);
    BOOST_TEST(at / g.n_ranges() == g.standstill_row() + velocity_bin);
    const double k = w.n_subcarriers();
    BOOST_TEST(std::norm(map[at]) == float((k - 1) * (k - 1) / k * 32 * n_frames),
               boost::test_tools::tolerance(1e-4f));

    // Without the last frame the peak has what the others have, and is where it was.
    if (n_frames > 1) {
        radar.compute(tx, rx, map, dsp::range_doppler::ALL >> (65 - n_frames));
        const double left = (n_frames - 1.0) / n_frames;
        const float peak = std::norm(map[at]);
        BOOST_TEST(peak == float((k - 1) * (k - 1) / k * 32 * n_frames * left * left),
                   boost::test_tools::tolerance(1e-4f));
    }
}

/* The noise of a map of frames is s2 per cell, and averaging leaves the mean and takes
 * the variance: n maps of exponential cells have s2^2 / n. Some 30 x 23 independent
 * cells: five sigma of the mean are 5 / sqrt(690 n), of the variance no more than three
 * times that (the fourth moment of an exponential). */
BOOST_DATA_TEST_CASE(averaging_takes_the_variance_of_the_noise,
                     data::make({ 1, 2 }) * data::make({ 1, 8 }),
                     n_coherent,
                     n_averaged)
{
    const auto w = small(32);
    sensing_params p;
    p.range_window = p.velocity_window = RECTANGULAR;
    p.coherent_frames = n_coherent;
    p.averaged_maps = n_averaged;
    dsp::range_doppler radar(w, p);
    std::mt19937 rng(3);
    grid tx, rx, map(radar.geometry().map_len());
    for (int frame = 0; frame < n_coherent * n_averaged; ++frame) {
        const auto x = scene::qpsk(w, rng), y = scene::noise(w, rng);
        tx.insert(tx.end(), x.begin(), x.end());
        rx.insert(rx.end(), y.begin(), y.end());
    }
    std::vector<float> power(map.size()), same(map.size());
    radar.compute_power(tx, rx, power);
    radar.compute_both(tx, rx, map, same);
    double mean = 0, square = 0, apart = 0;
    for (std::size_t i = 0; i < power.size(); ++i) {
        mean += power[i] / power.size();
        square += power[i] * power[i] / power.size();
        apart = std::max<double>(apart, std::abs(power[i] - same[i]));
    }
    const double sigma = 1 / std::sqrt(690.0 * n_averaged);
    BOOST_TEST(std::abs(mean - 299.0 / 300) < 5 * sigma);
    BOOST_TEST(std::abs(n_averaged * (square / mean / mean - 1) - 1) <
               15 * sigma * std::sqrt(n_averaged));
    BOOST_TEST(apart < 1e-5);
}

/* A row with a cell that is no number is as if it had not been sent: the map is that of
 * silence in its place, up to what WIENER then no longer measures (QPSK: nothing). */
BOOST_DATA_TEST_CASE(a_row_that_is_not_finite_contributes_nothing,
                     data::make(FILTERS) * data::make({ true, false }),
                     filter,
                     is_qam)
{
    const auto w = small(64);
    std::mt19937 rng(5);
    const auto tx = is_qam ? scene::qam64(w, rng) : scene::qpsk(w, rng);
    auto rx = scene::noise(w, rng);
    scene::add_echo(w, tx, 5 * w.range_bin_m(), 9 * w.velocity_bin_mps(), 10, rx);
    auto silent = rx;
    for (const int row : { 3, 40 }) {
        std::fill_n(silent.begin() + row * w.n_subcarriers(), w.n_subcarriers(), cf(0));
    }
    rx[3 * w.n_subcarriers() + 17] = cf(std::numeric_limits<float>::quiet_NaN(), 0);
    rx[40 * w.n_subcarriers()] = cf(0, std::numeric_limits<float>::infinity());
    dsp::range_doppler radar(w, { RECTANGULAR, RECTANGULAR, filter });
    grid map(w.map_len());
    radar.compute(tx, rx, map);
    BOOST_TEST(radar.bad_rows() == 2u);
    BOOST_TEST(std::isfinite(mean_power(map)));
    BOOST_TEST(strongest(map) == (32 + 9) * w.n_range_bins() + 5);
    if (!is_qam) {
        auto expected = map_of(w, tx, silent, RECTANGULAR, filter);
        for (std::size_t i = 0; i < map.size(); ++i) {
            expected[i] -= map[i];
        }
        BOOST_TEST(mean_power(expected) < 1e-10 * mean_power(map));
    }
    radar.compute(tx, silent, map);
    BOOST_TEST(radar.bad_rows() == 2u);
}

/* sinc^2(eps) of an echo stays and the rest leaks: -34.8, -20.8 and -14.7 dB for shifts
 * of 0.01, 0.05 and 0.1 subcarriers (3 / (pi eps)^2 for small ones). */
BOOST_AUTO_TEST_CASE(the_limits_of_velocity_are_those_of_the_physics)
{
    const waveform w;
    const map_geometry g(w);
    const double per_mps = 2 / w.wavelength_m() / w.params().subcarrier_spacing_hz;
    BOOST_TEST(std::abs(g.ici_db(0.01 / per_mps) + 34.8) < 0.05);
    BOOST_TEST(std::abs(g.ici_db(0.05 / per_mps) + 20.8) < 0.05);
    BOOST_TEST(std::abs(g.ici_db(0.1 / per_mps) + 14.7) < 0.05);
    const double moved = 30 * w.n_symbols() * w.symbol_duration_s() / w.range_bin_m();
    BOOST_TEST(std::abs(g.migration_bins(-30) - moved) < 1e-9);

    sensing_params p;
    p.max_velocity_mps = 0.999 * g.max_velocity_mps();
    BOOST_TEST(std::abs(g.ici_db(p.max_velocity_mps) + 20) < 0.05);
    BOOST_CHECK_NO_THROW(dsp::range_doppler(w, p));
    p.coherent_frames = 64; // 0.58 s: 5 m/s are a third of a bin, 42 m/s 2.5 bins
    const map_geometry slow(
        w, { p.range_window, p.velocity_window, p.filter, 1, 1, false, 64 });
    BOOST_TEST(std::abs(slow.migration_bins(slow.max_velocity_mps()) - 0.5) < 1e-9);
    for (const double refused : { p.max_velocity_mps, -1.0, static_cast<double>(NAN) }) {
        p.max_velocity_mps = refused;
        BOOST_CHECK_THROW(dsp::range_doppler(w, p), std::invalid_argument);
    }
}

BOOST_AUTO_TEST_CASE(numbers_of_frames_out_of_range_are_refused)
{
    for (const int n : { -1, 0, 65 }) {
        sensing_params p;
        p.coherent_frames = n;
        BOOST_CHECK_THROW(dsp::range_doppler(small(), p), std::invalid_argument);
        p.coherent_frames = 1;
        p.averaged_maps = n;
        BOOST_CHECK_THROW(dsp::range_doppler(small(), p), std::invalid_argument);
    }
}

BOOST_AUTO_TEST_CASE(a_padding_out_of_range_is_refused)
{
    for (const int padding : { -1, 0, 17 }) {
        sensing_params p;
        p.range_padding = padding;
        BOOST_CHECK_THROW(dsp::range_doppler(small(), p), std::invalid_argument);
        std::swap(p.range_padding, p.velocity_padding);
        BOOST_CHECK_THROW(dsp::range_doppler(small(), p), std::invalid_argument);
    }
}

/* The peak keeps the phase that the echo has in the middle of the grid, at every range
 * and velocity: target fits and phases over frames rely on it. */
BOOST_AUTO_TEST_CASE(the_peak_has_the_phase_of_the_middle_of_the_grid)
{
    const auto w = small();
    std::mt19937 rng(7);
    const auto tx = scene::qpsk(w, rng);
    for (const int velocity_bin : { -5, 0, 3 }) {
        grid rx(tx.size());
        const std::complex<double> amplitude = std::polar(1.0, 0.7);
        scene::add_echo(w,
                        tx,
                        9 * w.range_bin_m(),
                        velocity_bin * w.velocity_bin_mps(),
                        amplitude,
                        rx);
        const auto map = map_of(w, tx, rx);
        // The echo of the model has its phase in symbol 0, half a frame earlier.
        const double expected = 0.7 + M_PI * velocity_bin;
        const double is = std::arg(map[strongest(map)]);
        BOOST_TEST(std::abs(std::remainder(is - expected, 2 * M_PI)) < 1e-3);
    }
}

/* Windows keep the noise power and cost the tone what window_loss_db says. The floor is
 * a mean over 16 * 25 maps of cells that are exponential; neighbours correlate, so n / 4
 * of them count: the relative error is 1/sqrt(n / 4), five of them the band. */
BOOST_DATA_TEST_CASE(windows_keep_the_noise_and_cost_the_peak_their_loss,
                     data::make({ gr::isac::window::RECTANGULAR,
                                  gr::isac::window::HANN,
                                  gr::isac::window::HAMMING,
                                  gr::isac::window::BLACKMAN_HARRIS }),
                     window)
{
    const auto w = small(64);
    std::mt19937 rng(3);
    const auto tx = scene::qpsk(w, rng);
    const auto noise = map_of(w, tx, scene::noise(w, rng), window);
    const double occupied = (w.n_subcarriers() - 1.0) / w.n_subcarriers();
    BOOST_TEST(std::abs(mean_power(noise) / occupied - 1) <
               5 / std::sqrt(noise.size() / 4.0));

    const auto map = map_of(w, tx, tx, window);
    const double gain = 10 * std::log10(std::norm(map[strongest(map)]));
    // The missing DC cell takes at most 1/K of the amplitude times the window's peak.
    BOOST_TEST(std::abs(gain - 10 * std::log10(w.grid_len()) +
                        2 * dsp::window_loss_db(window)) < 0.1);
}

/* A cell that was not sent contributes nothing, whatever came back in it. */
BOOST_DATA_TEST_CASE(an_empty_cell_contributes_nothing, data::make(FILTERS), filter)
{
    const auto w = small();
    std::mt19937 rng(5);
    auto tx = scene::qam64(w, rng);
    auto rx = tx;
    for (std::size_t i = 0; i < tx.size(); i += 3) {
        tx[i] = rx[i] = 0;
    }
    const auto clean = map_of(w, tx, rx, RECTANGULAR, filter);
    for (std::size_t i = 0; i < tx.size(); ++i) {
        rx[i] += tx[i] == cf(0) ? cf(1e3f, -1e3f) : cf(0);
    }
    // WIENER measures the frame, and must measure the sent cells only.
    BOOST_TEST((map_of(w, tx, rx, RECTANGULAR, filter) == clean));
}

BOOST_DATA_TEST_CASE(nothing_sent_gives_an_empty_map, data::make(FILTERS), filter)
{
    const auto w = small();
    const grid silence(w.grid_len());
    const auto map = map_of(w, silence, grid(w.grid_len(), cf(1)), RECTANGULAR, filter);
    BOOST_TEST(mean_power(map) == 0);
}

/* With symbols of equal modulus y / x, y conj(x) and everything between are the same
 * thing. The tolerance is float rounding. */
BOOST_AUTO_TEST_CASE(on_qpsk_all_filters_agree)
{
    const auto w = small();
    std::mt19937 rng(5);
    const auto tx = scene::qpsk(w, rng);
    auto rx = scene::noise(w, rng);
    scene::add_echo(w, tx, 31, 20, 10, rx);
    const auto expected = map_of(w, tx, rx, RECTANGULAR, radar_filter::DIVISION);
    for (const auto filter : FILTERS) {
        auto map = map_of(w, tx, rx, RECTANGULAR, filter);
        for (std::size_t i = 0; i < map.size(); ++i) {
            map[i] -= expected[i];
        }
        BOOST_TEST(mean_power(map) < 1e-10 * mean_power(expected));
    }
}

/* Leakage 50 dB above the noise per cell. MATCHED turns the part var(|x|^2) of it into
 * self-noise: 0.38 for 64-QAM and 1 for Gaussian cells, 46 and 50 dB over the noise.
 * DIVISION amplifies the noise by mean(1/|x|^2): 2.7 for 64-QAM (its 64 points), more
 * than ten for Gaussian cells. WIENER fits the leakage without self-noise and has only
 * a weak mover (0.1 per cell beside noise of 1: c = 10) to weigh: by its formula the
 * floor is mean(u/(u+c)^2) / mean(u/(u+c))^2, 1.01 and 1.02 times the noise. */
BOOST_DATA_TEST_CASE(wiener_pays_neither_for_weak_symbols_nor_for_strong_leakage,
                     data::make({ true, false }),
                     is_qam)
{
    const waveform w;
    std::mt19937 rng(11);
    const auto tx = is_qam ? scene::qam64(w, rng) : scene::gaussian(w, rng);
    auto rx = scene::noise(w, rng);
    scene::add_echo(w, tx, 0, 0, std::pow(10, 50 / 20.0), rx);
    const int row = w.n_symbols() / 2 + 40, column = 20;
    scene::add_echo(
        w, tx, column * w.range_bin_m(), 40 * w.velocity_bin_mps(), std::sqrt(0.1), rx);
    const auto floor = [&](radar_filter filter) {
        return floor_of(
            w, map_of(w, tx, rx, gr::isac::window::HAMMING, filter), row, column);
    };
    BOOST_TEST(floor(radar_filter::MATCHED) > 1e4);
    BOOST_TEST(floor(radar_filter::DIVISION) > (is_qam ? 2.5 : 8));
    // Some 5000 cells, of which a third count: five sigma are 12 %.
    BOOST_TEST(floor(radar_filter::WIENER) < 1.15);
    BOOST_TEST(floor(radar_filter::WIENER) > 0.85);

    // And the mover is not scaled by it: 0.1 per cell, the gain, and the noise on top.
    const auto map = map_of(w, tx, rx, gr::isac::window::HAMMING);
    const double peak =
        0.1 * w.grid_len() *
        std::pow(10, -2 * dsp::window_loss_db(gr::isac::window::HAMMING) / 10);
    const double snr = std::norm(map[row * w.n_range_bins() + column]) / peak;
    BOOST_TEST(std::abs(10 * std::log10(snr)) < 0.5);
}

/* Without any noise the three must still give a finite map with the echo in place. */
BOOST_DATA_TEST_CASE(no_noise_is_no_problem, data::make(FILTERS), filter)
{
    const auto w = small(64);
    std::mt19937 rng(2);
    const auto tx = scene::qam64(w, rng);
    grid rx(tx.size());
    scene::add_echo(w, tx, 5 * w.range_bin_m(), 9 * w.velocity_bin_mps(), 1, rx);
    const auto map = map_of(w, tx, rx, RECTANGULAR, filter);
    BOOST_TEST(strongest(map) == (32 + 9) * w.n_range_bins() + 5);
    BOOST_TEST(std::isfinite(mean_power(map)));
}

BOOST_AUTO_TEST_CASE(a_buffer_of_the_wrong_length_is_refused)
{
    const auto w = small();
    dsp::range_doppler rd(w);
    grid cells(w.grid_len()), map(w.map_len());
    grid longer(w.grid_len() + 1);
    BOOST_CHECK_THROW(rd.compute(longer, cells, map), std::invalid_argument);
    BOOST_CHECK_THROW(rd.compute(cells, longer, map), std::invalid_argument);
    BOOST_CHECK_THROW(rd.compute(cells, cells, cells), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
