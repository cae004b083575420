#include "sites/growth.h"

struct tm_known_int tm_site_whole(double bytes)
{
	return tm_known_int((int64_t)bytes);
}

void tm_site_growth_file(struct tm_run_site *out,
			 const struct tm_sampled_growth *growth)
{
	out->grows = tm_known_bool(growth->grows);
	out->has_stopped = tm_known_bool(growth->has_stopped);
	if (growth->is_known) {
		out->first_bytes = tm_site_whole(growth->first);
		out->middle_bytes = tm_site_whole(growth->middle);
		out->error_bytes = tm_site_whole(growth->error);
	}
	out->last_bytes = tm_site_whole(growth->last);
}

static struct tm_known_int counted_in(const struct tm_site_moments *moments,
				      const struct tm_metric_series *exact,
				      int third)
{
	double sum = 0.0, counted;
	size_t from, count, i;

	tm_sampled_third(moments->x, moments->count, third, &from, &count);
	for (i = from; i < from + count; i++) {
		if (!tm_metric_series_at(exact, moments->x[i], &counted))
			return (struct tm_known_int){0};
		sum += counted;
	}
	return count ? tm_site_whole(sum / (double)count)
		     : (struct tm_known_int){0};
}

void tm_sites_growth_file(struct tm_run_sites *out,
			  const struct tm_sampled_growth *growth,
			  const struct tm_site_moments *moments,
			  const struct tm_metric_series *exact)
{
	if (growth->is_known) {
		out->first_x = tm_known_real(growth->first_x);
		out->last_x = tm_known_real(growth->last_x);
	}
	out->counted_first_bytes = counted_in(moments, exact, 0);
	out->counted_last_bytes = counted_in(moments, exact, 2);
}
