/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DOCSTRINGS_H
#define INCLUDED_ISAC_DOCSTRINGS_H

/// The comment above a class, D(class), or above its function, D(class, function); empty
/// if there is none. The texts are in docstrings.cc, which docstrings.py writes.
const char* docstring(const char* name);

#define D(...) docstring(#__VA_ARGS__)

#endif /* INCLUDED_ISAC_DOCSTRINGS_H */
