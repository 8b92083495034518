/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fmt/date.h"

#include <ctype.h>
#include <string.h>

#include "base/clock.h"

static const struct {
	const char	*name;
	int		 minutes;
	const char	*abbr;
} zones[] = {
	{ "Asia/Jakarta",	420, "WIB" },
	{ "Asia/Pontianak",	420, "WIB" },
	{ "Asia/Makassar",	480, "WITA" },
	{ "Asia/Ujung_Pandang",	480, "WITA" },
	{ "Asia/Jayapura",	540, "WIT" },
	{ "UTC",		  0, "UTC" },
	{ "Etc/UTC",		  0, "UTC" },
};

int
zone_find(const char *zone, int *minutes, const char **abbr, struct err *e)
{
	size_t	i;

	for (i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
		if (strcmp(zone, zones[i].name) == 0) {
			*minutes = zones[i].minutes;
			*abbr = zones[i].abbr;
			return 0;
		}
	return err_field(e, NULL, "value", "%s",
	    "this time zone is not known here");
}

/* Two digits at *p no larger than max; moves on. */
static int
two(const char **p, int max, int *v)
{
	const char	*s = *p;

	if (!isdigit((unsigned char)s[0]) || !isdigit((unsigned char)s[1]))
		return -1;
	*v = (s[0] - '0') * 10 + (s[1] - '0');
	*p = s + 2;
	return *v > max ? -1 : 0;
}

/* Z, +07:00, -0330 or +07 (as PostgreSQL writes it): minutes east. */
static int
zone_suffix(const char *p, int *minutes)
{
	int	sign, h, m = 0;

	if (*p == 'Z' || *p == 'z') {
		*minutes = 0;
		return p[1] == '\0' ? 0 : -1;
	}
	if (*p != '+' && *p != '-')
		return -1;
	sign = *p++ == '-' ? -1 : 1;
	if (two(&p, 18, &h) == -1)
		return -1;
	if (*p == ':')
		p++;
	if (*p != '\0' && two(&p, 59, &m) == -1)
		return -1;
	*minutes = sign * (h * 60 + m);
	return *p == '\0' ? 0 : -1;
}

int
instant_parse(const char *s, int64_t *secs, struct err *e)
{
	char		 day[11];
	struct date	 d;
	const char	*p;
	int		 h, m, sec, off;

	if (strnlen(s, 11) < 11)
		goto bad;
	memcpy(day, s, 10);
	day[10] = '\0';
	p = s + 10;
	if (date_parse_iso(day, &d, e) == -1)
		goto bad;
	if (*p != 'T' && *p != 't' && *p != ' ')
		goto bad;
	p++;
	if (two(&p, 23, &h) == -1 || *p++ != ':' || two(&p, 59, &m) == -1 ||
	    *p++ != ':' || two(&p, 60, &sec) == -1)
		goto bad;
	if (*p == '.')
		for (p++; isdigit((unsigned char)*p); p++)
			continue;
	if (zone_suffix(p, &off) == -1)
		goto bad;
	*secs = (int64_t)date_days(d) * 86400 + h * 3600 + m * 60 + sec -
	    off * 60;
	return 0;
bad:
	return err_field(e, NULL, "format", "%s",
	    "this is not a point in time");
}

/* Splits seconds into day number and second of the day. */
static int
day_of(int64_t secs, int *rest)
{
	int64_t	days = secs / 86400;

	*rest = (int)(secs % 86400);
	if (*rest < 0) {
		*rest += 86400;
		days--;
	}
	return (int)days;
}

char *
instant_format(TALLOC_CTX *ctx, int64_t secs)
{
	int		rest;
	struct date	d = date_from_days(day_of(secs, &rest));

	return talloc_asprintf(ctx, "%04d-%02d-%02dT%02d:%02d:%02dZ", d.y, d.m,
	    d.d, rest / 3600, rest / 60 % 60, rest % 60);
}

int
instant_local(int64_t secs, const char *zone, struct local_time *out,
    struct err *e)
{
	int	minutes, rest;

	if (zone_find(zone, &minutes, &out->zone, e) == -1)
		return -1;
	out->date = date_from_days(day_of(secs + minutes * 60, &rest));
	if (!date_valid(out->date))
		return err_field(e, NULL, "value", "%s",
		    "this is not a point in time");
	out->hour = rest / 3600;
	out->min = rest / 60 % 60;
	out->sec = rest % 60;
	return 0;
}

char *
local_format(TALLOC_CTX *ctx, const struct local_time *t, bool secs)
{
	char	*s = date_format(ctx, t->date);

	if (!secs)
		return talloc_asprintf_append_buffer(s, " %02d:%02d", t->hour,
		    t->min);
	return talloc_asprintf_append_buffer(s, " %02d:%02d:%02d %s", t->hour,
	    t->min, t->sec, t->zone);
}

int
date_today(const char *zone, struct date *out, struct err *e)
{
	struct local_time	t;

	if (instant_local((int64_t)clock_now(), zone, &t, e) == -1)
		return -1;
	*out = t.date;
	return 0;
}
