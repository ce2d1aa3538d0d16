/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "require.h"
#include <gnuradio/isac/dsp/grid.h>
#include <gnuradio/isac/dsp/reference.h>
#include <algorithm>
#include <cstdint>

namespace gr {
namespace isac {
namespace dsp {

std::vector<float> pilot_sequence(const waveform& w)
{
    // PN sequence x^15 + x^14 + 1, all ones: long enough never to repeat in a row, so
    // that the pilots have no peak in time.
    std::vector<float> pilots(w.pilot_cells().size());
    std::uint32_t state = 0x7fff;
    for (auto& p : pilots) {
        const std::uint32_t bit = ((state >> 14) ^ (state >> 13)) & 1;
        state = ((state << 1) | bit) & 0x7fff;
        p = bit ? -1.0f : 1.0f;
    }
    return pilots;
}

grid_mapper::grid_mapper(const waveform& w)
    : d_cells(w.data_cells()), d_empty(w.n_subcarriers())
{
    const auto& cells = w.pilot_cells();
    const auto pilots = pilot_sequence(w);
    for (std::size_t i = 0; i < cells.size(); ++i) {
        d_empty[cells[i]] = pilots[i];
    }
    if (w.params().precoding == precoding::DFT) {
        d_reference.resize(w.n_subcarriers());
        const auto reference = reference_cells(w);
        for (std::size_t i = 0; i < d_cells.size(); ++i) {
            d_reference[d_cells[i]] = reference[i];
        }
    }
}

void grid_mapper::map(span<const std::complex<float>> data,
                      span<std::complex<float>> row) const
{
    require_len("data", data.size(), d_cells.size());
    require_len("row", row.size(), d_empty.size());
    std::copy(d_empty.begin(), d_empty.end(), row.begin());
    for (std::size_t i = 0; i < d_cells.size(); ++i) {
        row[d_cells[i]] = data[i];
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr
