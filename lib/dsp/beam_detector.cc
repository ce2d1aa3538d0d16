/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "beam_detector.h"
#include "require.h"
#include "simd.h"
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

using complex = std::complex<float>;

/// Every beam is a chance for noise.
sensing_params per_beam(sensing_params s, int n_beams)
{
    s.false_alarm_rate /= n_beams;
    return s;
}

ISAC_SIMD void add_scaled(const float* x, complex weight, float* y, int n)
{
    const float re = weight.real(), im = weight.imag();
    for (int i = 0; i < 2 * n; i += 2) {
        y[i] += re * x[i] - im * x[i + 1];
        y[i + 1] += re * x[i + 1] + im * x[i];
    }
}

/// Keeps the greater of each power and that of a cell.
ISAC_SIMD void raise(const float* cells, float* power, int n)
{
    for (int i = 0; i < n; ++i) {
        const float norm =
            cells[2 * i] * cells[2 * i] + cells[2 * i + 1] * cells[2 * i + 1];
        power[i] = norm > power[i] ? norm : power[i];
    }
}

} // namespace

beam_detector::beam_detector(const waveform& w,
                             const antenna_array& array,
                             int n_tx,
                             const sensing_params& s)
    : d_waveform(w),
      d_array(array),
      d_geometry(w, s),
      d_max_echoes(s.max_targets),
      d_range_doppler(w, s),
      d_detector(w, per_beam(s, n_beams())),
      d_maps(array.n_elements(), volk::vector<complex>(d_geometry.map_len())),
      d_beam(d_geometry.map_len())
{
    const int most = w.n_subcarriers() / w.n_range_bins();
    require(n_tx <= most,
            "array_sensor",
            "tx_array.n_elements",
            n_tx,
            "echoes from within the prefix alias on more combs than " +
                std::to_string(most));
    use({});
}

std::vector<complex> beam_detector::beams(int n,
                                          const std::vector<complex>& calibration) const
{
    auto weights = d_array.codebook(n);
    for (std::size_t i = 0; i < weights.size() && !calibration.empty(); ++i) {
        weights[i] *= std::conj(calibration[i % d_array.n_elements()]);
    }
    return weights;
}

void beam_detector::use(const std::vector<complex>& calibration)
{
    d_weights = beams(n_beams(), calibration);
    d_fine_weights = beams(n_angles(), calibration);
}

void beam_detector::make_maps(span<const complex* const> sent,
                              span<const complex* const> received)
{
    const std::size_t grid_len = d_waveform.grid_len();
    for (std::size_t t = 0; t < sent.size(); ++t) {
        for (std::size_t r = 0; r < received.size(); ++r) {
            d_range_doppler.compute({ sent[t], grid_len },
                                    { received[r], grid_len },
                                    d_maps[t * received.size() + r]);
        }
    }
}

void beam_detector::make_beam(const complex* weights)
{
    std::fill(d_beam.begin(), d_beam.end(), complex(0));
    for (int element = 0; element < d_array.n_elements(); ++element) {
        add_scaled(reinterpret_cast<const float*>(d_maps[element].data()),
                   weights[element],
                   reinterpret_cast<float*>(d_beam.data()),
                   d_geometry.map_len());
    }
}

void beam_detector::range_angle(span<float> power)
{
    require_len("power", power.size(), n_angles() * n_ranges());
    std::fill(power.begin(), power.end(), 0.0f);
    for (int angle = 0; angle < n_angles(); ++angle) {
        make_beam(&d_fine_weights[angle * d_array.n_elements()]);
        for (int row = 0; row < d_geometry.n_velocities(); ++row) {
            raise(reinterpret_cast<const float*>(&d_beam[row * n_ranges()]),
                  &power[angle * n_ranges()],
                  n_ranges());
        }
    }
}

/// What several beams have found is one echo, where the strongest has found it.
void beam_detector::merge()
{
    std::sort(d_found.begin(), d_found.end(), [](const target& a, const target& b) {
        return a.snr_db > b.snr_db;
    });
    d_places.clear();
    for (const auto& found : d_found) {
        const auto is_same = [&](const echo_place& known) {
            return std::abs(known.range_m - found.range_m) < d_waveform.range_bin_m() &&
                   std::abs(known.velocity_mps - found.velocity_mps) <
                       d_waveform.velocity_bin_mps();
        };
        if (d_places.size() < d_max_echoes &&
            std::none_of(d_places.begin(), d_places.end(), is_same)) {
            d_places.push_back({ found.range_m, found.velocity_mps });
        }
    }
}

const std::vector<echo_place>& beam_detector::detect(span<const complex* const> sent,
                                                     span<const complex* const> received)
{
    make_maps(sent, received);
    d_found.clear();
    for (int beam = 0; beam < n_beams(); ++beam) {
        make_beam(&d_weights[beam * d_array.n_elements()]);
        const auto& found = d_detector.detect(d_beam);
        d_found.insert(d_found.end(), found.begin(), found.end());
    }
    merge();
    return d_places;
}

} // namespace dsp
} // namespace isac
} // namespace gr
