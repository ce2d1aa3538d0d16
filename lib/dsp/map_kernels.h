/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_MAP_KERNELS_H
#define INCLUDED_ISAC_DSP_MAP_KERNELS_H

#include <complex>
#include <cstddef>

namespace gr {
namespace isac {
namespace dsp {

// The loops of range_doppler and symbol_filter around the transforms, for AVX2 where the
// processor has it. The portable ones are for processors that lack it and for tests.

/// A matrix, row by row, and how far apart its rows begin.
template <class T>
struct strided {
    T* data;
    std::size_t stride;
    T* row(int i) const { return data + i * stride; }
};

/// Ranges that are turned at once: two cache lines in a row of a map, four in a profile.
constexpr int MAP_TILE = 32;

/// to[j][i] = from[i][j], for \p n_rows times \p n_columns items of \p from.
template <class T>
void turn_portably(strided<const T> from, int n_rows, int n_columns, strided<T> to)
{
    for (int i = 0; i < n_rows; ++i) {
        for (int j = 0; j < n_columns; ++j) {
            to.row(j)[i] = from.row(i)[j];
        }
    }
}
void turn(strided<const std::complex<float>> from,
          int n_rows,
          int n_columns,
          strided<std::complex<float>> to);
void turn(strided<const float> from, int n_rows, int n_columns, strided<float> to);

/*! The same for MAP_TILE rows, past the caches: for what nobody reads before it has left
 *  them anyway. Rows that do not start on 32 bytes go the ordinary way. */
void turn_past_caches(strided<const float> from, int n_columns, strided<float> to);

/// Wants \p n items in the second cache soon.
void prefetch(const std::complex<float>* x, int n);

/// |x|^2
void powers(const std::complex<float>* x, float* out, int n);

/// 10 log10 |x|^2 within 1e-4 dB; -379 dB for 0.
void powers_db(const std::complex<float>* x, float* out, int n);
void powers_db_portably(const std::complex<float>* x, float* out, int n);

/// sum[i] += x[i]
void add(const float* x, float* sum, int n);

/// The mean of \p n_maps, none of which gives 0, or 10 log10 of it.
void finish_mean(float* sum, int n_maps, bool in_db, int n);

/// out[k] = scale window[k] y[k] conj(x[k])
void multiply_conjugate(const std::complex<float>* x,
                        const std::complex<float>* y,
                        const float* window,
                        float scale,
                        std::complex<float>* out,
                        int n);
void multiply_conjugate_portably(const std::complex<float>* x,
                                 const std::complex<float>* y,
                                 const float* window,
                                 float scale,
                                 std::complex<float>* out,
                                 int n);

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_MAP_KERNELS_H */
