/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_ROTATOR_H
#define INCLUDED_ISAC_DSP_ROTATOR_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/span.h>
#include <array>
#include <complex>

namespace gr {
namespace isac {
namespace dsp {

/// Shifts a stream in frequency; the phase runs on from call to call without drift.
class ISAC_API rotator
{
public:
    /// Sample i from here on turns by \p start_turns + i * \p turns_per_sample.
    void set(double turns_per_sample, double start_turns = 0);

    double turns_per_sample() const { return d_turns_per_sample; }

    /// Goes on as if the next sample were \p n samples later (or earlier).
    void skip(double n);

    /*! Turns \p in less \p offset. \p out may be \p in.
     *  \throws std::invalid_argument if the lengths differ. */
    void rotate(span<const std::complex<float>> in,
                span<std::complex<float>> out,
                std::complex<float> offset = 0);

private:
    static constexpr int TILE = 16;

    double d_turns_per_sample = 0;
    double d_turns = 0; // in [0, 1), of the next sample
    std::array<std::complex<double>, TILE + 1> d_table = {}; // of samples 0 to TILE
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_ROTATOR_H */
