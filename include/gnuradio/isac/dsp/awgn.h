/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_AWGN_H
#define INCLUDED_ISAC_DSP_AWGN_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/span.h>
#include <array>
#include <complex>
#include <cstdint>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * White circular complex Gaussian noise, several hundred million samples a second.
 *
 * Sixteen xoshiro128++ generators side by side feed the Box-Muller transform. The
 * tail reaches 4.7 standard deviations of the magnitude, once in 2^32 samples. Two
 * streams of one seed, and two seeds, are independent; the noise does not depend
 * on how it is cut into calls.
 *
 * Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM
 * Trans. Math. Softw. 47(4), 2021.
 */
class ISAC_API awgn
{
public:
    /// Samples made at a time.
    static constexpr int TILE = 256;

    explicit awgn(std::uint64_t seed = 0, std::uint64_t stream = 0);

    /*!
     * Adds noise to samples.
     * \param samples [any]
     * \param noise_var E|n|^2 of the complex value
     */
    void add(span<std::complex<float>> samples, double noise_var);

    /*!
     * The next TILE samples as they come, in two planes.
     * \param re [TILE], receives the real parts, each of variance 1/2
     * \param im [TILE], receives the imaginary parts
     */
    void next_tile(float* re, float* im);

private:
    static constexpr int LANES = 16;

    std::array<std::array<std::uint32_t, LANES>, 4> d_state;
    alignas(32) std::array<float, TILE> d_re;
    alignas(32) std::array<float, TILE> d_im;
    int d_used = TILE;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_AWGN_H */
