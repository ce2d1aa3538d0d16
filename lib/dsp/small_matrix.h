/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_SMALL_MATRIX_H
#define INCLUDED_ISAC_DSP_SMALL_MATRIX_H

#include <complex>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * Dense algebra of matrices as small as an antenna array: double precision, row-major,
 * in buffers that keep their memory from call to call.
 */
using cd = std::complex<double>;

/// Eigenvalues and eigenvectors of a Hermitian matrix, by Jacobi's rotations.
class hermitian_eigen
{
public:
    /// \param a [n, n], Hermitian.
    void compute(const std::vector<cd>& a, int n);

    /// [n], descending.
    const std::vector<double>& values() const { return d_values; }

    /// Element \p row of the eigenvector that belongs to values()[\p which].
    cd vector(int row, int which) const { return d_sorted[row * d_n + which]; }

private:
    void rotate(int p, int q);

    int d_n = 0;
    std::vector<cd> d_a, d_vectors, d_sorted;
    std::vector<double> d_values;
    std::vector<int> d_order;
};

/// Inverts [n, n] in place. \returns false for a matrix that is singular to rounding.
bool invert(std::vector<cd>& a, int n);

/*!
 * All roots of a polynomial at once, by the iteration of Ehrlich and Aberth.
 * \param coefficients ascending, the last one not zero
 * \param roots receives as many as the degree
 */
void polynomial_roots(const std::vector<cd>& coefficients, std::vector<cd>& roots);

/// Ascending coefficients of det(z I - A) for [n, n], by Faddeev and LeVerrier.
/// \param work memory that is kept from call to call
void characteristic_polynomial(const std::vector<cd>& a,
                               int n,
                               std::vector<cd>& coefficients,
                               std::vector<cd>& work);

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_SMALL_MATRIX_H */
