/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/dft_spread.h>
#include <gnuradio/isac/dsp/equalizer.h>
#include <gnuradio/isac/dsp/llr_quantizer.h>
#include <gnuradio/isac/dsp/spread_row_demapper.h>
#include <gnuradio/isac/dsp/symbol_demapper.h>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
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

waveform make(modulation m, int n_subcarriers, int guard_len)
{
    waveform_params p;
    p.fft_len = 256;
    p.cp_len = 32;
    p.n_subcarriers = n_subcarriers;
    p.n_symbols = 16;
    p.pilot_spacing = 7;
    p.guard_len = guard_len;
    p.modulation = m;
    p.precoding = precoding::DFT;
    return waveform(p);
}

/// A row behind two paths, its phase and its timing off, at 1/noise_var.
struct received {
    std::vector<cf> cells;
    std::vector<float> re, im;
    dsp::row_channel channel;

    received(const waveform& w, double noise_var, unsigned seed)
        : cells(w.n_subcarriers()), re(256), im(256)
    {
        std::mt19937 rng(seed);
        std::normal_distribution<float> gauss(0, std::sqrt(0.5f));
        std::vector<cf> chips(w.n_dft()), spread(w.n_dft()), truth(w.n_subcarriers());
        const float a = std::sqrt(0.5f);
        for (int i = 0; i < w.n_dft() - w.params().guard_len; ++i) {
            chips[i] = cf(rng() % 2 ? a : -a, rng() % 2 ? a : -a);
        }
        std::vector<cf> symbols;
        for (const int i : w.data_chips()) {
            symbols.push_back(chips[i]);
        }
        dsp::dft_spreader(w).spread(symbols, spread);
        const cf second(gauss(rng), gauss(rng));
        for (int k = 0; k < w.n_subcarriers(); ++k) {
            const cf h = 1.0f + second * std::polar(1.0f, -0.11f * k);
            re[k] = h.real();
            im[k] = h.imag();
        }
        channel = { re.data(), im.data(), re.data(), im.data(), 0, { 0.7, -2.4, false } };
        dsp::channel_estimator(w).expand(channel, truth);
        for (std::size_t i = 0; i < w.data_cells().size(); ++i) {
            const int k = w.data_cells()[i];
            cells[k] = truth[k] * spread[i] * std::polar(1.0f, 0.2f);
        }
        for (auto& c : cells) {
            c += std::sqrt(static_cast<float>(noise_var)) * cf(gauss(rng), gauss(rng));
        }
    }

    dsp::row_view view() const { return { cells.data() }; }
};

struct outcome {
    std::vector<std::int8_t> soft;
    std::vector<cf> symbols;
};

outcome fused(const waveform& w, const received& r, double noise_var)
{
    dsp::spread_row_demapper demapper(w);
    outcome o{ std::vector<std::int8_t>(w.bits_per_row() + demapper.SLACK),
               std::vector<cf>(w.n_data()) };
    demapper.demap(r.view(), r.channel, noise_var, o.soft);
    demapper.symbols(o.symbols);
    o.soft.resize(w.bits_per_row());
    return o;
}

outcome step_by_step(const waveform& w, const received& r, double noise_var)
{
    std::vector<cf> channel(w.n_subcarriers()), cells(w.n_dft());
    std::vector<float> cell_noise(w.n_dft()), noise(w.n_data()), llrs(w.bits_per_row());
    outcome o{ std::vector<std::int8_t>(w.bits_per_row()), std::vector<cf>(w.n_data()) };
    dsp::channel_estimator(w).expand(r.channel, channel);
    dsp::equalizer(w).equalize(
        r.cells, channel, static_cast<float>(noise_var), cells, cell_noise);
    dsp::dft_despreader(w).despread(cells, cell_noise, o.symbols, noise);
    dsp::symbol_demapper(w.params().modulation).demap(o.symbols, noise, llrs);
    dsp::quantize_llrs(llrs, o.soft);
    return o;
}

} // namespace

BOOST_AUTO_TEST_SUITE(spread_row_demapper)

/* The bound of test_row_demapper.cc: what 16 bits leave of the slopes of an LLR, and the
 * last rounding. Symbols are sums of n_dft terms with float errors of 2^-24 each, and the
 * reciprocal has 2^-23: within 1e-5 of amplitudes up to 10. 254 cells have a DFT of 252,
 * 126 on either side: not a multiple of eight. 128 with a guard have silence at the end
 * of the chips. */
BOOST_DATA_TEST_CASE(it_is_equalizer_despreader_demapper_and_quantizer,
                     boost::unit_test::data::make(ALL) *
                         (boost::unit_test::data::make({ 254, 128 }) ^
                          boost::unit_test::data::make({ 0, 17 })),
                     m,
                     n_subcarriers,
                     guard_len)
{
    const auto w = make(m, n_subcarriers, guard_len);
    const int half = 1 << (std::max(int(m) / 2, 1) - 1);
    const double bound = (half + half * (half - 1)) / 32.0 + 0.5 + 0.5;
    const double noise_var = m == modulation::QAM256 ? 0.02 : 0.1;
    int n_different = 0, n = 0;
    for (unsigned seed = 0; seed < 20; ++seed) {
        const received r(w, noise_var, seed);
        const auto is = fused(w, r, noise_var), expected = step_by_step(w, r, noise_var);
        for (std::size_t i = 0; i < is.soft.size(); ++i, ++n) {
            BOOST_TEST_REQUIRE(std::abs(is.soft[i] - expected.soft[i]) <= bound);
            n_different += is.soft[i] != expected.soft[i];
        }
        for (std::size_t i = 0; i < is.symbols.size(); ++i) {
            BOOST_TEST_REQUIRE(std::abs(is.symbols[i] - expected.symbols[i]) < 1e-4);
        }
    }
    BOOST_TEST(n_different < 0.15 * bound * n);
}

/* Whatever comes in, nothing comes out that is no soft bit: of a row that was lost, of a
 * row of zeros and of one with a single cell that is no number. */
BOOST_DATA_TEST_CASE(a_lost_row_says_nothing, boost::unit_test::data::make(ALL), m)
{
    const auto w = make(m, 200, 0);
    received lost(w, 0.1, 1), empty(w, 0.1, 1), broken(w, 0.1, 1), deaf(w, 0.1, 1);
    lost.cells.assign(lost.cells.size(), cf(NAN, INFINITY));
    lost.channel.rotation.lost = true;
    empty.cells.assign(empty.cells.size(), 0);
    broken.cells[90] = cf(0, NAN);
    deaf.re.assign(deaf.re.size(), 0);
    deaf.im.assign(deaf.im.size(), 0);
    for (const auto* r : { &lost, &empty, &broken, &deaf }) {
        const auto o = fused(w, *r, 0.1);
        for (const auto s : o.soft) {
            BOOST_TEST_REQUIRE(s == 0);
        }
        for (const auto& s : o.symbols) {
            BOOST_TEST_REQUIRE(s == cf(0));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
