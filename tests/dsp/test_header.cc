/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/frame_decoder.h>
#include <gnuradio/isac/dsp/frame_encoder.h>
#include <gnuradio/isac/dsp/header.h>
#include <gnuradio/isac/dsp/mcs.h>
#include <gnuradio/isac/waveform.h>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <random>
#include <set>
#include <vector>

using namespace gr::isac;
namespace data = boost::unit_test::data;

namespace {

waveform with_subcarriers(int n_subcarriers)
{
    waveform_params p;
    p.n_subcarriers = n_subcarriers;
    return waveform(p);
}

dsp::frame_header random_header(std::mt19937& rng)
{
    dsp::frame_header h;
    h.number = rng();
    h.payload_len = rng() & 0x7fffff;
    h.segmented = rng() & 1;
    h.modulation = rng() % 16;
    h.coding = rng() % 16;
    return h;
}

bool equal(const dsp::frame_header& a, const dsp::frame_header& b)
{
    return a.number == b.number && a.payload_len == b.payload_len &&
           a.segmented == b.segmented && a.modulation == b.modulation &&
           a.coding == b.coding;
}

double q(double x) { return 0.5 * std::erfc(x / std::sqrt(2)); }

/* Union bound on the error rate of a block of n_steps of the K = 7 code, from the number
 * of error events of each weight (Conan, IEEE Trans. Commun. 32(9), 1984); snr is the
 * energy of one coded bit over N0. */
double block_error_bound(int n_steps, double snr)
{
    const double n_events[] = { 11, 38, 193, 1331, 7275, 40406 };
    double bound = 0;
    for (int i = 0; i < 6; ++i) {
        bound += n_steps * n_events[i] * q(std::sqrt(2 * (10 + 2 * i) * snr));
    }
    return bound;
}

} // namespace

BOOST_DATA_TEST_CASE(a_header_comes_back, data::make({ 16, 64, 200, 512 }), n_subcarriers)
{
    const auto w = with_subcarriers(n_subcarriers);
    dsp::header_codec codec(w);
    BOOST_TEST(codec.n_bits() == w.n_header_symbols() * 2 * (w.n_subcarriers() - 1));

    std::mt19937 rng(1);
    std::vector<std::uint8_t> bits(codec.n_bits());
    std::vector<float> llrs(bits.size());
    for (int trial = 0; trial < 100; ++trial) {
        const auto sent = random_header(rng);
        codec.encode(sent, bits);
        for (std::size_t i = 0; i < bits.size(); ++i) {
            llrs[i] = bits[i] ? -20.0f : 20.0f;
        }
        const auto received = codec.decode(llrs);
        BOOST_TEST_REQUIRE(received.has_value());
        BOOST_TEST(equal(*received, sent));
    }
}

/* Half a decibel below what BPSK at rate 1/2 needs, for any width of the band. A coded
 * bit has at least four copies of half the energy of a cell each. The bound is taken at
 * 0.25 dB less for the eight bits of the decoder (test_convolutional_code.cc); the count
 * may exceed it by five sigma. */
BOOST_DATA_TEST_CASE(a_header_decodes_where_no_payload_does,
                     data::make({ 16, 64, 192, 512 }),
                     n_subcarriers)
{
    const auto w = with_subcarriers(n_subcarriers);
    dsp::header_codec codec(w);
    const double snr_db = dsp::required_snr_db(modulation::BPSK, coding::LDPC_1_2) - 0.5;
    const double snr = std::pow(10, snr_db / 10);
    const int copies = codec.n_bits() / dsp::HEADER_CODED_LEN;
    BOOST_TEST(copies >= dsp::HEADER_MIN_COPIES);
    const double bound =
        block_error_bound(dsp::HEADER_LEN + 6, copies * snr / 2 * std::pow(10, -0.025));
    BOOST_TEST(bound < 2e-3);

    const int n_trials = 3000;
    std::mt19937 rng(3);
    std::normal_distribution<float> gauss;
    std::vector<std::uint8_t> bits(codec.n_bits());
    std::vector<float> llrs(bits.size());
    int lost = 0, wrong = 0;
    for (int trial = 0; trial < n_trials; ++trial) {
        const auto sent = random_header(rng);
        codec.encode(sent, bits);
        for (std::size_t i = 0; i < bits.size(); ++i) {
            // In units of the noise of one dimension; see test_convolutional_code.cc.
            const float a = std::sqrt(snr);
            llrs[i] = 2 * a * ((bits[i] ? -a : a) + gauss(rng));
        }
        const auto received = codec.decode(llrs);
        lost += !received;
        wrong += received && !equal(*received, sent);
    }
    BOOST_TEST_CONTEXT(lost << " lost of " << n_trials << ", bound " << bound)
    {
        BOOST_TEST(lost <= n_trials * bound + 5 * std::sqrt(n_trials * bound));
    }
    BOOST_TEST(wrong == 0); // 2^-16 of those lost
}

/* And there indeed no payload decodes: nine words in ten fail, and a frame has many. */
BOOST_AUTO_TEST_CASE(no_payload_decodes_where_a_header_does)
{
    waveform_params p;
    p.modulation = modulation::BPSK;
    p.coding = coding::LDPC_1_2;
    const waveform w(p);
    const float a =
        std::pow(10, (dsp::required_snr_db(p.modulation, p.coding) - 0.5) / 20);
    std::mt19937 rng(3);
    std::normal_distribution<float> gauss;
    std::vector<std::uint8_t> payload(w.payload_len()), bits(w.bits_per_frame());
    dsp::frame_encoder(w).encode(payload, bits);
    std::vector<float> llrs(bits.size());
    dsp::frame_decoder decoder(w);
    for (int trial = 0; trial < 20; ++trial) {
        std::transform(bits.begin(), bits.end(), llrs.begin(), [&](std::uint8_t bit) {
            // A cell has its energy in one dimension, half of the noise in it.
            return 4 * a * ((bit ? -a : a) + std::sqrt(0.5f) * gauss(rng));
        });
        BOOST_TEST(!decoder.decode(llrs, payload));
    }
}

/* Noise decodes to a random word of the code, which a 16-bit CRC accepts once in 2^16
 * times. The count of a million trials has a mean of 15.3; the band is that of five
 * sigma of a Poisson variable, from its exact tails: P(N >= 42) and P(N <= 0) are both
 * below 3e-7. */
BOOST_AUTO_TEST_CASE(noise_is_taken_for_a_header_as_often_as_its_crc_allows)
{
    dsp::header_codec codec(with_subcarriers(44)); // four copies, and no bit more
    std::mt19937_64 rng(7);
    std::vector<float> llrs(codec.n_bits());
    int accepted = 0;
    for (int trial = 0; trial < 1000000; ++trial) {
        for (std::size_t i = 0; i < llrs.size();) {
            for (auto word = rng(); word && i < llrs.size(); word >>= 8, ++i) {
                llrs[i] = static_cast<std::int8_t>(word & 0xff) + 0.5f;
            }
        }
        accepted += codec.decode(llrs).has_value();
    }
    BOOST_TEST(accepted >= 1);
    BOOST_TEST(accepted < 42);
}

BOOST_AUTO_TEST_CASE(nothing_and_a_constant_are_no_header)
{
    dsp::header_codec codec(with_subcarriers(512));
    for (const float llr :
         { 0.0f, 5.0f, -5.0f, std::numeric_limits<float>::quiet_NaN() }) {
        const std::vector<float> llrs(codec.n_bits(), llr);
        BOOST_TEST(!codec.decode(llrs).has_value());
    }
}

/* NaN and infinity are cells that say nothing. Half of all cells, as if a jammer sat on
 * them, leave two copies or so of each bit: plenty without noise. */
BOOST_AUTO_TEST_CASE(what_is_not_finite_is_an_erasure)
{
    dsp::header_codec codec(with_subcarriers(512));
    std::mt19937 rng(1);
    const auto sent = random_header(rng);
    std::vector<std::uint8_t> bits(codec.n_bits());
    codec.encode(sent, bits);
    std::vector<float> llrs(bits.size());
    for (std::size_t i = 0; i < bits.size(); ++i) {
        const bool jammed = i < bits.size() / 2;
        const float bad = i % 2 ? std::numeric_limits<float>::quiet_NaN()
                                : -std::numeric_limits<float>::infinity();
        llrs[i] = jammed ? bad : bits[i] ? -3.0f : 3.0f;
    }
    const auto received = codec.decode(llrs);
    BOOST_TEST_REQUIRE(received.has_value());
    BOOST_TEST(equal(*received, sent));
}

/* An echo puts evenly spaced notches into the band. Wherever they are and however far
 * apart, 3/8 of the cells are left, and no bit may lose all of its copies with one of its
 * neighbours: the header decodes. */
BOOST_AUTO_TEST_CASE(no_comb_of_notches_hides_a_header)
{
    dsp::header_codec codec(with_subcarriers(512));
    std::mt19937 rng(1);
    const auto sent = random_header(rng);
    std::vector<std::uint8_t> bits(codec.n_bits());
    codec.encode(sent, bits);
    std::vector<float> llrs(bits.size());
    for (int period = 2; period <= 200; ++period) { // cells; two bits each
        for (int phase = 0; phase < period; phase += (period + 7) / 8) {
            for (std::size_t i = 0; i < bits.size(); ++i) {
                const bool lost = (int(i / 2) + phase) % period < 5 * period / 8;
                llrs[i] = lost ? 0 : bits[i] ? -3.0f : 3.0f;
            }
            BOOST_TEST_CONTEXT("period " << period << " phase " << phase)
            BOOST_TEST(codec.decode(llrs).has_value());
        }
    }
}
