/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_CHANNEL_ESTIMATOR_IMPL_H
#define INCLUDED_ISAC_CHANNEL_ESTIMATOR_IMPL_H

#include <gnuradio/isac/channel_estimator.h>
#include <gnuradio/isac/dsp/channel_estimator.h>

namespace gr {
namespace isac {

class channel_estimator_impl : public channel_estimator
{
public:
    channel_estimator_impl(const isac::waveform& waveform,
                           isac::interpolation method,
                           double max_speed_mps);

    int work(int noutput_items,
             gr_vector_const_void_star& input_items,
             gr_vector_void_star& output_items) override;

private:
    void estimate(const gr_complex* rows, int n, gr_complex* channel, gr::tag_t* tag);

    const int d_n_symbols, d_row_len, d_symbol_len;
    dsp::channel_estimator d_estimator;
    std::vector<gr::tag_t> d_tags;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_CHANNEL_ESTIMATOR_IMPL_H */
