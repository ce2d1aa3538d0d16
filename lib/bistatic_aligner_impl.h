/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_BISTATIC_ALIGNER_IMPL_H
#define INCLUDED_ISAC_BISTATIC_ALIGNER_IMPL_H

#include <gnuradio/isac/bistatic_aligner.h>
#include <gnuradio/isac/dsp/bistatic_aligner.h>
#include <atomic>

namespace gr {
namespace isac {

class bistatic_aligner_impl : public bistatic_aligner
{
public:
    bistatic_aligner_impl(const isac::waveform& waveform, double sight_margin_db);

    std::uint64_t aligned() const override { return d_aligned; }
    std::uint64_t blind() const override { return d_blind; }

    int work(int noutput_items,
             gr_vector_const_void_star& input_items,
             gr_vector_void_star& output_items) override;

private:
    void tag_frame(int row, const dsp::line_of_sight& sight);

    const isac::waveform d_waveform;
    dsp::bistatic_aligner d_aligner;
    std::vector<gr::tag_t> d_tags;
    std::atomic<std::uint64_t> d_aligned{ 0 }, d_blind{ 0 };
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_BISTATIC_ALIGNER_IMPL_H */
