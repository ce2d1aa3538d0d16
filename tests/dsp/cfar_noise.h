/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_TEST_CFAR_NOISE_H
#define INCLUDED_ISAC_TEST_CFAR_NOISE_H

#include <gnuradio/isac/sensing_params.h>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <ostream>
#include <random>
#include <vector>

namespace gr {
namespace isac {
inline std::ostream& operator<<(std::ostream& out, cfar_kind kind)
{
    return out << static_cast<int>(kind);
}
} // namespace isac
} // namespace gr

namespace cfar_test {

using namespace gr::isac;

namespace data = boost::unit_test::data;

inline sensing_params rectangular(double false_alarm_rate, int guard, int training)
{
    sensing_params p;
    p.range_window = p.velocity_window = gr::isac::window::RECTANGULAR;
    p.false_alarm_rate = false_alarm_rate;
    p.guard = guard;
    p.training = training;
    return p;
}

inline std::vector<float> exponential(int n, std::mt19937& rng)
{
    std::exponential_distribution<float> power(0.25f); // mean 4: it must not matter
    std::vector<float> cells(n);
    for (auto& cell : cells) {
        cell = power(rng);
    }
    return cells;
}

const auto KINDS =
    data::make({ cfar_kind::CA, cfar_kind::GO, cfar_kind::SO, cfar_kind::OS });

} // namespace cfar_test

#endif /* INCLUDED_ISAC_TEST_CFAR_NOISE_H */
