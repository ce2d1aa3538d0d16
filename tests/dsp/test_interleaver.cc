/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/interleaver.h>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <cmath>
#include <vector>

using namespace gr::isac;
namespace data = boost::unit_test::data;

namespace {
// Rows and row lengths of real waveforms, of small ones and of awkward ones (primes).
const std::vector<int> N_ROWS = { 256, 256, 64, 2, 255, 97 };
const std::vector<int> ROW_LEN = { 852, 3408, 200, 5, 1530, 1009 };
} // namespace

BOOST_DATA_TEST_CASE(interleaving_is_a_permutation_with_its_inverse,
                     data::make(N_ROWS) ^ data::make(ROW_LEN),
                     n_rows,
                     row_len)
{
    const dsp::interleaver interleaver(n_rows, row_len);
    const int len = n_rows * row_len;
    BOOST_TEST(interleaver.len() == len);

    std::vector<int> hits(len);
    for (int k = 0; k < len; ++k) {
        ++hits[interleaver.place(k)];
    }
    BOOST_TEST(std::all_of(hits.begin(), hits.end(), [](int n) { return n == 1; }));

    std::vector<std::uint8_t> in(len), out(len), back(len);
    for (int k = 0; k < len; ++k) {
        in[k] = (k * 2654435761u) >> 24;
    }
    interleaver.interleave(in, out);
    interleaver.deinterleave(out, back);
    BOOST_TEST(out[interleaver.place(len / 3)] == in[len / 3]);
    BOOST_TEST(back == in);
}

/* An error event of the code spans some 40 coded bits. The best arrangement of n points
 * in the unit square (a hexagonal packing) keeps them sqrt(2 / (sqrt(3) n)) apart; any n
 * neighbours must be at least 3/4 as far apart, time measured in frames and frequency in
 * rows. */
BOOST_DATA_TEST_CASE(neighbours_are_apart_in_time_and_frequency,
                     data::make({ 256, 256, 64, 255, 97 }) ^
                         data::make({ 852, 3408, 200, 1530, 1009 }),
                     n_rows,
                     row_len)
{
    const int n = 40;
    const double best = std::sqrt(2 / (std::sqrt(3.0) * n));
    const dsp::interleaver interleaver(n_rows, row_len);
    for (int k = 1; k < n; ++k) {
        // The permutation is linear: the distance of k neighbours is that from place 0.
        const int place = interleaver.place(k);
        const double time = double(place / row_len) / n_rows;
        const double frequency = double(place % row_len) / row_len;
        const double distance =
            std::hypot(std::min(time, 1 - time), std::min(frequency, 1 - frequency));
        BOOST_TEST_CONTEXT("neighbour " << k) BOOST_TEST(distance > 0.75 * best);
    }
}

BOOST_AUTO_TEST_CASE(interleaver_refuses_a_bad_length)
{
    BOOST_CHECK_THROW(dsp::interleaver(0, 10), std::invalid_argument);
    std::vector<std::uint8_t> right(20), wrong(19);
    BOOST_CHECK_THROW(dsp::interleaver(2, 10).interleave(wrong, right),
                      std::invalid_argument);
}
