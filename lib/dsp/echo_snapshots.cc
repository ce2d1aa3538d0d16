/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "echo_snapshots.h"
#include <volk/volk.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr double SPEED_OF_LIGHT_MPS = 299792458.0;

std::vector<int> cut(int len, int n_parts)
{
    std::vector<int> edges;
    for (int i = 0; i <= n_parts; ++i) {
        edges.push_back(static_cast<int>(static_cast<long>(len) * i / n_parts));
    }
    return edges;
}

std::vector<double> centres(const std::vector<int>& edges, int middle)
{
    std::vector<double> result;
    for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
        result.push_back(0.5 * (edges[i] + edges[i + 1] - 1) - middle);
    }
    return result;
}

} // namespace

echo_snapshots::echo_snapshots(const waveform& w, int n_tx, int n_rx, int max_echoes)
    : d_waveform(w),
      d_n_tx(n_tx),
      d_n_rx(n_rx),
      d_n_bands(std::min(MAX_PARTS, w.n_subcarriers() / 2)),
      d_n_times(std::min(MAX_PARTS, w.n_symbols())),
      d_band_edges(cut(w.n_subcarriers(), d_n_bands)),
      d_time_edges(cut(w.n_symbols(), d_n_times)),
      d_band_centres(centres(d_band_edges, w.n_subcarriers() / 2)),
      d_time_centres(centres(d_time_edges, w.n_symbols() / 2)),
      d_over_cells(max_echoes * w.n_subcarriers()),
      d_over_symbols(max_echoes * w.n_symbols()),
      d_product(w.n_subcarriers()),
      d_weighted(std::max(w.n_subcarriers(), w.n_symbols())),
      d_cell_energy(w.n_subcarriers()),
      d_symbol_energy(w.n_symbols()),
      d_in_band(d_n_bands * max_echoes * max_echoes),
      d_in_time(d_n_times * max_echoes * max_echoes),
      d_inverse(max_echoes * max_echoes),
      d_parts(max_echoes * n_parts() * n_elements()),
      d_whole(max_echoes),
      d_amplitudes(max_echoes),
      d_snapshots(d_parts.size())
{
}

cd& echo_snapshots::part(int echo, int part, int element)
{
    return d_parts[(echo * n_parts() + part) * n_elements() + element];
}

span<const std::complex<float>> echo_snapshots::snapshots(int echo) const
{
    const std::size_t len = n_parts() * n_elements();
    return { d_snapshots.data() + echo * len, len };
}

void echo_snapshots::steer(const std::vector<echo_place>& echoes)
{
    const int n_cells = d_waveform.n_subcarriers(), n_symbols = d_waveform.n_symbols();
    d_n_echoes = static_cast<int>(echoes.size());
    for (int e = 0; e < d_n_echoes; ++e) {
        const double turns_per_cell = 2 * echoes[e].range_m / SPEED_OF_LIGHT_MPS *
                                      d_waveform.params().subcarrier_spacing_hz;
        const double turns_per_symbol = -2 * echoes[e].velocity_mps /
                                        d_waveform.wavelength_m() *
                                        d_waveform.symbol_duration_s();
        for (int k = 0; k < n_cells; ++k) {
            d_over_cells[e * n_cells + k] =
                complex(std::polar(1.0, 2 * M_PI * turns_per_cell * (k - n_cells / 2)));
        }
        for (int m = 0; m < n_symbols; ++m) {
            d_over_symbols[e * n_symbols + m] = complex(
                std::polar(1.0, 2 * M_PI * turns_per_symbol * (m - n_symbols / 2)));
        }
    }
}

bool echo_snapshots::weigh(const complex* sent)
{
    const int n_cells = d_waveform.n_subcarriers();
    std::fill(d_cell_energy.begin(), d_cell_energy.end(), 0.0f);
    d_energy = 0;
    for (int m = 0; m < d_waveform.n_symbols(); ++m) {
        double energy = 0;
        for (int k = 0; k < n_cells; ++k) {
            const float cell = std::norm(sent[m * n_cells + k]);
            d_cell_energy[k] += cell;
            energy += cell;
        }
        d_symbol_energy[m] = static_cast<float>(energy);
        d_energy += energy;
    }
    return d_energy > 0 && std::isfinite(d_energy);
}

/// What echoes share in every band and time, as if the sent energy were the product of
/// that of its cells and that of its symbols: exact for symbols of equal modulus.
void echo_snapshots::overlap()
{
    const auto share = [this](const volk::vector<complex>& over,
                              const std::vector<float>& energy,
                              const std::vector<int>& edges,
                              std::vector<cd>& shared) {
        const int len = edges.back();
        for (int a = 0; a < d_n_echoes; ++a) {
            volk_32fc_32f_multiply_32fc(
                d_weighted.data(), over.data() + a * len, energy.data(), len);
            for (int b = 0; b < d_n_echoes; ++b) {
                for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
                    complex sum;
                    volk_32fc_x2_conjugate_dot_prod_32fc(&sum,
                                                         d_weighted.data() + edges[i],
                                                         over.data() + b * len + edges[i],
                                                         edges[i + 1] - edges[i]);
                    shared[(i * d_n_echoes + a) * d_n_echoes + b] = sum;
                }
            }
        }
    };
    share(d_over_cells, d_cell_energy, d_band_edges, d_in_band);
    share(d_over_symbols, d_symbol_energy, d_time_edges, d_in_time);

    const int n = d_n_echoes * d_n_echoes;
    d_inverse.assign(n, 0);
    for (int i = 0; i < n; ++i) {
        cd cells = 0, symbols = 0;
        for (int band = 0; band < d_n_bands; ++band) {
            cells += d_in_band[band * n + i];
        }
        for (int time = 0; time < d_n_times; ++time) {
            symbols += d_in_time[time * n + i];
        }
        d_inverse[i] = cells * symbols / d_energy;
    }
    if (!invert(d_inverse, d_n_echoes)) { // echoes in one place: leave them as they are
        d_inverse.assign(n, 0);
    }
}

void echo_snapshots::correlate(const complex* sent, const complex* received, int element)
{
    const int n_cells = d_waveform.n_subcarriers(), n_symbols = d_waveform.n_symbols();
    for (int time = 0; time < d_n_times; ++time) {
        for (int m = d_time_edges[time]; m < d_time_edges[time + 1]; ++m) {
            volk_32fc_x2_multiply_conjugate_32fc(
                d_product.data(), received + m * n_cells, sent + m * n_cells, n_cells);
            for (int e = 0; e < d_n_echoes; ++e) {
                const cd turn = d_over_symbols[e * n_symbols + m];
                for (int band = 0; band < d_n_bands; ++band) {
                    const int first = d_band_edges[band];
                    complex sum;
                    volk_32fc_x2_dot_prod_32fc(&sum,
                                               d_product.data() + first,
                                               d_over_cells.data() + e * n_cells + first,
                                               d_band_edges[band + 1] - first);
                    if (std::isfinite(std::norm(sum))) { // else it adds nothing
                        part(e, time * d_n_bands + band, element) += turn * cd(sum);
                    }
                }
            }
        }
    }
}

/// From each echo's correlations what the others left in them, then its amplitude.
void echo_snapshots::separate(int element)
{
    const int n = d_n_echoes;
    for (int e = 0; e < n; ++e) {
        d_whole[e] = 0;
        for (int p = 0; p < n_parts(); ++p) {
            d_whole[e] += part(e, p, element);
        }
    }
    for (int e = 0; e < n; ++e) {
        d_amplitudes[e] = 0;
        for (int other = 0; other < n; ++other) {
            d_amplitudes[e] += d_inverse[e * n + other] * d_whole[other];
        }
    }
    for (int p = 0; p < n_parts(); ++p) {
        const auto* in_band = &d_in_band[p % d_n_bands * n * n];
        const auto* in_time = &d_in_time[p / d_n_bands * n * n];
        for (int e = 0; e < n; ++e) {
            cd own = part(e, p, element);
            for (int other = 0; other < n; ++other) {
                if (other != e) {
                    const int i = e * n + other;
                    own -= in_band[i] * in_time[i] / d_energy * d_amplitudes[other];
                }
            }
            const double energy = (in_band[e * n + e] * in_time[e * n + e]).real();
            d_snapshots[(e * n_parts() + p) * n_elements() + element] =
                energy > 0 ? complex(own * d_energy / energy) : complex(0);
        }
    }
}

bool echo_snapshots::measure(span<const complex* const> sent,
                             span<const complex* const> received,
                             const std::vector<echo_place>& echoes)
{
    steer(echoes);
    std::fill(d_parts.begin(), d_parts.end(), cd(0));
    for (int t = 0; t < d_n_tx; ++t) {
        if (!weigh(sent[t])) {
            return false;
        }
        overlap();
        for (int r = 0; r < d_n_rx; ++r) {
            correlate(sent[t], received[r], t * d_n_rx + r);
            separate(t * d_n_rx + r);
        }
    }
    return true;
}

} // namespace dsp
} // namespace isac
} // namespace gr
