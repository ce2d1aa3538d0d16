/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "ldpc_kernel.h"
#include "require.h"
#include "simd.h"
#include <gnuradio/isac/dsp/ldpc_decoder.h>
#include <algorithm>
#include <cstring>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int LANES = ldpc_decoder::N_LANES;

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
constexpr bool HAS_AVX2_KERNEL = true;
bool runs_avx2() { return __builtin_cpu_supports("avx2"); }
#else
constexpr bool HAS_AVX2_KERNEL = false;
bool runs_avx2() { return false; }
#endif

/// Rows of up to LANES bytes to rows of LANES. A full row has a length known beforehand.
void take_rows(
    const std::int8_t* in, int stride, int n_lanes, int n_rows, std::int8_t* sums)
{
    for (int i = 0; i < n_rows; ++i) {
        const auto* row = in + std::size_t(i) * stride;
        auto* out = sums + i * LANES;
        n_lanes == LANES ? std::memcpy(out, row, LANES) : std::memcpy(out, row, n_lanes);
    }
}

ISAC_SIMD void decide_rows(
    const std::int8_t* sums, int n_rows, int n_lanes, std::uint8_t* bits, int stride)
{
    for (int i = 0; i < n_rows; ++i) {
        alignas(LANES) std::uint8_t row[LANES];
        for (int k = 0; k < LANES; ++k) {
            row[k] = sums[i * LANES + k] < 0;
        }
        auto* out = bits + std::size_t(i) * stride;
        n_lanes == LANES ? std::memcpy(out, row, LANES) : std::memcpy(out, row, n_lanes);
    }
}

ISAC_SIMD void add(std::uint32_t* to, const std::uint32_t* from, int n)
{
    for (int i = 0; i < n; ++i) {
        to[i] ^= from[i];
    }
}

} // namespace

ldpc_decoder::ldpc_decoder(const ldpc_code& code, int max_iterations)
    : d_n(code.n()),
      d_max_iterations(max_iterations),
      d_avx2(has_avx2()),
      d_parities(code.n_checks()),
      d_sums(code.n() * LANES),
      d_messages(code.n_edges() * LANES)
{
    require(max_iterations >= 1,
            "ldpc_decoder",
            "max_iterations",
            max_iterations,
            "it must be >= 1");
    for (const auto& row : code.rows()) {
        require(row.size() <= LDPC_MAX_WEIGHT,
                "ldpc_decoder",
                "row weight",
                row.size(),
                "it must be <= " + std::to_string(LDPC_MAX_WEIGHT));
        d_weights.push_back(static_cast<int>(row.size()));
        for (const int place : row) {
            d_places.push_back(place * LANES);
        }
    }
    find_runs(code.rows());
}

bool ldpc_decoder::has_avx2() { return HAS_AVX2_KERNEL && runs_avx2(); }

void ldpc_decoder::use_avx2(bool yes)
{
    require(!yes || has_avx2(), "ldpc_decoder", "use_avx2", yes, "there is none here");
    d_avx2 = yes;
}

int ldpc_decoder::decode(span<const std::int8_t> soft,
                         int n_words,
                         span<std::uint8_t> bits)
{
    require(n_words >= 0, "ldpc_decoder", "n_words", n_words, "it must be >= 0");
    require_len("soft", soft.size(), std::size_t(d_n) * n_words);
    const int n_rows = n_words > 0 ? static_cast<int>(bits.size() / n_words) : 0;
    require(n_rows <= d_n && bits.size() == std::size_t(n_rows) * n_words,
            "ldpc_decoder",
            "length of bits",
            bits.size(),
            "it must be whole rows of n_words, up to n of them");
    d_n_iterations = 0;
    int n_fulfilled = 0;
    for (int first = 0; first < n_words; first += LANES) {
        const int n_lanes = std::min(LANES, n_words - first);
        if (n_lanes < LANES) { // the other lanes hold certain zeros, done from the start
            std::fill(d_sums.begin(), d_sums.end(), 127);
        }
        take_rows(soft.data() + first, n_words, n_lanes, d_n, d_sums.data());
        n_fulfilled += run_batch();
        decide_rows(d_sums.data(), n_rows, n_lanes, bits.data() + first, n_words);
    }
    return n_fulfilled;
}

bool ldpc_decoder::decode_sums()
{
    d_n_iterations = 0;
    return run_batch();
}

void ldpc_decoder::find_runs(const std::vector<std::vector<int>>& checks)
{
    const auto has = [&](int check, std::size_t k, int place) {
        return k < checks[check].size() && checks[check][k] == place;
    };
    for (int i = 0; i < int(checks.size()); ++i) {
        for (std::size_t k = 0; k < checks[i].size(); ++k) {
            const int place = checks[i][k];
            if (i > 0 && has(i - 1, k, place - 1)) {
                continue; // part of a run that began before
            }
            int len = 1;
            while (i + len < int(checks.size()) && has(i + len, k, place + len)) {
                ++len;
            }
            d_runs.push_back({ i, place, len });
        }
    }
}

bool ldpc_decoder::fulfil(span<const std::uint32_t> signs)
{
    require_len("signs", signs.size(), d_n);
    std::fill(d_parities.begin(), d_parities.end(), 0);
    for (const auto& r : d_runs) {
        add(&d_parities[r.check], &signs[r.place], r.len);
    }
    return std::all_of(
        d_parities.begin(), d_parities.end(), [](std::uint32_t x) { return x == 0; });
}

bool ldpc_decoder::run_batch()
{
    const ldpc_checks checks = { d_weights.data(),
                                 d_places.data(),
                                 static_cast<int>(d_weights.size()) };
    auto* iterate = ldpc_iterate_portable;
    auto* fulfilled = ldpc_fulfilled_portable;
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
    if (d_avx2) {
        iterate = ldpc_iterate_avx2;
        fulfilled = ldpc_fulfilled_avx2;
    }
#endif
    for (int i = 0; i < d_max_iterations; ++i) {
        if (fulfilled(checks, d_sums.data())) {
            return true;
        }
        iterate(checks, i == 0, d_sums.data(), d_messages.data());
        ++d_n_iterations;
    }
    return fulfilled(checks, d_sums.data());
}

} // namespace dsp
} // namespace isac
} // namespace gr
