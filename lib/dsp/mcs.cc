/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "require.h"
#include <gnuradio/isac/dsp/ldpc_code.h>
#include <gnuradio/isac/dsp/mcs.h>
#include <algorithm>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr modulation MODULATIONS[] = { modulation::BPSK,
                                       modulation::QPSK,
                                       modulation::QAM16,
                                       modulation::QAM64,
                                       modulation::QAM256 };

struct code {
    coding name;
    double rate;
    double required_snr_db[5]; // with each of MODULATIONS; from bench/mcs.py
};

// Those of the convolutional code with 64- and 256-QAM, and of its rate 3/4 with 16-QAM,
// are estimates: measuring them takes an hour.
// clang-format off
constexpr code CODES[] = {
    //                                 BPSK   QPSK 16-QAM 64-QAM 256-QAM
    { coding::CC_1_2,   1. / 2., {     1.80,  4.81, 11.44, 16.70, 21.80 } },
    { coding::CC_2_3,   2. / 3., {     3.57,  6.66, 13.57, 19.50, 25.20 } },
    { coding::CC_3_4,   3. / 4., {     4.66,  7.97, 14.90, 21.00, 26.90 } },
    { coding::LDPC_1_2, 1. / 2., {    -1.46,  1.51,  6.96, 11.47, 15.78 } },
    { coding::LDPC_2_3, 2. / 3., {     0.48,  3.50,  9.45, 14.53, 19.33 } },
    { coding::LDPC_3_4, 3. / 4., {     1.54,  4.58, 10.73, 16.08, 21.19 } },
    { coding::LDPC_5_6, 5. / 6., {     2.78,  5.77, 12.13, 17.75, 23.20 } },
};
// clang-format on

std::vector<mcs> make_table()
{
    std::vector<mcs> table;
    for (const auto& c : CODES) {
        for (int i = 0; i < 5; ++i) {
            const double bits = static_cast<int>(MODULATIONS[i]) * c.rate;
            table.push_back({ MODULATIONS[i], c.name, bits, c.required_snr_db[i] });
        }
    }
    std::stable_sort(table.begin(), table.end(), [](const mcs& a, const mcs& b) {
        return a.bits_per_cell < b.bits_per_cell;
    });
    return table;
}

} // namespace

const std::vector<mcs>& mcs_table()
{
    static const auto table = make_table();
    return table;
}

double required_snr_db(modulation m, coding c)
{
    for (const auto& entry : mcs_table()) {
        if (entry.modulation == m && entry.coding == c) {
            return entry.required_snr_db;
        }
    }
    throw std::invalid_argument(
        "mcs: modulation or coding is not one of the enumerators");
}

const mcs& select_mcs(double snr_db, double margin_db)
{
    const mcs* best = nullptr;
    const mcs* most_robust = nullptr;
    for (const auto& entry : mcs_table()) {
        if (!is_ldpc(entry.coding)) {
            continue;
        }
        if (!most_robust || entry.required_snr_db < most_robust->required_snr_db) {
            most_robust = &entry;
        }
        // Of two that carry the same, the one that needs less; the table ascends in bits.
        const bool fits = entry.required_snr_db + margin_db <= snr_db;
        if (fits && (!best || entry.bits_per_cell > best->bits_per_cell ||
                     entry.required_snr_db < best->required_snr_db)) {
            best = &entry;
        }
    }
    return best ? *best : *most_robust;
}

} // namespace dsp
} // namespace isac
} // namespace gr
