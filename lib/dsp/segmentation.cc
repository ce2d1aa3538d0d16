/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "require.h"
#include <gnuradio/isac/dsp/crc.h>
#include <gnuradio/isac/dsp/segmentation.h>
#include <algorithm>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr std::size_t PDU_CRC_LEN = 4;
constexpr std::uint32_t FIRST = 0x80000000;

void put(std::uint8_t* to, std::uint32_t value, int n_bytes)
{
    for (int i = 0; i < n_bytes; ++i) {
        to[i] = static_cast<std::uint8_t>(value >> (8 * i));
    }
}

std::uint32_t get(const std::uint8_t* from, int n_bytes)
{
    std::uint32_t value = 0;
    for (int i = 0; i < n_bytes; ++i) {
        value |= std::uint32_t(from[i]) << (8 * i);
    }
    return value;
}

} // namespace

void segmenter::start(span<const std::uint8_t> pdu)
{
    require(pdu.size() <= MAX_PDU_LEN,
            "segmenter",
            "PDU length",
            pdu.size(),
            "it must be <= 67108864");
    d_data = pdu.data();
    d_data_left = d_left = pdu.size();
    d_first = true;
    d_has_crc = false;
    d_crc = 0;
    ++d_number;
}

std::size_t segmenter::fill(span<std::uint8_t> rest)
{
    if (d_left == 0 || rest.size() <= HEADER_LEN) {
        return 0;
    }
    const std::size_t room = rest.size() - HEADER_LEN;
    if (d_first && d_left > room) { // the CRC of a frame does not cover all of it
        d_has_crc = true;
        d_left += PDU_CRC_LEN;
    }
    put(&rest[0], d_number, 2);
    put(&rest[2], static_cast<std::uint32_t>(d_left) | (d_first ? FIRST : 0), 4);
    d_first = false;

    auto* to = rest.data() + HEADER_LEN;
    const std::size_t n_data = std::min(room, d_data_left);
    std::copy_n(d_data, n_data, to);
    if (d_has_crc) {
        d_crc = crc32({ d_data, n_data }, d_crc);
    }
    d_data += n_data;
    d_data_left -= n_data;
    d_left -= n_data;

    std::size_t n = n_data;
    for (; n < room && d_left > 0; ++n, --d_left) {
        to[n] = static_cast<std::uint8_t>(d_crc >> (8 * (PDU_CRC_LEN - d_left)));
    }
    return HEADER_LEN + n;
}

void reassembler::take(std::uint32_t number, span<const std::uint8_t> payload)
{
    if (d_next_frame && number != *d_next_frame) {
        d_left = 0;
        if (number < *d_next_frame) {
            d_next_pdu.reset();
        }
    }
    d_next_frame = number + 1;
    d_rest = payload;
}

std::optional<span<const std::uint8_t>> reassembler::next()
{
    while (d_rest.size() > segmenter::HEADER_LEN) {
        const auto s = next_segment();
        if (s.first && s.left == s.data.size()) { // all of it, straight from the frame
            d_left = 0;
            count(s.number);
            return s.data;
        }
        if (add(s)) {
            count(s.number);
            return span<const std::uint8_t>(d_pdu.data(), d_pdu.size() - PDU_CRC_LEN);
        }
    }
    return std::nullopt;
}

reassembler::segment reassembler::next_segment()
{
    const auto number = static_cast<std::uint16_t>(get(d_rest.data(), 2));
    const auto word = get(d_rest.data() + 2, 4);
    const std::size_t left = word & ~FIRST, at = segmenter::HEADER_LEN;
    const auto n = std::min(left, d_rest.size() - at);
    const segment s{ number, (word & FIRST) != 0, left, d_rest.subspan(at, n) };
    d_rest = d_rest.subspan(at + n, d_rest.size() - at - n);
    return s;
}

/// \returns whether the PDU in d_pdu is whole, and right.
bool reassembler::add(const segment& s)
{
    if (s.first) {
        d_pdu.clear();
        d_number = s.number;
        d_left = s.left;
    }
    if (d_left == 0 || s.number != d_number || s.left != d_left ||
        d_pdu.size() + d_left > MAX_PDU_LEN + PDU_CRC_LEN) {
        d_left = 0; // its beginning is missing
        return false;
    }
    d_pdu.insert(d_pdu.end(), s.data.begin(), s.data.end());
    d_left -= s.data.size();
    if (d_left > 0 || d_pdu.size() < PDU_CRC_LEN) {
        return false;
    }
    const std::size_t n = d_pdu.size() - PDU_CRC_LEN;
    return crc32({ d_pdu.data(), n }) == get(d_pdu.data() + n, 4);
}

void reassembler::count(std::uint16_t number)
{
    if (d_next_pdu) {
        d_lost += static_cast<std::uint16_t>(number - *d_next_pdu);
    }
    d_next_pdu = static_cast<std::uint16_t>(number + 1);
}

} // namespace dsp
} // namespace isac
} // namespace gr
