/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WIRE_VERSION_H
#define WIRE_VERSION_H

/* The protocol spoken, and the oldest one still served. */
#define WIRE_PROTO	1
#define WIRE_MIN	1

#endif
