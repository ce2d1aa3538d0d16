/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fast_math.h"
#include "simd.h"
#include <gnuradio/isac/dsp/awgn.h>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

/// Spreads a seed over many bits: one step of splitmix64.
std::uint64_t mix(std::uint64_t& state)
{
    std::uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

template <std::size_t LANES>
ISAC_INLINE void draw(std::uint32_t (&s)[4][LANES], std::uint32_t* out)
{
    for (std::size_t l = 0; l < LANES; ++l) {
        const std::uint32_t sum = s[0][l] + s[3][l];
        out[l] = ((sum << 7) | (sum >> 25)) + s[0][l];
        const std::uint32_t t = s[1][l] << 9;
        s[2][l] ^= s[0][l];
        s[3][l] ^= s[1][l];
        s[1][l] ^= s[2][l];
        s[0][l] ^= s[3][l];
        s[2][l] ^= t;
        s[3][l] = (s[3][l] << 11) | (s[3][l] >> 21);
    }
}

ISAC_SIMD void fill(std::array<std::array<std::uint32_t, 16>, 4>& state,
                    float* __restrict re,
                    float* __restrict im)
{
    // Two loops: one keeps the generators in registers, the other runs long.
    std::uint32_t s[4][16], bits[2 * awgn::TILE];
    std::memcpy(s, state.data(), sizeof(s));
    for (int i = 0; i < 2 * awgn::TILE; i += 16) {
        draw(s, bits + i);
    }
    std::memcpy(state.data(), s, sizeof(s));

    for (int i = 0; i < awgn::TILE; ++i) {
        // Uniform in (0, 1]; a signed integer converts in one instruction.
        const float u =
            (static_cast<float>(static_cast<std::int32_t>(bits[i] >> 1)) + 0.5f) *
            4.656612873077393e-10f;
        const float radius = std::sqrt(-fast_log(u));
        float cosine, sine;
        fast_cos_sin(bits[awgn::TILE + i], cosine, sine);
        re[i] = radius * cosine;
        im[i] = radius * sine;
    }
}

} // namespace

awgn::awgn(std::uint64_t seed, std::uint64_t stream)
{
    std::uint64_t state = seed;
    state = mix(state) ^ (stream * 0xd1342543de82ef95u);
    for (auto& word : d_state) {
        for (auto& lane : word) {
            lane = static_cast<std::uint32_t>(mix(state) >> 32);
        }
    }
}

void awgn::next_tile(float* re, float* im) { fill(d_state, re, im); }

void awgn::add(span<std::complex<float>> samples, double noise_var)
{
    const float scale = static_cast<float>(std::sqrt(noise_var));
    for (auto& sample : samples) {
        if (d_used == TILE) {
            next_tile(d_re.data(), d_im.data());
            d_used = 0;
        }
        sample += scale * std::complex<float>(d_re[d_used], d_im[d_used]);
        ++d_used;
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr
