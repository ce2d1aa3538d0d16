/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cfar_rule.h"
#include "require.h"
#include <gnuradio/isac/dsp/cfar.h>
#include <algorithm>
#include <cmath>
#include <map>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int MAX_REACH = 1024; // columns; beyond it a threshold says nothing local

const sensing_params& checked(const sensing_params& p, int n_rows, int n_columns)
{
    const auto must = [](bool ok, const char* name, auto value, const auto& rule) {
        require(ok, "cfar", name, value, rule);
    };
    must(p.false_alarm_rate > 0 && p.false_alarm_rate < 1,
         "false_alarm_rate",
         p.false_alarm_rate,
         "it must be in (0, 1)");
    must(p.guard >= 0, "guard", p.guard, "it must be >= 0");
    must(p.training >= 1, "training", p.training, "it must be >= 1");
    must(p.os_rank > 0 && p.os_rank <= 1, "os_rank", p.os_rank, "it must be in (0, 1]");
    must(p.range_padding >= 1, "range_padding", p.range_padding, "it must be >= 1");
    must(p.velocity_padding >= 1,
         "velocity_padding",
         p.velocity_padding,
         "it must be >= 1");
    must(n_columns >= 1, "n_columns", n_columns, "it must be >= 1");
    const double reach = static_cast<double>(p.guard) + p.training;
    must(2 * reach * p.velocity_padding + 1 <= n_rows,
         p.velocity_padding == 1 ? "2 * (guard + training) + 1"
                                 : "2 * (guard + training) * velocity_padding + 1",
         2 * reach * p.velocity_padding + 1,
         "it must be <= the " + std::to_string(n_rows) + " velocities of the map");
    must(reach * p.range_padding <= MAX_REACH,
         "(guard + training) * range_padding",
         reach * p.range_padding,
         "it must be <= " + std::to_string(MAX_REACH));
    return p;
}

cfar_window window_of(int n_rows, int n_columns, const sensing_params& p)
{
    const int reach = p.guard + p.training;
    return { n_rows,
             n_columns,
             p.guard * p.velocity_padding,
             reach * p.velocity_padding,
             p.guard * p.range_padding,
             reach * p.range_padding };
}

/// [n_columns]; only where the window is cut off does the column matter.
std::vector<cfar_factor> factors_of(const cfar_window& window, const sensing_params& p)
{
    const cfar_statistics statistics(window, p);
    std::map<std::pair<int, int>, cfar_factor> known;
    std::vector<cfar_factor> factors;
    for (int column = 0; column < window.n_columns; ++column) {
        const int before = std::min(column, window.column_reach);
        const int behind = std::min(window.n_columns - 1 - column, window.column_reach);
        const auto place = std::minmax(before, behind); // a mirror image is the same
        const std::pair<int, int> key(place.first, place.second);
        auto found = known.find(key);
        if (found == known.end()) {
            found = known.emplace(key, statistics.at(column)).first;
        }
        factors.push_back(found->second);
    }
    return factors;
}

} // namespace

cfar::cfar(int n_rows, int n_columns, const sensing_params& p)
    : d_n_rows(n_rows), d_n_columns(n_columns)
{
    const auto window = window_of(n_rows, n_columns, checked(p, n_rows, n_columns));
    const auto factors = factors_of(window, p);
    for (const auto& f : factors) {
        d_alpha.push_back(f.on_estimate * f.bias);
    }
    d_rule = p.cfar == cfar_kind::OS ? make_order_rule(window, factors)
                                     : make_mean_rule(window, p.cfar, factors);
    d_above.reserve(static_cast<std::size_t>(n_rows) * n_columns);
}

cfar::~cfar() = default;
cfar::cfar(cfar&&) noexcept = default;
cfar& cfar::operator=(cfar&&) noexcept = default;

span<const int> cfar::detect(span<const float> power)
{
    require_map(power);
    d_above.clear();
    count_bad(power, d_rule->find(power.data(), d_above));
    if (!std::is_sorted(d_above.begin(), d_above.end())) {
        std::sort(d_above.begin(), d_above.end());
    }
    return d_above;
}

void cfar::compute(span<const float> power, span<float> thresholds)
{
    require_map(power);
    require_len("thresholds", thresholds.size(), power.size());
    count_bad(power, d_rule->thresholds(power.data(), thresholds.data()));
}

void cfar::require_map(span<const float> power) const
{
    require_len("power", power.size(), static_cast<std::size_t>(d_n_rows) * d_n_columns);
}

float cfar::threshold(span<const float> power, int cell) const
{
    require_map(power);
    require(cell >= 0 && cell < d_n_rows * d_n_columns,
            "cfar",
            "cell",
            cell,
            "it must be a cell of the map");
    return d_rule->threshold(power.data(), cell / d_n_columns, cell % d_n_columns);
}

double cfar::noise(span<const float> power, int cell) const
{
    return threshold(power, cell) / d_alpha[cell % d_n_columns];
}

void cfar::count_bad(span<const float> power, bool is_finite)
{
    const auto is_bad = [](float x) { return !std::isfinite(x); };
    d_n_not_finite =
        is_finite ? 0
                  : static_cast<int>(std::count_if(power.begin(), power.end(), is_bad));
}

} // namespace dsp
} // namespace isac
} // namespace gr
