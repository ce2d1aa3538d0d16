/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "beam_detector.h"
#include "phase_slopes.h"
#include "require.h"
#include <gnuradio/isac/dsp/array_sensor.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

using complex = std::complex<float>;

constexpr int N_CLOSER_LOOKS = 2;
constexpr double REST_BINS = 2.5; // as in target_detector, which has no directions
constexpr double REST_DB = 30;
constexpr float DEAF = 1e-4f;           // an element 40 dB below the mean hears noise
constexpr double ONE_PLACE_BINS = 0.35; // nearer ones would amplify the noise

angle_params alone(const angle_params& p) { return { p.method, 1, 1, 0 }; }

double noise_of(const plane_wave& w)
{
    return std::pow(10, (w.power_db - w.snr_db) / 10);
}

const sensing_params& checked(const sensing_params& s)
{
    require(s.false_alarm_rate > 0 && s.false_alarm_rate < 1,
            "array_sensor",
            "false_alarm_rate",
            s.false_alarm_rate,
            "it must be in (0, 1)");
    require(s.max_targets >= 1,
            "array_sensor",
            "max_targets",
            s.max_targets,
            "it must be >= 1");
    return s;
}

} // namespace

array_sensor::array_sensor(const waveform& w,
                           const antenna_array& tx_array,
                           const antenna_array& rx_array,
                           const sensing_params& s,
                           const angle_params& p,
                           span<const complex> calibration)
    : d_waveform(w),
      d_array(virtual_array(tx_array, rx_array)),
      d_n_tx(tx_array.n_elements()),
      d_n_rx(rx_array.n_elements()),
      d_max_echoes(checked(s).max_targets),
      d_least_snr(-std::log(s.false_alarm_rate / n_beams())),
      d_angle(p),
      d_detector(std::make_unique<beam_detector>(w, d_array, d_n_tx, s)),
      d_snapshots(std::make_unique<echo_snapshots>(w, d_n_tx, d_n_rx, s.max_targets)),
      d_slopes(std::make_unique<phase_slopes>(*d_snapshots)),
      d_estimator(d_array, p, calibration),
      d_single(d_array, alone(p), calibration)
{
    use({ calibration.begin(), calibration.end() });
}

array_sensor::~array_sensor() = default;
array_sensor::array_sensor(array_sensor&&) noexcept = default;

int array_sensor::n_ranges() const { return d_detector->n_ranges(); }

int array_sensor::n_angles() const { return d_detector->n_angles(); }

void array_sensor::range_angle(span<float> power) { d_detector->range_angle(power); }

void array_sensor::use(std::vector<complex> calibration)
{
    d_calibration = std::move(calibration);
    const span<const complex> known(d_calibration.data(), d_calibration.size());
    d_estimator = angle_estimator(d_array, d_angle, known);
    d_single = angle_estimator(d_array, alone(d_angle), known);
    d_detector->use(d_calibration);
}

void array_sensor::report(const echo_place& place, double noise, const plane_wave& d)
{
    const auto& w = d_waveform;
    const double snr = d_slopes->power() / noise * d_snapshots->n_parts() * n_elements();
    if (!(snr > d_least_snr)) {
        return; // a rest of stronger echoes: noise alone would not have been detected
    }
    const double std_bins = std::sqrt(6 / snr) / (2 * M_PI);
    // A delay turns phases backwards over frequency, an approach forwards over time.
    const double range_bins = -d_slopes->per_cell() / (2 * M_PI) * w.n_subcarriers();
    const double velocity_bins = d_slopes->per_symbol() / (2 * M_PI) * w.n_symbols();
    const auto f = [](double value) { return static_cast<float>(value); };
    d_targets.push_back({ f(place.range_m + range_bins * w.range_bin_m()),
                          f(place.velocity_mps + velocity_bins * w.velocity_bin_mps()),
                          f(10 * std::log10(snr)),
                          f(std_bins * w.range_bin_m()),
                          f(std_bins * w.velocity_bin_mps()),
                          d.angle_rad,
                          d.angle_std_rad });
}

void array_sensor::measure(const echo_place& place, span<const complex> snapshots)
{
    const auto& directions = d_estimator.estimate(snapshots);
    if (directions.size() == 1) {
        measure_alone(place, snapshots, noise_of(directions[0]));
        return;
    }
    for (std::size_t i = 0; i < directions.size(); ++i) {
        d_slopes->fit(snapshots, &d_estimator.separator()[i * n_elements()]);
        report(place, noise_of(directions[i]), directions[i]);
    }
}

/// All parts in phase are one snapshot, at the bound. The noise is that of the parts by
/// themselves, which know it better.
void array_sensor::measure_alone(const echo_place& place,
                                 span<const complex> snapshots,
                                 double noise)
{
    d_slopes->clear();
    if (d_single.estimate(d_slopes->in_phase(snapshots)).empty()) {
        return;
    }
    d_slopes->fit(snapshots, d_single.separator().data());
    for (auto wave : d_single.estimate(d_slopes->in_phase(snapshots))) {
        const double seen = noise_of(wave) * d_snapshots->n_parts();
        wave.angle_std_rad *= static_cast<float>(std::sqrt(noise / seen));
        report(place, noise, wave);
    }
}

/// One look at every place. \returns false if there was nothing to look with.
bool array_sensor::measure_all(span<const complex* const> sent,
                               span<const complex* const> received)
{
    d_targets.clear();
    if (!d_snapshots->measure(sent, received, d_places)) {
        return false;
    }
    for (std::size_t echo = 0; echo < d_places.size(); ++echo) {
        measure(d_places[echo], d_snapshots->snapshots(static_cast<int>(echo)));
    }
    std::sort(
        d_targets.begin(),
        d_targets.end(),
        [](const array_target& a, const array_target& b) { return a.snr_db > b.snr_db; });
    return true;
}

/// An echo that moves during the frame is no perfect point: what is left of it is close,
/// much weaker and in the same direction.
void array_sensor::remove_rests()
{
    const double beam = 1 / (n_elements() * d_array.params().spacing_wavelengths);
    const auto near = [](double a, double b, double limit) {
        return std::abs(a - b) < limit;
    };
    const double range_m = REST_BINS * d_waveform.range_bin_m();
    const double velocity_mps = REST_BINS * d_waveform.velocity_bin_mps();
    d_kept.clear();
    for (const auto& rest : d_targets) { // a rest of a rest is one too
        const auto is_rest_of = [&](const array_target& t) {
            return rest.snr_db < t.snr_db - REST_DB &&
                   near(rest.range_m, t.range_m, range_m) &&
                   near(rest.velocity_mps, t.velocity_mps, velocity_mps) &&
                   near(std::sin(rest.angle_rad), std::sin(t.angle_rad), beam);
        };
        if (std::none_of(d_targets.begin(), d_targets.end(), is_rest_of)) {
            d_kept.push_back(rest);
        }
    }
    d_targets.swap(d_kept);
}

/// Places where targets are, one for those too close to be told apart by their place.
void array_sensor::look_closer()
{
    d_places.clear();
    for (const auto& t : d_targets) {
        const auto is_same = [&](const echo_place& p) {
            return std::abs(p.range_m - t.range_m) <
                       ONE_PLACE_BINS * d_waveform.range_bin_m() &&
                   std::abs(p.velocity_mps - t.velocity_mps) <
                       ONE_PLACE_BINS * d_waveform.velocity_bin_mps();
        };
        if (static_cast<int>(d_places.size()) < d_max_echoes &&
            std::none_of(d_places.begin(), d_places.end(), is_same)) {
            d_places.push_back({ t.range_m, t.velocity_mps });
        }
    }
}

const std::vector<array_target>& array_sensor::detect(span<const complex* const> sent,
                                                      span<const complex* const> received)
{
    require_len("sent", sent.size(), d_n_tx);
    require_len("received", received.size(), d_n_rx);
    d_places = d_detector->detect(sent, received);
    if (!measure_all(sent, received)) {
        ++d_n_unusable;
        return d_targets;
    }
    // Where echoes are known better, so is what they leave in each other.
    for (int look = 0; look < N_CLOSER_LOOKS && d_targets.size() > 1; ++look) {
        look_closer();
        measure_all(sent, received);
    }
    remove_rests();
    return d_targets;
}

std::vector<complex> array_sensor::calibrate(span<const complex* const> sent,
                                             span<const complex* const> received,
                                             double range_m,
                                             double angle_rad)
{
    d_places = d_detector->detect(sent, received);
    const auto at = std::find_if(d_places.begin(), d_places.end(), [&](auto& place) {
        return std::abs(place.range_m - range_m) < d_waveform.range_bin_m();
    });
    if (at == d_places.end() || !d_snapshots->measure(sent, received, d_places)) {
        return {};
    }
    const auto snapshots =
        d_snapshots->snapshots(static_cast<int>(at - d_places.begin()));
    if (d_estimator.estimate(snapshots).empty()) {
        return {}; // none of it is finite
    }
    auto response = angle_estimator::calibrate(d_array, snapshots, angle_rad);
    const bool all_hear = std::all_of(
        response.begin(), response.end(), [](complex c) { return std::norm(c) > DEAF; });
    if (!all_hear) {
        return {};
    }
    use(std::move(response));
    return d_calibration;
}

} // namespace dsp
} // namespace isac
} // namespace gr
