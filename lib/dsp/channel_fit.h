/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_CHANNEL_FIT_H
#define INCLUDED_ISAC_DSP_CHANNEL_FIT_H

#include <complex>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * The channel of every subcarrier over some rows as a sum of a few given functions of
 * time, by least squares: the c_d that minimise sum |y - x sum_d c_d f_d|^2.
 */
class channel_fit
{
public:
    /// \param functions [n_functions][n_rows], real, of mean square 1
    channel_fit(int n_subcarriers, const std::vector<std::vector<double>>& functions);

    int n_rows() const { return static_cast<int>(d_functions.size()) / d_n_functions; }

    /// \param tx, rx [n_rows, n_subcarriers]; a cell of 0 was not sent.
    void fit(const std::complex<float>* tx, const std::complex<float>* rx);

    /// Of one function, [n_subcarriers]; 0 where nothing was sent. May be changed.
    std::complex<float>* coefficients(int function)
    {
        return d_coefficients.data() +
               static_cast<std::size_t>(function) * d_n_subcarriers;
    }

    /// Sum of |x|^2 over the rows, [n_subcarriers].
    const float* sent_power() const { return d_gram.data(); }

    /// out = rx - tx times the channel; \p out may be \p rx.
    void subtract(const std::complex<float>* tx,
                  const std::complex<float>* rx,
                  std::complex<float>* out);

    /// Power share of a tone over the rows that the functions hold.
    double share(double turns_per_row) const;

private:
    void solve();

    const int d_n_subcarriers, d_n_functions;
    std::vector<float> d_functions;                  // [n_rows, n_functions]
    std::vector<float> d_gram;                       // [pairs, n_subcarriers]
    std::vector<std::complex<float>> d_coefficients; // [n_functions, n_subcarriers]
    std::vector<std::complex<float>> d_channel;      // [n_subcarriers], of a row
    std::vector<double> d_matrix, d_sides;           // of one subcarrier
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_CHANNEL_FIT_H */
