/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef FMT_DATE_H
#define FMT_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include <talloc.h>

#include "base/err.h"
#include "fmt/lang.h"

/* A civil date of the proleptic Gregorian calendar, years 1900 to 2999. */
struct date {
	int	y, m, d;
};

struct period {
	int	y, m;
};

/* An instant in somebody's zone. */
struct local_time {
	struct date	 date;
	int		 hour, min, sec;
	const char	*zone;		/* "WIB", static */
};

bool	date_valid(struct date d);
int	date_month_days(int y, int m);
/* Days since 1970-01-01, negative before. */
int	date_days(struct date d);
struct date date_from_days(int days);
/* 0 is Monday. */
int	date_weekday(struct date d);
/* <0, 0, >0. */
int	date_cmp(struct date a, struct date b);
/* May leave the range of years: check with date_valid(). */
struct date date_add_days(struct date d, int n);
/* 31 January + 1 is the last day of February. */
struct date date_add_months(struct date d, int n);

/*
 * Reads what people type, seen from `today`: . hi b k, +3 -1 (days), +2m
 * (weeks) +1b (months) +1t (years), ab aw (end, start of this month), sen..min
 * (the next such day after today), 15 1507 150726 15072026 15/7 15-07-2026
 * 15 agu, 2026-07-15. `future` makes a day without month, or without year, the
 * next one that is not past; otherwise it lies in this month or year. Failure
 * is ERR_BAD_FIELD with a fixed English sentence (a msgid).
 */
int	date_parse(const char *s, struct date today, bool future,
	    struct date *out, struct err *e)
	    __attribute__((warn_unused_result));
/* Reads YYYY-MM-DD and nothing else (the wire). */
int	date_parse_iso(const char *s, struct date *out, struct err *e)
	    __attribute__((warn_unused_result));

/* "12-07-2026". */
char	*date_format(TALLOC_CTX *ctx, struct date d);
/* "2026-07-12". */
char	*date_iso(TALLOC_CTX *ctx, struct date d);
/* "15 Agu 2026". */
char	*date_short(TALLOC_CTX *ctx, struct date d, enum fmt_lang lang);
/* "Sab 15 Agu 2026 (+34 hari)", "(hari ini)" when it is today. */
char	*date_long(TALLOC_CTX *ctx, struct date d, struct date today,
	    enum fmt_lang lang);
/* Days late as of today: "lewat 2 hr", "hari ini", "3 hr lagi". */
char	*date_late(TALLOC_CTX *ctx, struct date due, struct date today,
	    enum fmt_lang lang);
/* "Juli" or "Jul"; "" outside 1..12. */
const char *date_month_name(int m, bool full, enum fmt_lang lang);
/* "Sab"; 0 is Monday. */
const char *date_weekday_name(int wd, enum fmt_lang lang);

/*
 * Reads a month: . 0726 072026 7/26 2026-07, jul, jul 2026, 7 (this year),
 * -1 +1 (months from this one).
 */
int	period_parse(const char *s, struct date today, struct period *out,
	    struct err *e) __attribute__((warn_unused_result));
/* Reads YYYY-MM and nothing else (the wire). */
int	period_parse_iso(const char *s, struct period *out, struct err *e)
	    __attribute__((warn_unused_result));
/* "Jul 2026", "Juli 2026", "2026-07". */
char	*period_short(TALLOC_CTX *ctx, struct period p, enum fmt_lang lang);
char	*period_long(TALLOC_CTX *ctx, struct period p, enum fmt_lang lang);
char	*period_iso(TALLOC_CTX *ctx, struct period p);
struct date period_first(struct period p);
struct date period_last(struct period p);
struct period period_add(struct period p, int months);

/*
 * Minutes east of UTC and the abbreviation (static) of a zone name. Indonesia
 * keeps no summer time, so its three zones and UTC are all there is.
 */
int	zone_find(const char *zone, int *minutes, const char **abbr,
	    struct err *e) __attribute__((warn_unused_result));
/* RFC 3339 with Z or an offset, T or blank, fraction dropped -> UTC seconds. */
int	instant_parse(const char *s, int64_t *secs, struct err *e)
	    __attribute__((warn_unused_result));
/* "2026-07-12T03:42:31Z". */
char	*instant_format(TALLOC_CTX *ctx, int64_t secs);
int	instant_local(int64_t secs, const char *zone, struct local_time *out,
	    struct err *e) __attribute__((warn_unused_result));
/* "12-07-2026 10:42", with seconds "12-07-2026 10:42:31 WIB". */
char	*local_format(TALLOC_CTX *ctx, const struct local_time *t, bool secs);
/* The date in that zone now. */
int	date_today(const char *zone, struct date *out, struct err *e)
	    __attribute__((warn_unused_result));

#endif
