/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

/*
 * The only readers of the clock (a lint keeps it so). JABBAR_CLOCK=SECONDS in
 * the environment of a test freezes the wall clock there; the monotonic clock
 * is never moved.
 */
time_t	clock_now(void);		/* UTC seconds since 1970 */
int64_t	clock_mono_ms(void);		/* milliseconds, for timers only */
int64_t	clock_mono_us(void);

#endif
