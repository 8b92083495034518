/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"

#include <stdlib.h>

time_t
clock_now(void)
{
	const char	*frozen = getenv("JABBAR_CLOCK");
	struct timespec	 ts;

	if (frozen != NULL && *frozen != '\0')
		return (time_t)strtoll(frozen, NULL, 10);
	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec;
}

int64_t
clock_mono_us(void)
{
	struct timespec	 ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t
clock_mono_ms(void)
{
	return clock_mono_us() / 1000;
}
