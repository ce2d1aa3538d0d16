/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_FADING_PROFILE_H
#define INCLUDED_ISAC_DSP_FADING_PROFILE_H

#include <gnuradio/isac/scene.h>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

struct fading_path {
    double delay; ///< over the delay spread
    double power_db;
};

/// The paths of a profile: 3GPP TR 38.901, tables 7.7.2-1 to 7.7.2-3.
const std::vector<fading_path>& fading_paths(fading_profile profile);

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_FADING_PROFILE_H */
