/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/ldpc_frame_decoder.h>
#include <gnuradio/isac/dsp/llr_quantizer.h>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

using namespace gr::isac;
namespace data = boost::unit_test::data;
using bits = std::vector<std::uint8_t>;
using soft_bits = std::vector<std::int8_t>;

namespace {

constexpr int MOST = 10, N_KNOWN = 21;

/// A frame of random words, its known bits among them, as it comes through noise.
struct noisy_frame {
    dsp::ldpc_frame frame;
    dsp::ldpc_code code;
    bits known;
    soft_bits soft;

    noisy_frame(int n_bits, double snr_db)
        : frame(n_bits, coding::LDPC_1_2),
          code(frame.layout().n, coding::LDPC_1_2),
          known(N_KNOWN),
          soft(frame.n_sent())
    {
        std::mt19937 random(3);
        const auto& layout = frame.layout();
        bits words(layout.n * layout.n_words), sent(frame.n_sent());
        const auto n_info = layout.n_info * layout.n_words;
        std::generate_n(words.begin(), n_info, [&] { return random() & 1; });
        std::copy(known.begin(), known.end(), words.begin() + n_info - N_KNOWN);
        code.encode(words, layout.n_words);
        frame.interleave(words, sent);
        const double noise_var = std::pow(10, -snr_db / 10);
        std::normal_distribution<float> gauss(0, std::sqrt(noise_var));
        std::vector<float> llrs(sent.size());
        for (std::size_t i = 0; i < sent.size(); ++i) {
            llrs[i] = 2 / noise_var * ((sent[i] ? -1 : 1) + gauss(random));
        }
        dsp::quantize_llrs(llrs, soft);
    }
};

/// What ldpc_frame and ldpc_decoder make of it, one after the other.
struct reference {
    bits info;
    int n_turned = 0, n_iterations = 0;
    bool fulfilled;

    explicit reference(const noisy_frame& f)
    {
        const auto& layout = f.frame.layout();
        const int n_words = layout.n_words, n_info = layout.n_info * n_words;
        soft_bits clipped(f.soft), words(layout.n * n_words, 127);
        for (auto& x : clipped) {
            x = std::clamp<int>(x, -MOST, MOST);
        }
        f.frame.deinterleave(clipped, words);
        std::fill_n(words.begin() + n_info - N_KNOWN, N_KNOWN, 127);
        bits decided(words.size());
        dsp::ldpc_decoder decoder(f.code);
        fulfilled = decoder.decode(words, n_words, decided) == (n_words + 31) / 32;
        n_iterations = decoder.n_iterations();
        for (int i = 0; i < layout.n_sent; ++i) {
            for (int word = 0; word < n_words; ++word) {
                const bool bit = decided[f.frame.row(i) * n_words + word];
                n_turned += (f.soft[f.frame.place(i, word)] < 0) != bit;
            }
        }
        info.resize(n_info / 8);
        for (std::size_t i = 0; i < 8 * info.size(); ++i) {
            info[i / 8] |= decided[i] << i % 8;
        }
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(ldpc_frame_decoder_)

/* One word to more than two batches, shortened ones among them, where none, some and all
 * decode: the same bits as from the two classes that it fuses. */
BOOST_DATA_TEST_CASE(
    decodes_like_frame_and_decoder,
    data::make({ 700, 1290, 5 * 1944 - 60, 33 * 1944, 70 * 1944 + 100 }) *
        data::make({ -3.0, 1.0, 2.5, 14.0 }),
    n_bits,
    snr_db)
{
    const noisy_frame f(n_bits, snr_db);
    const reference expected(f);
    dsp::ldpc_frame_decoder decoder(f.frame, f.code, MOST, f.known);
    bits info(expected.info.size());
    for (int again = 0; again < 2; ++again) { // nothing is left behind
        decoder.decode(f.soft, info);
        BOOST_TEST(info == expected.info, boost::test_tools::per_element());
        BOOST_TEST(decoder.n_turned() == expected.n_turned);
        BOOST_TEST(decoder.n_iterations() == expected.n_iterations);
        BOOST_TEST(decoder.fulfilled() == expected.fulfilled);
    }
}

BOOST_AUTO_TEST_CASE(ldpc_frame_decoder_refuses_bad_lengths)
{
    const noisy_frame f(5000, 3);
    const dsp::ldpc_code other(648, coding::LDPC_1_2);
    BOOST_CHECK_THROW(dsp::ldpc_frame_decoder(f.frame, other, MOST, f.known),
                      std::invalid_argument);
    dsp::ldpc_frame_decoder decoder(f.frame, f.code, MOST, f.known);
    bits info(f.frame.layout().n_info * f.frame.layout().n_words / 8);
    BOOST_CHECK_THROW(decoder.decode({ f.soft.data(), f.soft.size() - 1 }, info),
                      std::invalid_argument);
    info.push_back(0);
    BOOST_CHECK_THROW(decoder.decode(f.soft, info), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
