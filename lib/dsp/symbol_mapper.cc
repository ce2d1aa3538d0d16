/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "require.h"
#include <gnuradio/isac/dsp/symbol_mapper.h>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

/// One dimension of TS 38.211 QAM: the amplitude that \p n_bits bits choose, first bit
/// most significant, in units of half the distance between neighbours.
int amplitude(int bits, int n_bits)
{
    const int sign = (bits >> (n_bits - 1)) & 1 ? -1 : 1;
    if (n_bits == 1) {
        return sign;
    }
    const int rest = bits & ((1 << (n_bits - 1)) - 1);
    return sign * ((1 << (n_bits - 1)) - amplitude(rest, n_bits - 1));
}

std::complex<float> qam(int bits, int bits_per_symbol)
{
    const int n = bits_per_symbol / 2;
    int re = 0, im = 0;
    for (int i = 0; i < n; ++i) {
        re = re << 1 | ((bits >> (bits_per_symbol - 1 - 2 * i)) & 1);
        im = im << 1 | ((bits >> (bits_per_symbol - 2 - 2 * i)) & 1);
    }
    const double mean_power = 2 * ((1 << bits_per_symbol) - 1) / 3.0;
    const double scale = 1 / std::sqrt(mean_power);
    return { float(scale * amplitude(re, n)), float(scale * amplitude(im, n)) };
}

template <int BITS>
void look_up(const std::uint8_t* bits,
             const std::complex<float>* table,
             std::complex<float>* symbols,
             std::size_t n)
{
    for (std::size_t i = 0; i < n; ++i) {
        unsigned index = 0;
        for (int b = 0; b < BITS; ++b) {
            index = index << 1 | (*bits++ & 1);
        }
        symbols[i] = table[index];
    }
}

} // namespace

symbol_mapper::symbol_mapper(isac::modulation modulation)
    : d_bits_per_symbol(static_cast<int>(modulation))
{
    if (modulation == modulation::BPSK) {
        d_constellation = { 1, -1 };
        return;
    }
    for (int bits = 0; bits < 1 << d_bits_per_symbol; ++bits) {
        d_constellation.push_back(qam(bits, d_bits_per_symbol));
    }
}

void symbol_mapper::map(span<const std::uint8_t> bits,
                        span<std::complex<float>> symbols) const
{
    require_len("bits", bits.size(), symbols.size() * d_bits_per_symbol);
    const auto* table = d_constellation.data();
    switch (d_bits_per_symbol) {
    case 1:
        return look_up<1>(bits.data(), table, symbols.data(), symbols.size());
    case 2:
        return look_up<2>(bits.data(), table, symbols.data(), symbols.size());
    case 4:
        return look_up<4>(bits.data(), table, symbols.data(), symbols.size());
    case 6:
        return look_up<6>(bits.data(), table, symbols.data(), symbols.size());
    case 8:
        return look_up<8>(bits.data(), table, symbols.data(), symbols.size());
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr
