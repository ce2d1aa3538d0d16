/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_EQUALIZER_IMPL_H
#define INCLUDED_ISAC_EQUALIZER_IMPL_H

#include "row_groups.h"
#include <gnuradio/isac/dsp/equalizer.h>
#include <gnuradio/isac/equalizer.h>

namespace gr {
namespace isac {

class equalizer_impl : public equalizer
{
public:
    explicit equalizer_impl(const isac::waveform& waveform, double noise_var);

    void forecast(int noutput_items, gr_vector_int& ninput_items_required) override;

    int general_work(int noutput_items,
                     gr_vector_int& ninput_items,
                     gr_vector_const_void_star& input_items,
                     gr_vector_void_star& output_items) override;

private:
    const isac::waveform d_waveform;
    const row_groups d_groups;
    float d_noise_var;
    dsp::equalizer d_equalizer;
    std::vector<gr::tag_t> d_tags;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_EQUALIZER_IMPL_H */
