/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_API_H
#define INCLUDED_ISAC_API_H

// What is visible outside the library. No GNU Radio header: the signal processing
// includes this file too and stands without it.
#define ISAC_API __attribute__((visibility("default")))

#endif /* INCLUDED_ISAC_API_H */
