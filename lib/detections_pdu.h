/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DETECTIONS_PDU_H
#define INCLUDED_ISAC_DETECTIONS_PDU_H

#include <gnuradio/isac/dsp/target_detector.h>
#include <gnuradio/isac/frame_meta.h>
#include <pmt/pmt.h>
#include <vector>

namespace gr {
namespace isac {

/// A table of targets as the PDU that cfar_detector and sensor send.
inline pmt::pmt_t detections_pdu(const pmt::pmt_t& frame,
                                 const std::vector<dsp::target>& targets)
{
    std::vector<float> rows;
    rows.reserve(6 * targets.size());
    for (const auto& t : targets) {
        rows.insert(rows.end(),
                    { t.range_m,
                      t.velocity_mps,
                      t.snr_db,
                      t.range_std_m,
                      t.velocity_std_mps,
                      t.range_velocity_cov });
    }
    static const pmt::pmt_t columns =
        pmt::mp("range_m velocity_mps snr_db range_std_m velocity_std_mps "
                "range_velocity_cov");
    return pmt::cons(pmt::dict_add(frame, meta::COLUMNS, columns),
                     pmt::init_f32vector(rows.size(), rows));
}

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DETECTIONS_PDU_H */
