/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_SENSING_KEYWORDS_H
#define INCLUDED_ISAC_SENSING_KEYWORDS_H

#include <gnuradio/isac/sensing_params.h>
#include <gnuradio/isac/waveform.h>
#include <memory>

namespace gr {
namespace isac {

/*!
 * The fields of sensing_params that something takes as Python keywords, in their order:
 * values becomes a function's last arguments, in the order of the fields.
 */
template <auto... fields>
struct sensing_keywords {
    template <class T>
    static T type_of(T sensing_params::*);

    /// sensing_params with these fields, the others at their defaults.
    static sensing_params params(decltype(type_of(fields))... values)
    {
        sensing_params p;
        ((p.*fields = values), ...);
        return p;
    }

    /// Something that is constructed from (waveform, params).
    template <class Made>
    static std::unique_ptr<Made> construct(const waveform& w,
                                           decltype(type_of(fields))... values)
    {
        return std::make_unique<Made>(w, params(values...));
    }

    /// Something that is constructed from (n_rows, n_columns, params).
    template <class Made>
    static std::unique_ptr<Made>
    construct_sized(int n_rows, int n_columns, decltype(type_of(fields))... values)
    {
        return std::make_unique<Made>(n_rows, n_columns, params(values...));
    }

    /// A block, made with make(waveform, params).
    template <class Block>
    static typename Block::sptr make(const waveform& w,
                                     decltype(type_of(fields))... values)
    {
        return Block::make(w, params(values...));
    }
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_SENSING_KEYWORDS_H */
