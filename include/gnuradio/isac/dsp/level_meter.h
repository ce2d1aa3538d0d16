/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_LEVEL_METER_H
#define INCLUDED_ISAC_DSP_LEVEL_METER_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/span.h>
#include <complex>
#include <cstdint>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * Level of a stream from spot checks of it, against a full scale of 1.
 *
 * A converter that clips returns its largest value again and again, whatever gain comes
 * behind it; a signal that is merely strong hardly ever meets its own peak twice.
 */
class ISAC_API level_meter
{
public:
    /// Looks at some samples; NaN and infinite ones are only counted.
    void take(span<const std::complex<float>> samples);

    void clear() { *this = {}; }

    bool is_empty() const { return d_n == 0; }
    double peak_db() const; ///< of real and imaginary parts, dB of full scale
    double rms_db() const;  ///< of the complex samples, dB of full scale
    double clipped() const; ///< share of real and imaginary parts at the very peak
    bool is_clipping() const;
    std::uint64_t n_bad() const { return d_n_bad; } ///< NaN or infinite

private:
    float d_peak = 0;
    double d_energy = 0;
    std::uint64_t d_n = 0, d_n_peak = 0, d_n_bad = 0;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_LEVEL_METER_H */
