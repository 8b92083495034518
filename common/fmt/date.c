/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fmt/date.h"

#include <ctype.h>
#include <stdio.h>

#define YEAR_MIN	1900
#define YEAR_MAX	2999

static const char *const months_full[2][12] = {
	[FMT_ID] = { "Januari", "Februari", "Maret", "April", "Mei", "Juni",
	    "Juli", "Agustus", "September", "Oktober", "November", "Desember" },
	[FMT_EN] = { "January", "February", "March", "April", "May", "June",
	    "July", "August", "September", "October", "November", "December" },
};
static const char *const months_short[2][12] = {
	[FMT_ID] = { "Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu",
	    "Sep", "Okt", "Nov", "Des" },
	[FMT_EN] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
	    "Sep", "Oct", "Nov", "Dec" },
};
static const char *const weekdays[2][7] = {
	[FMT_ID] = { "Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min" },
	[FMT_EN] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" },
};

int
date_month_days(int y, int m)
{
	static const int	days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30,
				    31, 30, 31 };

	if (m < 1 || m > 12)
		return 0;
	if (m == 2 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0))
		return 29;
	return days[m - 1];
}

bool
date_valid(struct date d)
{
	return d.y >= YEAR_MIN && d.y <= YEAR_MAX && d.m >= 1 && d.m <= 12 &&
	    d.d >= 1 && d.d <= date_month_days(d.y, d.m);
}

/* Counts from 1 March of year 0, so that a leap day ends its year. */
int
date_days(struct date d)
{
	int	y = d.m <= 2 ? d.y - 1 : d.y;
	int	era = (y >= 0 ? y : y - 399) / 400;
	int	yoe = y - era * 400;
	int	doy = (153 * (d.m + (d.m > 2 ? -3 : 9)) + 2) / 5 + d.d - 1;
	int	doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * 146097 + doe - 719468;
}

struct date
date_from_days(int days)
{
	int		z = days + 719468;
	int		era = (z >= 0 ? z : z - 146096) / 146097;
	int		doe = z - era * 146097;
	int		yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) /
			    365;
	int		doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int		mp = (5 * doy + 2) / 153;
	struct date	d;

	d.d = doy - (153 * mp + 2) / 5 + 1;
	d.m = mp < 10 ? mp + 3 : mp - 9;
	d.y = yoe + era * 400 + (d.m <= 2);
	return d;
}

int
date_weekday(struct date d)
{
	/* 1970-01-01 was a Thursday. */
	int	wd = (date_days(d) + 3) % 7;

	return wd < 0 ? wd + 7 : wd;
}

int
date_cmp(struct date a, struct date b)
{
	if (a.y != b.y)
		return a.y < b.y ? -1 : 1;
	if (a.m != b.m)
		return a.m < b.m ? -1 : 1;
	return a.d < b.d ? -1 : a.d > b.d;
}

struct date
date_add_days(struct date d, int n)
{
	return date_from_days(date_days(d) + n);
}

struct period
period_add(struct period p, int months)
{
	int	n = p.y * 12 + p.m - 1 + months;
	int	m = n % 12;

	if (m < 0)
		m += 12;
	return (struct period){ (n - m) / 12, m + 1 };
}

struct date
date_add_months(struct date d, int n)
{
	struct period	p = period_add((struct period){ d.y, d.m }, n);
	int		last = date_month_days(p.y, p.m);

	return (struct date){ p.y, p.m, d.d > last ? last : d.d };
}

struct date
period_first(struct period p)
{
	return (struct date){ p.y, p.m, 1 };
}

struct date
period_last(struct period p)
{
	return (struct date){ p.y, p.m, date_month_days(p.y, p.m) };
}

/* ---------------------------------------------------------- formatting */

const char *
date_month_name(int m, bool full, enum fmt_lang lang)
{
	if (m < 1 || m > 12)
		return "";
	return full ? months_full[lang][m - 1] : months_short[lang][m - 1];
}

const char *
date_weekday_name(int wd, enum fmt_lang lang)
{
	return wd < 0 || wd > 6 ? "" : weekdays[lang][wd];
}

char *
date_format(TALLOC_CTX *ctx, struct date d)
{
	return talloc_asprintf(ctx, "%02d-%02d-%04d", d.d, d.m, d.y);
}

char *
date_iso(TALLOC_CTX *ctx, struct date d)
{
	return talloc_asprintf(ctx, "%04d-%02d-%02d", d.y, d.m, d.d);
}

char *
date_short(TALLOC_CTX *ctx, struct date d, enum fmt_lang lang)
{
	return talloc_asprintf(ctx, "%d %s %d", d.d,
	    date_month_name(d.m, false, lang), d.y);
}

char *
date_long(TALLOC_CTX *ctx, struct date d, struct date today,
    enum fmt_lang lang)
{
	int		 n = date_days(d) - date_days(today);
	const char	*unit = lang == FMT_ID ? "hari" :
			    n == 1 || n == -1 ? "day" : "days";
	char		*s;

	s = talloc_asprintf(ctx, "%s %d %s %d ",
	    date_weekday_name(date_weekday(d), lang), d.d,
	    date_month_name(d.m, false, lang), d.y);
	if (n == 0)
		return talloc_strdup_append_buffer(s,
		    lang == FMT_ID ? "(hari ini)" : "(today)");
	return talloc_asprintf_append_buffer(s, "(%+d %s)", n, unit);
}

char *
date_late(TALLOC_CTX *ctx, struct date due, struct date today,
    enum fmt_lang lang)
{
	int	n = date_days(today) - date_days(due);

	if (n == 0)
		return talloc_strdup(ctx, lang == FMT_ID ? "hari ini" :
		    "today");
	if (n > 0)
		return talloc_asprintf(ctx, lang == FMT_ID ? "lewat %d hr" :
		    "%d d late", n);
	return talloc_asprintf(ctx, lang == FMT_ID ? "%d hr lagi" : "in %d d",
	    -n);
}

char *
period_short(TALLOC_CTX *ctx, struct period p, enum fmt_lang lang)
{
	return talloc_asprintf(ctx, "%s %d", date_month_name(p.m, false, lang),
	    p.y);
}

char *
period_long(TALLOC_CTX *ctx, struct period p, enum fmt_lang lang)
{
	return talloc_asprintf(ctx, "%s %d", date_month_name(p.m, true, lang),
	    p.y);
}

char *
period_iso(TALLOC_CTX *ctx, struct period p)
{
	return talloc_asprintf(ctx, "%04d-%02d", p.y, p.m);
}
