/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "truth_pdu.h"

namespace gr {
namespace isac {

pmt::pmt_t truth_pdu(const dsp::scene_channel& channel,
                     const waveform& w,
                     std::uint64_t first_sample,
                     std::uint64_t number)
{
    const double middle = first_sample + w.preamble_len() + 0.5 * w.body_len();
    const double time_s = middle / w.sample_rate_hz();

    std::vector<float> rows;
    for (const auto& ray : channel.truth(time_s)) {
        for (const double value :
             { ray.range_m, ray.velocity_mps, ray.angle_rad, ray.snr_db }) {
            rows.push_back(static_cast<float>(value));
        }
    }
    auto dict = pmt::make_dict();
    dict = pmt::dict_add(dict, meta::NUMBER, pmt::from_uint64(number));
    dict = pmt::dict_add(dict, meta::TIME, pmt::from_double(time_s));
    if (channel.has_leakage()) {
        dict = pmt::dict_add(dict, meta::LEAKAGE, pmt::PMT_T);
    }
    return pmt::cons(dict, pmt::init_f32vector(rows.size(), rows));
}

} // namespace isac
} // namespace gr
