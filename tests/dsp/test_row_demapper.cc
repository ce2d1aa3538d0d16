/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "../../lib/dsp/demap_kernels.h"
#include <gnuradio/isac/dsp/equalizer.h>
#include <gnuradio/isac/dsp/llr_quantizer.h>
#include <gnuradio/isac/dsp/row_demapper.h>
#include <gnuradio/isac/dsp/symbol_demapper.h>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <cmath>
#include <random>

using namespace gr::isac;
using cf = std::complex<float>;

BOOST_TEST_DONT_PRINT_LOG_VALUE(modulation)

namespace {

const modulation ALL[] = { modulation::BPSK,
                           modulation::QPSK,
                           modulation::QAM16,
                           modulation::QAM64,
                           modulation::QAM256 };

waveform make(modulation m, int n_subcarriers)
{
    waveform_params p;
    p.fft_len = 256;
    p.cp_len = 32;
    p.n_subcarriers = n_subcarriers;
    p.n_symbols = 16;
    p.modulation = m;
    return waveform(p);
}

struct row {
    std::vector<cf> cells;
    std::vector<float> from_re, from_im, to_re, to_im;
    dsp::row_channel channel;

    row(const waveform& w, float spread, unsigned seed)
        : cells(w.n_subcarriers()), from_re(256), from_im(256), to_re(256), to_im(256)
    {
        std::mt19937 rng(seed);
        std::normal_distribution<float> gauss(0, std::sqrt(0.5f));
        for (auto* plane : { &from_re, &from_im, &to_re, &to_im }) {
            for (auto& x : *plane) {
                x = gauss(rng);
            }
        }
        for (auto& c : cells) {
            c = spread * cf(gauss(rng), gauss(rng));
        }
        channel = { from_re.data(), from_im.data(), to_re.data(),
                    to_im.data(),   0.3f,           { 0.7, -2.4, false } };
    }
};

std::vector<std::int8_t> fused(const waveform& w, const row& r, double noise_var)
{
    std::vector<std::int8_t> soft(w.bits_per_row() + dsp::row_demapper::SLACK);
    dsp::row_demapper(w).demap({ r.cells.data(), 1 }, r.channel, noise_var, soft);
    soft.resize(w.bits_per_row());
    return soft;
}

std::vector<std::int8_t> step_by_step(const waveform& w, const row& r, double noise_var)
{
    std::vector<cf> channel(w.n_subcarriers()), symbols(w.n_data());
    std::vector<float> noise(w.n_data()), llrs(w.bits_per_row());
    std::vector<std::int8_t> soft(w.bits_per_row());
    dsp::channel_estimator(w).expand(r.channel, channel);
    dsp::equalizer(w).equalize(
        r.cells, channel, static_cast<float>(noise_var), symbols, noise);
    dsp::symbol_demapper(w.params().modulation).demap(symbols, noise, llrs);
    dsp::quantize_llrs(llrs, soft);
    return soft;
}

/// All that this processor can run.
std::vector<decltype(&dsp::demap_cells)> kernels(int bits)
{
    std::vector<decltype(&dsp::demap_cells)> all = { dsp::demap_cells };
#if defined(__x86_64__) && defined(__GNUC__)
    if (bits > 1 && dsp::has_demap_avx2()) {
        all.push_back(dsp::demap_cells_avx2);
    }
    if (bits > 1 && dsp::has_demap_avx512()) {
        all.push_back(dsp::demap_cells_avx512);
    }
#endif
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(row_demapper)

/* 16 bits keep 1/16 of a step. With 2^b amplitudes the LLR of the sign has slope 2^(b-1)
 * in the symbol and, in the power, the sum of 2k for k < 2^(b-1): each times the 1/32
 * that rounding leaves at most, and 1/2 for the last rounding. Below the noise at which
 * more power stops to count, all LLRs agree within that, and most of them entirely. 192
 * cells take the way without a copy, 200 the other one. */
BOOST_DATA_TEST_CASE(it_is_equalizer_demapper_and_quantizer,
                     boost::unit_test::data::make(ALL) *
                         boost::unit_test::data::make({ 192, 200 }),
                     m,
                     n_subcarriers)
{
    const auto w = make(m, n_subcarriers);
    const int half = 1 << (std::max(int(m) / 2, 1) - 1);
    const double bound = (half + half * (half - 1)) / 32.0 + 0.5 + 0.5;
    const double noise_var = m == modulation::QAM256 ? 0.02 : 0.1;
    int n_different = 0, n = 0;
    for (unsigned seed = 0; seed < 20; ++seed) {
        const row r(w, 1.0f, seed);
        const auto soft = fused(w, r, noise_var);
        const auto expected = step_by_step(w, r, noise_var);
        for (std::size_t i = 0; i < soft.size(); ++i, ++n) {
            BOOST_TEST_REQUIRE(std::abs(soft[i] - expected[i]) <= bound);
            n_different += soft[i] != expected[i];
        }
    }
    BOOST_TEST(n_different < 0.15 * bound * n);
}

/* With AVX2 or AVX-512 and without. They round alike but for the reciprocal, of 12 bits,
 * by which cells with more than MOST_POWER shrink: of sums up to 16 * 2047 sixteenths of
 * a step it moves 1.5 / 4096, less than a step, and rounding one more. */
BOOST_DATA_TEST_CASE(lanes_and_scalars_agree,
                     boost::unit_test::data::make({ 1, 2, 4, 6, 8 }) *
                         boost::unit_test::data::make({ 1.0f, 100.0f, 1e6f }),
                     bits,
                     scale)
{
    constexpr int n = 5 * dsp::DEMAP_LANES, n_groups = n / dsp::DEMAP_GROUP;
    std::mt19937 rng(bits);
    std::normal_distribution<float> gauss(0, 0.7f);
    std::vector<float> cells(2 * n), channel(4 * n);
    std::vector<std::uint8_t> keep(n_groups);
    std::vector<int> places(n_groups);
    for (int draw = 0; draw < 50; ++draw) {
        std::generate(cells.begin(), cells.end(), [&] { return gauss(rng); });
        std::generate(channel.begin(), channel.end(), [&] { return gauss(rng); });
        std::generate(keep.begin(), keep.end(), rng);
        int place = 0;
        for (int g = 0; g < n_groups; ++g) {
            places[g] = place;
            place += __builtin_popcount(keep[g]) * bits;
        }
        dsp::demap_job job = { cells.data(),
                               n,
                               draw % 3 ? channel.data() : nullptr,
                               0.4f,
                               { 0.6f * scale, 0.8f * scale },
                               0.3f * scale,
                               keep.data(),
                               places.data() };
        std::vector<std::int8_t> lanes(place + 256), scalars(place + 256);
        dsp::demap_cells_portably(bits, job, scalars.data());
        for (const auto kernel : kernels(bits)) {
            job.has_limit = scale > 10 || draw % 2;
            kernel(bits, job, lanes.data());
            for (int i = 0; i < place; ++i) {
                BOOST_TEST_REQUIRE(std::abs(lanes[i] - scalars[i]) <=
                                   (scale < 10 ? 1 : 2));
            }
        }
    }
}

/* Whatever comes in, nothing comes out that is no soft bit. */
BOOST_DATA_TEST_CASE(a_lost_row_says_nothing, boost::unit_test::data::make(ALL), m)
{
    const auto w = make(m, 192);
    row r(w, 1.0f, 1);
    r.cells.assign(r.cells.size(), cf(NAN, INFINITY));
    r.channel.rotation.lost = true;
    for (const auto s : fused(w, r, 0.1)) {
        BOOST_TEST(s == 0);
    }
}

/* Without noise every decision is that of the nearest symbol, and sure. */
BOOST_DATA_TEST_CASE(no_noise_is_sure, boost::unit_test::data::make(ALL), m)
{
    const auto w = make(m, 200);
    const row r(w, 1.0f, 3);
    const auto soft = fused(w, r, 0);
    const auto expected = step_by_step(w, r, 1e-3);
    for (std::size_t i = 0; i < soft.size(); ++i) {
        if (std::abs(expected[i]) >= 8) {
            BOOST_TEST_REQUIRE((soft[i] > 0) == (expected[i] > 0));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
