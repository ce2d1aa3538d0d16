/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "require.h"
#include "row_map_kernel.h"
#include <gnuradio/isac/dsp/row_mapper.h>
#include <algorithm>
#include <cstring>

namespace gr {
namespace isac {
namespace dsp {

namespace {

/// Whether the data of a group, an item each or -1, follow each other.
bool are_neighbours(const int* data)
{
    int next = -1;
    for (int i = 0; i < ROW_GROUP; ++i) {
        if (data[i] >= 0) {
            if (next >= 0 && data[i] != next) {
                return false;
            }
            next = data[i] + 1;
        }
    }
    return true;
}

/// What is fetched for a group, and which bytes of it make an amplitude: its bits are in
/// the last bytes of its four.
void spread(const int* data,
            int bits_per_symbol,
            int n_bits,
            row_map_group& group,
            row_map_pattern& pattern)
{
    const bool signs = bits_are_signs(bits_per_symbol);
    const int n_fetched = signs ? 1 : 4, n_parts = std::min(2, bits_per_symbol);
    const int n_each = bits_per_symbol / n_parts, n_items = ROW_GROUP / n_fetched;
    std::memset(pattern.pick, 0x80, sizeof(pattern.pick));
    for (int i = 0; i < ROW_GROUP; ++i) {
        const auto* first = data + i / n_items * n_items;
        const auto* known = std::find_if(first, data + i, [](int k) { return k >= 0; });
        if (data[i] < 0) {
            continue;
        }
        // What would go past the last bit is fetched earlier.
        const int at = std::min(*known * bits_per_symbol, n_bits - ROW_LOAD);
        group.first[i / n_items] = at;
        for (int part = 0; part < n_parts; ++part) {
            pattern.is_data[2 * i + part] = 0xffffffff;
            for (int b = 0; b < n_each; ++b) {
                pattern.pick[8 * i + 4 * part + 4 - n_each + b] =
                    data[i] * bits_per_symbol + part + n_parts * b - at;
            }
        }
    }
}

} // namespace

row_mapper::row_mapper(isac::modulation modulation,
                       const std::vector<std::complex<float>>& row,
                       const std::vector<int>& positions,
                       float scale)
    : d_mapper(modulation), d_positions(positions), d_len(row.size())
{
    for (const auto& x : d_mapper.constellation()) {
        d_symbols.push_back(scale * x);
    }
    std::transform(d_mapper.levels().begin(),
                   d_mapper.levels().end(),
                   d_levels,
                   [scale](float x) { return scale * x; });
    d_row.resize((d_len + ROW_GROUP - 1) / ROW_GROUP * ROW_GROUP);
    std::copy(row.begin(), row.end(), d_row.begin());
    std::vector<int> data_at(d_row.size(), -1);
    for (std::size_t i = 0; i < positions.size(); ++i) {
        data_at[positions[i]] = static_cast<int>(i);
        d_row[positions[i]] =
            bits_are_signs(d_mapper.bits_per_symbol()) ? d_symbols[0] : 0;
    }
    const int n_bits = static_cast<int>(positions.size()) * d_mapper.bits_per_symbol();
    for (std::size_t at = 0; at < data_at.size(); at += ROW_GROUP) {
        if (!add_group(data_at, static_cast<int>(at), n_bits)) {
            std::copy_if(data_at.begin() + at,
                         data_at.begin() + at + ROW_GROUP,
                         std::back_inserter(d_loose),
                         [](int k) { return k >= 0; });
        }
    }
    use_avx2(true);
}

row_mapper::~row_mapper() = default;
row_mapper::row_mapper(row_mapper&&) noexcept = default;
row_mapper& row_mapper::operator=(row_mapper&&) noexcept = default;

bool row_mapper::add_group(const std::vector<int>& data_at, int at, int n_bits)
{
    const auto* data = data_at.data() + at;
    const bool any = std::any_of(data, data + ROW_GROUP, [](int k) { return k >= 0; });
    if (n_bits < ROW_LOAD || !any || !are_neighbours(data)) {
        return false;
    }
    row_map_group group{ static_cast<std::uint32_t>(at), 0, {} };
    row_map_pattern pattern{};
    spread(data, d_mapper.bits_per_symbol(), n_bits, group, pattern);
    std::memcpy(pattern.constant, d_row.data() + at, sizeof(pattern.constant));
    const auto known =
        std::find_if(d_patterns.begin(), d_patterns.end(), [&](const auto& other) {
            return std::memcmp(&other, &pattern, sizeof(pattern)) == 0;
        });
    group.pattern = static_cast<std::uint32_t>(known - d_patterns.begin());
    if (known == d_patterns.end()) {
        d_patterns.push_back(pattern);
    }
    d_groups.push_back(group);
    return true;
}

void row_mapper::use_avx2(bool allowed) { d_avx2 = allowed && row_map_has_avx2(); }

span<const std::complex<float>> row_mapper::map(span<const std::uint8_t> bits)
{
    const int n = d_mapper.bits_per_symbol();
    require_len("bits", bits.size(), d_positions.size() * n);
    const auto map_one = [&](int i) {
        unsigned index = 0;
        for (int b = 0; b < n; ++b) {
            index = index << 1 | (bits[i * n + b] & 1);
        }
        d_row[d_positions[i]] = d_symbols[index];
    };
    if (d_avx2) {
        map_groups_avx2(n,
                        { d_groups.data(), d_groups.size(), d_patterns.data(), d_levels },
                        bits.data(),
                        d_row.data());
        std::for_each(d_loose.begin(), d_loose.end(), map_one);
    } else {
        for (std::size_t i = 0; i < d_positions.size(); ++i) {
            map_one(static_cast<int>(i));
        }
    }
    return { d_row.data(), d_len };
}

} // namespace dsp
} // namespace isac
} // namespace gr
