/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/segmentation.h>
#include <boost/test/unit_test.hpp>
#include <random>
#include <set>

using namespace gr::isac;
using bytes = std::vector<std::uint8_t>;

namespace {

std::vector<bytes> random_pdus(const std::vector<std::size_t>& lens)
{
    std::mt19937 rng(1);
    std::vector<bytes> pdus;
    for (const auto len : lens) {
        pdus.emplace_back(len);
        for (auto& byte : pdus.back()) {
            byte = static_cast<std::uint8_t>(rng());
        }
    }
    return pdus;
}

/// All PDUs one behind the other in frames of \p frame_len; \p parts receives in which.
std::vector<bytes> frames_of(const std::vector<bytes>& pdus,
                             std::size_t frame_len,
                             std::vector<std::set<std::size_t>>* parts = nullptr)
{
    std::vector<bytes> frames(1, bytes());
    dsp::segmenter segmenter;
    for (const auto& pdu : pdus) {
        if (parts) {
            parts->emplace_back();
        }
        segmenter.start(pdu);
        while (!segmenter.is_done()) {
            auto& frame = frames.back();
            const auto used = frame.size();
            frame.resize(frame_len);
            const auto n = segmenter.fill({ frame.data() + used, frame_len - used });
            frame.resize(used + n);
            if (parts && n > 0) {
                parts->back().insert(frames.size() - 1);
            }
            if (n == 0) {
                frames.emplace_back();
            }
        }
    }
    return frames;
}

std::vector<bytes> received(dsp::reassembler& r, std::uint32_t number, const bytes& frame)
{
    std::vector<bytes> pdus;
    r.take(number, frame);
    while (const auto pdu = r.next()) {
        pdus.emplace_back(pdu->begin(), pdu->end());
    }
    return pdus;
}

} // namespace

/* Lengths around every edge: one byte, one that fits with its header and not one more,
 * one whose CRC alone stands in the next frame, and many frames. */
BOOST_AUTO_TEST_CASE(pdus_of_all_sizes_come_back_in_order)
{
    for (const std::size_t frame_len : { 16u, 100u, 1000u }) {
        std::vector<std::size_t> lens{ 1, 1, 100000 };
        for (std::size_t i = 1; i < 3 * frame_len; ++i) {
            lens.push_back(i);
        }
        const auto pdus = random_pdus(lens);
        const auto frames = frames_of(pdus, frame_len);
        dsp::reassembler reassembler;
        std::vector<bytes> all;
        for (std::size_t i = 0; i < frames.size(); ++i) {
            for (auto& pdu : received(reassembler, i, frames[i])) {
                all.push_back(std::move(pdu));
            }
        }
        BOOST_TEST((all == pdus));
        BOOST_TEST(reassembler.lost() == 0u);
    }
}

BOOST_AUTO_TEST_CASE(short_pdus_share_a_frame)
{
    const auto frames = frames_of(random_pdus({ 10, 20, 30 }), 100);
    BOOST_TEST(frames.size() == 1u);
    BOOST_TEST(frames[0].size() == 60 + 3 * dsp::segmenter::HEADER_LEN);
}

/* Every PDU that has a part in a lost frame is lost and counted; every other arrives. */
BOOST_AUTO_TEST_CASE(a_lost_frame_takes_the_pdus_it_had_a_part_of_and_no_more)
{
    std::mt19937 rng(3);
    std::vector<std::size_t> lens(2000);
    for (auto& len : lens) {
        len = 1 + rng() % (rng() % 10 ? 60 : 900);
    }
    const auto pdus = random_pdus(lens);
    std::vector<std::set<std::size_t>> parts;
    const auto frames = frames_of(pdus, 200, &parts);

    dsp::reassembler reassembler;
    std::set<std::size_t> lost_frames;
    std::vector<bytes> all, expected;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        if (i > 0 && i + 1 < frames.size() && rng() % 10 == 0) {
            lost_frames.insert(i);
            continue;
        }
        for (auto& pdu : received(reassembler, i, frames[i])) {
            all.push_back(std::move(pdu));
        }
    }
    for (std::size_t p = 0; p < pdus.size(); ++p) {
        bool whole = true;
        for (const auto f : parts[p]) {
            whole = whole && !lost_frames.count(f);
        }
        if (whole) {
            expected.push_back(pdus[p]);
        }
    }
    BOOST_TEST(lost_frames.size() > 20u);
    BOOST_TEST((all == expected));
    BOOST_TEST(reassembler.lost() == pdus.size() - expected.size());
}

/* The transmitter starts again in the middle of a PDU: numbers go back, nothing is mixed,
 * and nothing counts as lost. */
BOOST_AUTO_TEST_CASE(a_transmitter_that_starts_again_loses_nothing_new)
{
    const auto old_frames = frames_of(random_pdus({ 50, 50, 500 }), 100);
    const auto pdus = random_pdus({ 500, 50 });
    const auto frames = frames_of(pdus, 100);
    dsp::reassembler reassembler;
    received(reassembler, 0, old_frames[0]);
    received(reassembler, 1, old_frames[1]);
    std::vector<bytes> all;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        for (auto& pdu : received(reassembler, i, frames[i])) {
            all.push_back(std::move(pdu));
        }
    }
    BOOST_TEST((all == pdus));
    BOOST_TEST(reassembler.lost() == 0u);
}

/* The same PDU twice with a frame in between whose number fits but whose content is of
 * another: only the CRC over the whole can tell. */
BOOST_AUTO_TEST_CASE(pieces_of_two_pdus_are_never_put_together)
{
    const auto one = frames_of(random_pdus({ 150 }), 100);
    auto other_pdu = random_pdus({ 150 });
    other_pdu[0][0] ^= 1;
    const auto other = frames_of(other_pdu, 100);
    dsp::reassembler reassembler;
    received(reassembler, 0, one[0]);
    BOOST_TEST(received(reassembler, 1, other[1]).empty());
}

/* A frame that passed its CRC and is rubbish nevertheless: another program sent it. */
BOOST_AUTO_TEST_CASE(rubbish_ends)
{
    std::mt19937 rng(5);
    dsp::reassembler reassembler;
    bytes frame(500);
    for (std::uint32_t i = 0; i < 1000; ++i) {
        for (auto& byte : frame) {
            byte = static_cast<std::uint8_t>(rng() % (i % 2 ? 256 : 2));
        }
        received(reassembler, i, frame);
    }
    BOOST_CHECK_THROW(dsp::segmenter().start({ frame.data(), dsp::MAX_PDU_LEN + 1 }),
                      std::invalid_argument);
}
