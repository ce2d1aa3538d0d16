/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "dsp/require.h"
#include "waveform_check.h"
#include <cmath>

namespace gr {
namespace isac {

namespace {

// Sizes past which a frame no longer fits the memory of a laptop: a mistyped
// exponent must say so and not start to swap.
constexpr int MAX_FFT_LEN = 1 << 16;
constexpr int MAX_SYMBOLS = 1 << 16;
constexpr double MAX_GRID_LEN = 1 << 24;

template <class T>
void require(bool ok, const char* name, T value, const std::string& rule)
{
    dsp::require(ok, "waveform", name, value, rule);
}

void check_symbol(const waveform_params& p)
{
    const auto finite_positive = [](double x) { return std::isfinite(x) && x > 0; };
    require(finite_positive(p.carrier_freq_hz),
            "carrier_freq_hz",
            p.carrier_freq_hz,
            "it must be > 0");
    require(finite_positive(p.subcarrier_spacing_hz),
            "subcarrier_spacing_hz",
            p.subcarrier_spacing_hz,
            "it must be > 0");
    require(p.fft_len >= 16 && p.fft_len <= MAX_FFT_LEN && p.fft_len % 4 == 0,
            "fft_len",
            p.fft_len,
            "it must be a multiple of 4 in [16, " + std::to_string(MAX_FFT_LEN) + "]");
    require(p.cp_len >= 0 && p.cp_len < p.fft_len,
            "cp_len",
            p.cp_len,
            "it must be in [0, fft_len = " + std::to_string(p.fft_len) + ")");
    require(p.n_subcarriers >= 8 && p.n_subcarriers < p.fft_len &&
                p.n_subcarriers % 2 == 0,
            "n_subcarriers",
            p.n_subcarriers,
            "it must be even and in [8, fft_len = " + std::to_string(p.fft_len) + ")");
}

void check_frame(const waveform_params& p)
{
    require(p.n_symbols >= 2 && p.n_symbols <= MAX_SYMBOLS,
            "n_symbols",
            p.n_symbols,
            "it must be in [2, " + std::to_string(MAX_SYMBOLS) + "]");
    require(double(p.n_symbols) * p.n_subcarriers <= MAX_GRID_LEN,
            "n_symbols * n_subcarriers",
            double(p.n_symbols) * p.n_subcarriers,
            "a frame must not have more than 16777216 cells");
    require(p.pilot_spacing >= 2 && p.pilot_spacing <= p.n_subcarriers / 2,
            "pilot_spacing",
            p.pilot_spacing,
            "it must be in [2, n_subcarriers / 2 = " +
                std::to_string(p.n_subcarriers / 2) + "]");
    require(p.reference_spacing >= 2 && p.reference_spacing <= MAX_SYMBOLS,
            "reference_spacing",
            p.reference_spacing,
            "it must be in [2, " + std::to_string(MAX_SYMBOLS) + "]");
    const int max_guard = dft_len(p.n_subcarriers) / 2;
    require(p.guard_len >= 0 && p.guard_len <= max_guard,
            "guard_len",
            p.guard_len,
            "it must be in [0, " + std::to_string(max_guard) +
                "], half of the chips of a row");
}

} // namespace

const char* name_of(modulation m)
{
    switch (m) {
    case modulation::BPSK:
        return "bpsk";
    case modulation::QPSK:
        return "qpsk";
    case modulation::QAM16:
        return "qam16";
    case modulation::QAM64:
        return "qam64";
    case modulation::QAM256:
        return "qam256";
    }
    throw std::invalid_argument("waveform: modulation is not one of the enumerators");
}

const char* name_of(coding c)
{
    switch (c) {
    case coding::CC_1_2:
        return "cc12";
    case coding::CC_2_3:
        return "cc23";
    case coding::CC_3_4:
        return "cc34";
    case coding::LDPC_1_2:
        return "ldpc12";
    case coding::LDPC_2_3:
        return "ldpc23";
    case coding::LDPC_3_4:
        return "ldpc34";
    case coding::LDPC_5_6:
        return "ldpc56";
    }
    throw std::invalid_argument("waveform: coding is not one of the enumerators");
}

int dft_len(int n_subcarriers)
{
    for (int n = n_subcarriers - 2; n > 2; n -= 2) {
        int rest = n;
        for (const int factor : { 2, 3, 5, 7 }) {
            while (rest % factor == 0) {
                rest /= factor;
            }
        }
        if (rest == 1) {
            return n;
        }
    }
    return 2;
}

void check(const waveform_params& p)
{
    check_symbol(p);
    check_frame(p);
    name_of(p.modulation); // these two throw on a value that is no enumerator
    name_of(p.coding);
    if (p.precoding != precoding::NONE && p.precoding != precoding::DFT) {
        throw std::invalid_argument("waveform: precoding is not one of the enumerators");
    }
}

} // namespace isac
} // namespace gr
