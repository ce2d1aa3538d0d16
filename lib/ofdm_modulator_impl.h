/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_OFDM_MODULATOR_IMPL_H
#define INCLUDED_ISAC_OFDM_MODULATOR_IMPL_H

#include <gnuradio/isac/dsp/ofdm.h>
#include <gnuradio/isac/ofdm_modulator.h>

namespace gr {
namespace isac {

class ofdm_modulator_impl : public ofdm_modulator
{
public:
    explicit ofdm_modulator_impl(const isac::waveform& waveform);

    int work(int noutput_items,
             gr_vector_const_void_star& input_items,
             gr_vector_void_star& output_items) override;

private:
    const int d_row_len, d_symbol_len;
    dsp::ofdm_modulator d_modulator;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_OFDM_MODULATOR_IMPL_H */
