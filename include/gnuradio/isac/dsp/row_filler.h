/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_ROW_FILLER_H
#define INCLUDED_ISAC_DSP_ROW_FILLER_H

#include <gnuradio/isac/api.h>
#include <complex>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/// Rows in which some items are data and all others always the same.
class ISAC_API row_filler
{
public:
    /*!
     * \param row a row, [n]; what it has at \p positions does not matter.
     * \param positions of data, ascending.
     */
    row_filler(const std::vector<std::complex<float>>& row,
               const std::vector<int>& positions);

    /// \param data as many as positions. \param row [n], receives scale * data among the
    /// items that stay.
    void
    fill(const std::complex<float>* data, float scale, std::complex<float>* row) const;

    /// Neighbouring items of a row that are neighbours in the data too.
    struct run {
        int at, first, len;
    };

    /// An item that stays.
    struct constant {
        int at;
        std::complex<float> value;
    };

private:
    std::vector<run> d_runs;
    std::vector<constant> d_constants;
    int d_n_whole = 0; // runs that may be copied in whole groups of four
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_ROW_FILLER_H */
