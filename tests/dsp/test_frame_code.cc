/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/convolutional_code.h>
#include <gnuradio/isac/dsp/frame_decoder.h>
#include <gnuradio/isac/dsp/frame_encoder.h>
#include <gnuradio/isac/dsp/interleaver.h>
#include <gnuradio/isac/waveform.h>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

using namespace gr::isac;
namespace data = boost::unit_test::data;
using bytes = std::vector<std::uint8_t>;

const std::vector<coding> ALL = { coding::CC_1_2,   coding::CC_2_3,   coding::CC_3_4,
                                  coding::LDPC_1_2, coding::LDPC_2_3, coding::LDPC_3_4,
                                  coding::LDPC_5_6 };

BOOST_TEST_DONT_PRINT_LOG_VALUE(coding)
BOOST_TEST_DONT_PRINT_LOG_VALUE(modulation)

namespace {

waveform small(coding rate = coding::CC_1_2, modulation m = modulation::QPSK)
{
    waveform_params p;
    p.n_subcarriers = 64;
    p.n_symbols = 20;
    p.coding = rate;
    p.modulation = m;
    return waveform(p);
}

bytes random_bytes(int n, unsigned seed)
{
    std::mt19937 rng(seed);
    bytes b(n);
    std::generate(b.begin(), b.end(), [&] { return rng(); });
    return b;
}

std::vector<float> certain(const bytes& bits)
{
    std::vector<float> llrs(bits.size());
    std::transform(bits.begin(), bits.end(), llrs.begin(), [](std::uint8_t bit) {
        return bit ? -8.0f : 8.0f;
    });
    return llrs;
}

} // namespace

BOOST_DATA_TEST_CASE(
    a_payload_comes_back,
    data::make(ALL) *
        data::make({ modulation::BPSK, modulation::QPSK, modulation::QAM64 }) *
        data::make({ 0.0, 0.3, 1.0 }),
    rate,
    m,
    filled)
{
    const auto w = small(rate, m);
    auto payload = random_bytes(int(filled * w.payload_len()), 9);
    bytes bits(w.bits_per_frame()), received(w.payload_len());
    dsp::frame_encoder(w).encode(payload, bits);
    BOOST_TEST(*std::max_element(bits.begin(), bits.end()) == 1);

    dsp::frame_decoder decoder(w);
    const auto llrs = certain(bits);
    BOOST_TEST(decoder.decode(llrs, received));
    BOOST_TEST(decoder.bit_errors() == 0);
    payload.resize(w.payload_len()); // zeros
    BOOST_TEST(received == payload, boost::test_tools::per_element());
}

/* A block of the smallest waveform there is and of one whose code leaves much of the
 * frame to fill: payload_len is a multiple of 16. */
BOOST_AUTO_TEST_CASE(every_frame_length_has_room_for_its_payload)
{
    for (int n_symbols = 12; n_symbols < 60; ++n_symbols) {
        for (const auto rate : ALL) {
            waveform_params p;
            p.n_subcarriers = 36;
            p.n_symbols = n_symbols;
            p.coding = rate;
            const waveform w(p);
            bytes bits(w.bits_per_frame()), received(w.payload_len());
            const auto payload = random_bytes(w.payload_len(), n_symbols);
            dsp::frame_encoder(w).encode(payload, bits);
            const auto llrs = certain(bits);
            BOOST_TEST(dsp::frame_decoder(w).decode(llrs, received));
            BOOST_TEST(received == payload);
        }
    }
}

/* Bits that are wrong are corrected and counted, one for one. One in 50 is far inside
 * what the codes correct (the distance of the convolutional one is 10, and an event spans
 * some 40 bits; the other is a third of the way to its capacity of one in 9). */
BOOST_DATA_TEST_CASE(wrong_bits_are_counted,
                     data::make({ coding::CC_1_2, coding::LDPC_1_2 }),
                     rate)
{
    const auto w = small(rate);
    const auto payload = random_bytes(w.payload_len(), 1);
    bytes bits(w.bits_per_frame()), received(w.payload_len());
    dsp::frame_encoder(w).encode(payload, bits);
    auto llrs = certain(bits);
    int n_wrong = 0;
    for (std::size_t i = 7; i < llrs.size(); i += 50) {
        llrs[i] = -llrs[i];
        ++n_wrong;
    }
    dsp::frame_decoder decoder(w);
    BOOST_TEST(decoder.decode(llrs, received));
    BOOST_TEST(received == payload);
    BOOST_TEST(decoder.bit_errors() == n_wrong);
}

/* An LLR of 0 decides for 0, so it is an error where a 1 was sent. */
BOOST_DATA_TEST_CASE(an_llr_of_0_decides_for_0,
                     data::make({ coding::CC_1_2, coding::LDPC_1_2 }),
                     rate)
{
    const auto w = small(rate);
    const auto payload = random_bytes(w.payload_len(), 1);
    bytes bits(w.bits_per_frame()), received(w.payload_len());
    dsp::frame_encoder(w).encode(payload, bits);
    auto llrs = certain(bits);
    int n_ones = 0;
    for (int i = 100; i < 111; ++i) {
        llrs[i] = 0;
        n_ones += bits[i];
    }
    dsp::frame_decoder decoder(w);
    BOOST_TEST(decoder.decode(llrs, received));
    BOOST_TEST(decoder.bit_errors() == n_ones);
}

/* What the code leaves of a frame is up to 16 bytes, coded: random bits too, as many ones
 * as a coin throws within five sigma. */
BOOST_AUTO_TEST_CASE(the_rest_of_a_frame_is_random)
{
    const auto w = small();
    const dsp::convolutional_code code(w.payload_len() + 4, coding::CC_1_2);
    const dsp::interleaver interleaver(w.n_symbols(), w.bits_per_row());
    bytes bits(w.bits_per_frame());
    const bytes nothing;
    dsp::frame_encoder(w).encode(nothing, bits);
    const int n_left = w.bits_per_frame() - code.coded_len();
    int ones = 0;
    for (int k = code.coded_len(); k < w.bits_per_frame(); ++k) {
        ones += bits[interleaver.place(k)];
    }
    BOOST_TEST_REQUIRE(n_left > 100);
    BOOST_TEST(std::abs(ones - n_left / 2.0) < 5 * std::sqrt(n_left) / 2);
}

/* A row that was jammed, and a subcarrier that was: the interleavers spread both over
 * the code word, one bit in 20 and in 53. */
BOOST_DATA_TEST_CASE(a_lost_row_and_a_lost_subcarrier_are_no_loss,
                     data::make({ coding::CC_1_2, coding::LDPC_1_2, coding::LDPC_3_4 }),
                     rate)
{
    const auto w = small(rate);
    const auto payload = random_bytes(w.payload_len(), 1);
    bytes bits(w.bits_per_frame()), received(w.payload_len());
    dsp::frame_encoder(w).encode(payload, bits);
    auto llrs = certain(bits);
    const int row_len = w.bits_per_row();
    for (int i = 0; i < int(llrs.size()); ++i) {
        if (i / row_len == 3) {
            llrs[i] = std::numeric_limits<float>::quiet_NaN();
        }
        if (i % row_len / 2 == 11) {
            llrs[i] = std::numeric_limits<float>::infinity();
        }
    }
    BOOST_TEST(dsp::frame_decoder(w).decode(llrs, received));
    BOOST_TEST(received == payload);
}

/* A jammer on a sixteenth of the band, and one that is on for a sixteenth of the time,
 * whose cells are not just lost but wrong half of the time, and sure. Where all bits
 * look alike that is a binary symmetric channel of 3.1 %. Its capacity is 1/2 at 11 %;
 * min-sum on words of 1944 bits, of which this frame has 112 that all must decode, was
 * seen to come to 4.7 % (three sixteenths of a half), and to end before 6.2 %. */
BOOST_DATA_TEST_CASE(sure_but_wrong_bits_are_outweighed, data::make({ 0, 1 }), in_time)
{
    waveform_params p;
    p.coding = coding::LDPC_1_2;
    const waveform w(p);
    const auto payload = random_bytes(w.payload_len(), 1);
    bytes bits(w.bits_per_frame()), received(w.payload_len());
    dsp::frame_encoder(w).encode(payload, bits);
    std::mt19937 rng(1);
    std::vector<float> llrs(bits.size());
    const int row_len = w.bits_per_row();
    for (int i = 0; i < int(llrs.size()); ++i) {
        const bool jammed = in_time ? i / row_len < 16 : i % row_len < row_len / 16;
        const int bit = jammed ? rng() & 1 : bits[i];
        llrs[i] = bit ? -1000.0f : 1000.0f;
    }
    BOOST_TEST(dsp::frame_decoder(w).decode(llrs, received));
    BOOST_TEST(received == payload);
}

/* A 32-bit CRC lets noise pass once in 2^32 times. */
BOOST_DATA_TEST_CASE(noise_nothing_and_nan_are_no_frame, data::make(ALL), rate)
{
    const auto w = small(rate);
    dsp::frame_decoder decoder(w);
    bytes received(w.payload_len());
    std::vector<float> llrs(w.bits_per_frame());
    BOOST_TEST(!decoder.decode(llrs, received));
    std::mt19937 rng(1);
    std::normal_distribution<float> gauss;
    for (int trial = 0; trial < 100; ++trial) {
        std::generate(llrs.begin(), llrs.end(), [&] { return gauss(rng); });
        BOOST_TEST(!decoder.decode(llrs, received));
        BOOST_TEST(decoder.bit_errors() == 0);
    }
    std::fill(llrs.begin(), llrs.end(), std::numeric_limits<float>::quiet_NaN());
    BOOST_TEST(!decoder.decode(llrs, received));
}

/* An idle frame is zeros, and must not look like them on the air: its bits as +-1 have
 * no mean, and no correlation with themselves at any distance up to five rows. For
 * independent bits each of these sums has a standard deviation of sqrt(n); six of them
 * for 4260 sums. */
BOOST_AUTO_TEST_CASE(an_idle_frame_looks_random)
{
    const waveform w;
    bytes bits(w.bits_per_frame());
    const bytes nothing;
    dsp::frame_encoder(w).encode(nothing, bits);
    const int n = bits.size();
    const double limit = 6 * std::sqrt(n);
    const int ones = std::count(bits.begin(), bits.end(), 1);
    BOOST_TEST(std::abs(n - 2 * ones) < limit);
    for (int lag = 1; lag <= 5 * w.bits_per_row(); ++lag) {
        int differ = 0;
        for (int i = lag; i < n; ++i) {
            differ += bits[i] ^ bits[i - lag];
        }
        BOOST_TEST_REQUIRE(std::abs(n - lag - 2 * differ) < limit);
    }
}

BOOST_AUTO_TEST_CASE(frame_code_refuses_a_bad_length)
{
    const auto w = small();
    bytes bits(w.bits_per_frame()), payload(w.payload_len() + 1);
    BOOST_CHECK_THROW(dsp::frame_encoder(w).encode(payload, bits), std::invalid_argument);
    std::vector<float> llrs(w.bits_per_frame());
    BOOST_CHECK_THROW(dsp::frame_decoder(w).decode(llrs, payload), std::invalid_argument);
}
