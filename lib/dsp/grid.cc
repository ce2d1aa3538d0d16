/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "require.h"
#include <gnuradio/isac/dsp/grid.h>
#include <gnuradio/isac/dsp/reference.h>
#include <cstdint>

namespace gr {
namespace isac {
namespace dsp {

std::vector<float> pilot_sequence(const waveform& w)
{
    // Random-looking signs, the same in every row. A shift register that starts with all
    // ones begins with a run of equal signs, and equal pilots are a peak in time.
    std::vector<float> pilots(w.pilot_cells().size());
    std::uint32_t state = 0x9e3779b9;
    for (auto& p : pilots) {
        state ^= state << 13; // xorshift32, Marsaglia 2003
        state ^= state >> 17;
        state ^= state << 5;
        p = state & 0x10000 ? -1.0f : 1.0f;
    }
    return pilots;
}

namespace {

/// A row with its pilots and no data.
std::vector<std::complex<float>> empty_row(const waveform& w)
{
    std::vector<std::complex<float>> row(w.n_subcarriers());
    const auto pilots = pilot_sequence(w);
    for (std::size_t i = 0; i < pilots.size(); ++i) {
        row[w.pilot_cells()[i]] = pilots[i];
    }
    return row;
}

} // namespace

grid_mapper::grid_mapper(const waveform& w)
    : d_n_data(w.n_dft()),
      d_row_len(w.n_subcarriers()),
      d_filler(empty_row(w), w.data_cells()),
      d_waveform(w)
{
    for (int falls = 0; w.params().precoding == precoding::DFT && falls < 2; ++falls) {
        d_references[falls].resize(w.n_subcarriers());
        d_filler.fill(
            reference_cells(w, falls == 1).data(), 1, d_references[falls].data());
    }
}

span<const std::complex<float>> grid_mapper::reference(int row) const
{
    return d_references[chirp_falls(d_waveform, row)];
}

void grid_mapper::map(span<const std::complex<float>> data,
                      span<std::complex<float>> row) const
{
    require_len("data", data.size(), d_n_data);
    require_len("row", row.size(), d_row_len);
    d_filler.fill(data.data(), 1, row.data());
}

} // namespace dsp
} // namespace isac
} // namespace gr
