/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_FFT_H
#define INCLUDED_ISAC_DSP_FFT_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/span.h>
#include <complex>
#include <memory>

namespace gr {
namespace isac {
namespace dsp {

enum class direction { FORWARD, INVERSE };

/*!
 * Unitary DFT of a fixed length: forward and inverse both scale by 1/sqrt(N),
 * so power and noise variance read the same on both sides.
 *
 * FFTW measures which plan is quickest, which takes a while; what it finds is kept in the
 * user's cache ($XDG_CACHE_HOME/gr-isac or ~/.cache/gr-isac), a file per processor.
 */
class ISAC_API fft
{
public:
    /*! \throws std::invalid_argument if \p len < 1. */
    fft(int len, direction dir);
    ~fft();
    fft(fft&&) noexcept;
    fft& operator=(fft&&) noexcept;

    int len() const;

    /// Fill this, then call run(). Aligned for SIMD; lives as long as the object.
    span<std::complex<float>> input();

    /// Transforms input(). The result stays valid until the next run().
    span<const std::complex<float>> run();

    /*!
     * Transforms \p in to \p out without the 1/sqrt(N), for callers that fold it into
     * a window. Both hold len() items, do not overlap and start on 16 bytes (an even
     * item of a volk::vector); any number of threads may call it at once.
     */
    void execute_unscaled(const std::complex<float>* in, std::complex<float>* out) const;

    /// The same for an \p out that starts anywhere, at the price of a copy. Only one
    /// thread at a time.
    void execute_anywhere(const std::complex<float>* in, std::complex<float>* out);

private:
    struct plan;
    std::unique_ptr<plan> d_plan;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_FFT_H */
