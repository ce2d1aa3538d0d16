/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_ROW_GROUPS_H
#define INCLUDED_ISAC_ROW_GROUPS_H

#include <gnuradio/isac/waveform.h>

namespace gr {
namespace isac {

/*! The smallest groups of rows that a block which adds or drops reference rows can work
 * on at a fixed rate: single rows, or whole frames where there are reference rows. */
struct row_groups {
    explicit row_groups(const waveform& w)
        : n_rows(w.n_data_rows() == w.n_symbols() ? 1 : w.n_symbols()),
          n_data_rows(n_rows == 1 ? 1 : w.n_data_rows())
    {
    }

    int n_rows, n_data_rows;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_ROW_GROUPS_H */
