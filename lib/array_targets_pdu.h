/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_ARRAY_TARGETS_PDU_H
#define INCLUDED_ISAC_ARRAY_TARGETS_PDU_H

#include <gnuradio/isac/dsp/array_sensor.h>
#include <gnuradio/isac/frame_meta.h>
#include <pmt/pmt.h>
#include <vector>

namespace gr {
namespace isac {

/// A table of targets with angles as the PDU that angle_estimator sends.
inline pmt::pmt_t array_targets_pdu(const pmt::pmt_t& frame,
                                    const std::vector<dsp::array_target>& targets)
{
    static const pmt::pmt_t columns = pmt::mp("range_m velocity_mps snr_db range_std_m "
                                              "velocity_std_mps angle_rad angle_std_rad");
    std::vector<float> rows;
    rows.reserve(7 * targets.size());
    for (const auto& t : targets) {
        rows.insert(rows.end(),
                    { t.range_m,
                      t.velocity_mps,
                      t.snr_db,
                      t.range_std_m,
                      t.velocity_std_mps,
                      t.angle_rad,
                      t.angle_std_rad });
    }
    return pmt::cons(pmt::dict_add(frame, meta::COLUMNS, columns),
                     pmt::init_f32vector(rows.size(), rows));
}

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_ARRAY_TARGETS_PDU_H */
