/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_FAST_MATH_H
#define INCLUDED_ISAC_DSP_FAST_MATH_H

#include <cstdint>
#include <cstring>

namespace gr {
namespace isac {
namespace dsp {

// Elementary functions that GCC vectorises when they stand in a plain loop: no branch, no
// table, no libm. Polynomials after Cephes (single precision); relative error below 3e-7.

#define ISAC_INLINE inline __attribute__((always_inline))

template <class To, class From>
ISAC_INLINE To bits_as(From from)
{
    To to;
    static_assert(sizeof(to) == sizeof(from), "");
    std::memcpy(&to, &from, sizeof(to));
    return to;
}

/// Natural logarithm of a positive normal number.
ISAC_INLINE float fast_log(float x)
{
    // Split so that the mantissa lies around 1 and ln(1) is exactly 0.
    constexpr std::int32_t sqrt_half = 0x3f3504f3;
    const std::int32_t i = bits_as<std::int32_t>(x) - sqrt_half;
    const float exponent = static_cast<float>(i >> 23);
    const float t = bits_as<float>((i & 0x007fffff) + sqrt_half) - 1.0f;
    float p = 7.0376836292e-2f;
    p = p * t - 1.1514610310e-1f;
    p = p * t + 1.1676998740e-1f;
    p = p * t - 1.2420140846e-1f;
    p = p * t + 1.4249322787e-1f;
    p = p * t - 1.6668057665e-1f;
    p = p * t + 2.0000714765e-1f;
    p = p * t - 2.4999993993e-1f;
    p = p * t + 3.3333331174e-1f;
    return exponent * 0.693147180559945f + (t - 0.5f * t * t + t * t * t * p);
}

/// 2 to the power of x, -126 < x < 127.
ISAC_INLINE float fast_exp2(float x)
{
    const std::int32_t whole = static_cast<std::int32_t>(x + 127.5f) - 127;
    const float f = x - static_cast<float>(whole);
    float p = 1.535336188319500e-4f;
    p = p * f + 1.339887440266574e-3f;
    p = p * f + 9.618437357674640e-3f;
    p = p * f + 5.550332471162809e-2f;
    p = p * f + 2.402264791363012e-1f;
    p = p * f + 6.931472028550421e-1f;
    return (p * f + 1.0f) * bits_as<float>((whole + 127) << 23);
}

/// Cosine and sine of an angle in units of 2^-32 turns, which wraps by itself.
ISAC_INLINE void fast_cos_sin(std::uint32_t angle, float& cosine, float& sine)
{
    const std::uint32_t quadrant = (angle + (1u << 29)) >> 30;
    const float x =
        static_cast<float>(static_cast<std::int32_t>(angle - (quadrant << 30))) *
        1.46291807926715968e-9f; // 2 pi / 2^32; now in [-pi/4, pi/4]
    const float z = x * x;
    const float s =
        x + x * z * ((-1.9515295891e-4f * z + 8.3321608736e-3f) * z - 1.6666654611e-1f);
    const float c = 1.0f - 0.5f * z +
                    z * z *
                        ((2.443315711809948e-5f * z - 1.388731625493765e-3f) * z +
                         4.166664568298827e-2f);
    const bool swapped = quadrant & 1;
    const std::uint32_t sine_sign = (quadrant & 2) << 30;
    const std::uint32_t cosine_sign = ((quadrant + 1) & 2) << 30;
    cosine = bits_as<float>(bits_as<std::uint32_t>(swapped ? s : c) ^ cosine_sign);
    sine = bits_as<float>(bits_as<std::uint32_t>(swapped ? c : s) ^ sine_sign);
}

/// The angle of (x, y), rad; of (0, 0) it is any.
ISAC_INLINE float fast_atan2(float y, float x)
{
    constexpr float tiny = 1e-37f;
    const std::uint32_t sign_x = bits_as<std::uint32_t>(x) & 0x80000000u;
    const std::uint32_t sign_y = bits_as<std::uint32_t>(y) & 0x80000000u;
    const float ax = bits_as<float>(bits_as<std::uint32_t>(x) ^ sign_x);
    const float ay = bits_as<float>(bits_as<std::uint32_t>(y) ^ sign_y);
    const float most = ax > ay ? ax : ay, least = ax > ay ? ay : ax;
    // Around pi / 8, half of what is left by symmetry: tan(a - pi / 8).
    constexpr float eighth = 0.41421356237f; // tan(pi / 8)
    const float t = (least - eighth * most) / (most + eighth * least + tiny);
    const float z = t * t;
    const float p =
        ((8.05374449538e-2f * z - 1.38776856032e-1f) * z + 1.99777106478e-1f) * z -
        3.33329491539e-1f;
    const float low = 0.39269908170f + (t + t * z * p);
    const float right = ax > ay ? low : 1.57079632679f - low;
    const float angle = sign_x ? 3.14159265359f - right : right;
    return bits_as<float>(bits_as<std::uint32_t>(angle) ^ sign_y);
}

/// A number of turns, reduced to one turn, as fast_cos_sin() takes it.
inline std::uint32_t as_angle(double turns)
{
    const double fraction = turns - static_cast<double>(static_cast<std::int64_t>(turns));
    return static_cast<std::uint32_t>(static_cast<std::int64_t>(fraction * 4294967296.0));
}

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_FAST_MATH_H */
