/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bistatic_kernels.h"
#include "pilot_kernels.h"
#include "require.h"
#include <gnuradio/isac/dsp/bistatic_aligner.h>
#include <gnuradio/isac/dsp/window.h>
#include <algorithm>
#include <cmath>
#include <numeric>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int N_PROBES = 32;   // rows that the profile of delays is averaged over
constexpr double FADED = 0.05; // of the strongest row so far
constexpr double TURN = 2 * M_PI;

const float* floats(const std::complex<float>* x)
{
    return reinterpret_cast<const float*>(x);
}

} // namespace

bistatic_aligner::bistatic_aligner(const waveform& w, double sight_margin_db)
    : d_n_rows(w.n_symbols()),
      d_n_cells(w.n_subcarriers()),
      d_fft_len(w.fft_len()),
      d_cp_len(w.cp_len()),
      d_symbol_len(w.symbol_len()),
      d_margin(std::pow(10.0, -sight_margin_db / 10)),
      d_stride((d_n_cells + 7) / 8 * 8),
      d_window(window_values(window::HAMMING, d_n_cells)),
      d_to_delays(d_fft_len, direction::INVERSE),
      d_profile(d_fft_len),
      d_re(d_n_rows * d_stride),
      d_im(d_n_rows * d_stride),
      d_energy(d_n_rows),
      d_delay(d_n_rows),
      d_jump(d_n_rows),
      d_off(d_n_rows),
      d_turns(d_n_rows),
      d_weight(d_n_rows)
{
    require(sight_margin_db >= 0,
            "bistatic_aligner",
            "sight_margin_db",
            sight_margin_db,
            "it must be >= 0");
    double sum = 0, squares = 0;
    for (int k = 0; k < d_n_cells; ++k) {
        const double far = k - d_n_cells / 2;
        sum += d_window[k];
        squares += d_window[k] * far * far;
    }
    d_curvature = squares / sum;
}

/// \returns the first row of which anything was received, n_rows if there is none.
int bistatic_aligner::take_channel(span<const std::complex<float>> tx,
                                   span<const std::complex<float>> rx)
{
    const auto is_any = [&](const float* x) {
        return std::any_of(x, x + d_n_cells, [](float v) { return v != 0; });
    };
    int first = d_n_rows;
    for (int m = 0; m < d_n_rows; ++m) {
        const std::size_t at = static_cast<std::size_t>(m) * d_n_cells;
        const std::size_t to = static_cast<std::size_t>(m) * d_stride;
        d_energy[m] = take_row(floats(tx.data() + at),
                               floats(rx.data() + at),
                               d_window.data(),
                               d_n_cells,
                               d_re.data() + to,
                               d_im.data() + to);
        if (first == d_n_rows && (is_any(re(m)) || is_any(im(m)))) {
            first = m;
        }
    }
    return first;
}

/// The first path that is strong enough, to a sample, in rows from the first one that was
/// received. Synchronised rows have it in the prefix; half a prefix of early ones are
/// looked at too.
int bistatic_aligner::find_first_path(int first_row)
{
    std::fill(d_profile.begin(), d_profile.end(), 0.0);
    for (int m = first_row; m < std::min(d_n_rows, first_row + N_PROBES); ++m) {
        const auto in = d_to_delays.input();
        std::fill(in.begin(), in.end(), 0);
        for (int k = 0; k < d_n_cells; ++k) {
            in[(k - d_n_cells / 2 + d_fft_len) % d_fft_len] = { re(m)[k], im(m)[k] };
        }
        const auto out = d_to_delays.run();
        for (int i = 0; i < d_fft_len; ++i) {
            d_profile[i] += std::norm(out[i]);
        }
    }
    const auto power = [&](int d) { return d_profile[(d + d_fft_len) % d_fft_len]; };
    const int early = d_cp_len / 2;
    double most = 0;
    for (int d = -early; d <= d_cp_len; ++d) {
        most = std::max(most, power(d));
    }
    int d = -early;
    while (d < d_cp_len && power(d) < d_margin * most) {
        ++d;
    }
    while (d < d_cp_len && power(d + 1) > power(d)) {
        ++d; // up to its peak
    }
    return d;
}

/// Phase and power of the tap of a row, and how far its delay is off: a Newton step.
void bistatic_aligner::measure(int m)
{
    const double step = d_delay[m] / d_fft_len;
    const auto s = sum_turned(
        re(m), im(m), angle_of(-step * (d_n_cells / 2)), angle_of(step), d_n_cells);
    d_weight[m] = double(s.re) * s.re + double(s.im) * s.im;
    d_turns[m] = d_off[m] = 0;
    if (d_weight[m] > 0) {
        d_turns[m] = std::atan2(s.im, s.re) / TURN;
        const double slope = (double(s.far_im) * s.re - double(s.far_re) * s.im) /
                             (d_weight[m] * d_curvature); // rad a cell
        d_off[m] = -slope * d_fft_len / TURN;
    }
}

/// From row to row. Whole samples between neighbours are the synchroniser's: no clock
/// drifts so far. A row that has faded tells nothing, and the next one starts where the
/// one before it was.
void bistatic_aligner::follow(int first_row)
{
    double here = find_first_path(first_row), jump = 0, most = 0;
    bool is_first = true;
    for (int m = 0; m < d_n_rows; ++m) {
        d_delay[m] = here;
        measure(m);
        if (d_weight[m] > FADED * most) {
            jump += is_first ? 0 : std::round(d_off[m]);
            here += d_off[m];
            most = std::max(most, d_weight[m]);
            is_first = false;
        }
        d_jump[m] = jump;
    }
}

/// Weighted least squares of a line through the delays less the jumps.
void bistatic_aligner::fit_line()
{
    double w = 0, wm = 0, wmm = 0, wd = 0, wmd = 0;
    for (int m = 0; m < d_n_rows; ++m) {
        const double at = m - 0.5 * (d_n_rows - 1);
        const double delay = d_delay[m] + d_off[m] - d_jump[m];
        w += d_weight[m];
        wm += d_weight[m] * at;
        wmm += d_weight[m] * at * at;
        wd += d_weight[m] * delay;
        wmd += d_weight[m] * at * delay;
    }
    const double det = w * wmm - wm * wm;
    d_per_row = det > 0 ? (w * wmd - wm * wd) / det : 0;
    const double middle = (wd - d_per_row * wm) / w;
    for (int m = 0; m < d_n_rows; ++m) {
        d_delay[m] = middle + (m - 0.5 * (d_n_rows - 1)) * d_per_row + d_jump[m];
    }
}

void bistatic_aligner::turn_rows(span<const std::complex<float>> rx,
                                 span<std::complex<float>> out) const
{
    for (int m = 0; m < d_n_rows; ++m) {
        const std::size_t at = static_cast<std::size_t>(m) * d_n_cells;
        const double step = d_delay[m] / d_fft_len;
        turn_row(floats(rx.data() + at),
                 angle_of(-d_turns[m] - step * (d_n_cells / 2)),
                 angle_of(step),
                 d_n_cells,
                 reinterpret_cast<float*>(out.data() + at));
    }
}

/// E|h|^2 of the tap.
double bistatic_aligner::power() const
{
    double power = 0, energy = 0;
    for (int m = 0; m < d_n_rows; ++m) {
        power += d_weight[m];
        energy += d_weight[m] > 0 ? d_energy[m] * d_energy[m] : 0;
    }
    return power / energy;
}

line_of_sight bistatic_aligner::align(span<const std::complex<float>> tx,
                                      span<const std::complex<float>> rx,
                                      span<std::complex<float>> out)
{
    const std::size_t len = static_cast<std::size_t>(d_n_rows) * d_n_cells;
    require_len("tx", tx.size(), len);
    require_len("rx", rx.size(), len);
    require_len("out", out.size(), len);
    line_of_sight sight;
    const int first_row = take_channel(tx, rx);
    sight.found = first_row < d_n_rows;
    std::fill(d_delay.begin(), d_delay.end(), 0.0);
    std::fill(d_turns.begin(), d_turns.end(), 0.0);
    if (sight.found) {
        follow(first_row);
        fit_line();
        for (int m = 0; m < d_n_rows; ++m) {
            measure(m);
        }
        fit_line();
        sight.delay = d_delay[0];
        sight.drift_ppm = 1e6 * d_per_row / d_symbol_len;
        sight.power = power();
    }
    turn_rows(rx, out);
    return sight;
}

} // namespace dsp
} // namespace isac
} // namespace gr
