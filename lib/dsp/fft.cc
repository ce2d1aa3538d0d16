/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fft_wisdom.h"
#include <gnuradio/isac/dsp/fft.h>
#include <fftw3.h>
#include <volk/volk.h>
#include <volk/volk_alloc.hh>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace gr {
namespace isac {
namespace dsp {

struct fft::plan {
    volk::vector<std::complex<float>> in, out;
    fftwf_plan handle;

    plan(int len, direction dir) : in(len), out(len)
    {
        handle = fft_wisdom::make_plan(len,
                                       reinterpret_cast<fftwf_complex*>(in.data()),
                                       reinterpret_cast<fftwf_complex*>(out.data()),
                                       dir == direction::FORWARD ? FFTW_FORWARD
                                                                 : FFTW_BACKWARD);
        std::fill(in.begin(), in.end(), 0); // FFTW_MEASURE leaves rubbish behind
    }
    ~plan() { fftwf_destroy_plan(handle); }
};

fft::fft(int len, direction dir)
{
    if (len < 1) {
        throw std::invalid_argument("fft: len = " + std::to_string(len) +
                                    ", but it must be >= 1");
    }
    d_plan = std::make_unique<plan>(len, dir);
}

fft::~fft() = default;
fft::fft(fft&&) noexcept = default;
fft& fft::operator=(fft&&) noexcept = default;

int fft::len() const { return static_cast<int>(d_plan->in.size()); }

span<std::complex<float>> fft::input() { return d_plan->in; }

span<const std::complex<float>> fft::run()
{
    fftwf_execute(d_plan->handle);
    const float scale = 1.0f / std::sqrt(static_cast<float>(d_plan->in.size()));
    auto* out = d_plan->out.data();
    volk_32f_s32f_multiply_32f(reinterpret_cast<float*>(out),
                               reinterpret_cast<const float*>(out),
                               scale,
                               2 * d_plan->out.size());
    return { out, d_plan->out.size() };
}

void fft::execute_unscaled(const std::complex<float>* in, std::complex<float>* out) const
{
    // FFTW keeps the input of an out-of-place transform; only its C interface cannot say
    // so.
    fftwf_execute_dft(
        d_plan->handle,
        reinterpret_cast<fftwf_complex*>(const_cast<std::complex<float>*>(in)),
        reinterpret_cast<fftwf_complex*>(out));
}

void fft::execute_anywhere(const std::complex<float>* in, std::complex<float>* out)
{
    if (reinterpret_cast<std::uintptr_t>(out) % 16 == 0) {
        return execute_unscaled(in, out);
    }
    execute_unscaled(in, d_plan->out.data());
    std::copy(d_plan->out.begin(), d_plan->out.end(), out);
}

} // namespace dsp
} // namespace isac
} // namespace gr
