/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <syslog.h>

/*
 * One key=value line to stderr with a syslog priority prefix (<6>), which
 * journald understands. Libraries and drivers never log; the gate, the job
 * runner, the supervisor and main do. Values are escaped: nothing from
 * outside reaches the log raw.
 */
void	log_open(const char *role, int level);	/* level: LOG_DEBUG .. LOG_ERR */
void	log_level_set(int level);
void	log_line(int prio, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

#define log_error(...)	log_line(LOG_ERR, __VA_ARGS__)
#define log_warn(...)	log_line(LOG_WARNING, __VA_ARGS__)
#define log_info(...)	log_line(LOG_INFO, __VA_ARGS__)
#define log_debug(...)	log_line(LOG_DEBUG, __VA_ARGS__)

#endif
