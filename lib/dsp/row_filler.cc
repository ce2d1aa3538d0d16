/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "simd.h"
#include <gnuradio/isac/dsp/row_filler.h>
#include <cstring>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int GROUP = 4; // items: what a register holds

/// Eight amplitudes. The compiler splits it where registers are shorter.
typedef float group __attribute__((vector_size(GROUP * 8)));

/*! Runs are short, so each is copied in whole groups: what that writes behind its end is
 *  written over by the next one, or by a constant. */
ISAC_SIMD void fill_whole(const row_filler::run* runs,
                          int n_runs,
                          const std::complex<float>* data,
                          float scale,
                          std::complex<float>* row)
{
    for (int i = 0; i < n_runs; ++i) {
        const auto* from = data + runs[i].first;
        auto* to = row + runs[i].at;
        for (int k = 0; k < runs[i].len; k += GROUP) {
            group x;
            std::memcpy(&x, from + k, sizeof x);
            x *= scale;
            std::memcpy(static_cast<void*>(to + k), &x, sizeof x);
        }
    }
}

} // namespace

row_filler::row_filler(const std::vector<std::complex<float>>& row,
                       const std::vector<int>& positions)
{
    for (std::size_t i = 0; i < positions.size(); ++i) {
        if (i == 0 || positions[i] != positions[i - 1] + 1) {
            d_runs.push_back({ positions[i], static_cast<int>(i), 0 });
        }
        ++d_runs.back().len;
    }
    std::size_t next = 0;
    for (std::size_t at = 0; at < row.size(); ++at) {
        if (next < positions.size() && positions[next] == static_cast<int>(at)) {
            ++next;
        } else {
            d_constants.push_back({ static_cast<int>(at), row[at] });
        }
    }
    const auto fits = [&](const run& r) {
        const int len = (r.len + GROUP - 1) / GROUP * GROUP;
        return r.at + len <= static_cast<int>(row.size()) &&
               r.first + len <= static_cast<int>(positions.size());
    };
    while (d_n_whole < static_cast<int>(d_runs.size()) && fits(d_runs[d_n_whole])) {
        ++d_n_whole;
    }
}

void row_filler::fill(const std::complex<float>* data,
                      float scale,
                      std::complex<float>* row) const
{
    fill_whole(d_runs.data(), d_n_whole, data, scale, row);
    for (std::size_t i = d_n_whole; i < d_runs.size(); ++i) {
        for (int k = 0; k < d_runs[i].len; ++k) {
            row[d_runs[i].at + k] = scale * data[d_runs[i].first + k];
        }
    }
    for (const auto& c : d_constants) {
        row[c.at] = c.value;
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr
