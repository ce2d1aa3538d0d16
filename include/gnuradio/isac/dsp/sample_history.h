/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_SAMPLE_HISTORY_H
#define INCLUDED_ISAC_DSP_SAMPLE_HISTORY_H

#include <algorithm>
#include <complex>
#include <cstdint>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * The latest samples of some antennas, real and imaginary parts apart, found by their
 * number in the stream. Before sample 0 everything was silent.
 */
class sample_history
{
public:
    /// \param past samples that stay at hand before the newest one
    sample_history(int n_antennas, int past)
        : d_past(past), d_capacity(past + ROOM), d_re(n_antennas), d_im(n_antennas)
    {
        clear();
    }

    void clear()
    {
        for (std::size_t a = 0; a < d_re.size(); ++a) {
            d_re[a].assign(d_capacity, 0);
            d_im[a].assign(d_capacity, 0);
        }
        d_fill = d_past;
        d_end = 0;
    }

    /// Samples taken so far, and the number of the next one.
    std::int64_t end() const { return d_end; }

    int past() const { return d_past; }

    /// Makes room for up to \p n more samples, to be written at end(); returns how many.
    int grow(int n)
    {
        if (d_fill == d_capacity) {
            for (std::size_t a = 0; a < d_re.size(); ++a) {
                std::copy_n(d_re[a].end() - d_past, d_past, d_re[a].begin());
                std::copy_n(d_im[a].end() - d_past, d_past, d_im[a].begin());
            }
            d_fill = d_past;
        }
        const int len = std::min(n, d_capacity - d_fill);
        d_fill += len;
        d_end += len;
        return len;
    }

    /// Sample \p number of an antenna and what follows it.
    float* re(int antenna, std::int64_t number)
    {
        return d_re[antenna].data() + d_fill + (number - d_end);
    }
    float* im(int antenna, std::int64_t number)
    {
        return d_im[antenna].data() + d_fill + (number - d_end);
    }

private:
    static constexpr int ROOM = 8192; // moves the past once in so many samples

    int d_past, d_capacity, d_fill;
    std::int64_t d_end;
    std::vector<std::vector<float>> d_re, d_im;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_SAMPLE_HISTORY_H */
