#include "probe/history.h"

static void thin(struct tm_history *history)
{
	size_t i;

	for (i = 0; 2 * i < history->count; i++)
		history->point[i] = history->point[2 * i];
	history->count = i;
	history->stride *= 2;
}

void tm_history_add(struct tm_history *history, uint64_t position,
		    uint64_t rss_bytes)
{
	struct tm_history_point point = {position, rss_bytes};

	if (history->seen && position < history->last.position)
		return;
	if (!history->stride)
		history->stride = 1;
	if (history->count == TM_HISTORY_POINTS)
		thin(history);
	history->last = point;
	if (history->seen++ % history->stride == 0)
		history->point[history->count++] = point;
}

/* Of three points, from the first one on. */
static uint64_t median_rss(const struct tm_history_point *point)
{
	uint64_t a = point[0].rss_bytes, b = point[1].rss_bytes;
	uint64_t c = point[2].rss_bytes;
	uint64_t low = a < b ? a : b, high = a < b ? b : a;

	return c < low ? low : c > high ? high : c;
}

/* The first point kept at or after `position`. */
static size_t find(const struct tm_history *history, uint64_t position)
{
	size_t i = 0;

	while (i < history->count && history->point[i].position < position)
		i++;
	return i;
}

int tm_history_growth(const struct tm_history *history,
		      struct tm_history_growth *out)
{
	const struct tm_history_point *point = history->point;
	uint64_t first = point[0].position;
	uint64_t lived = history->last.position - first;
	uint64_t part = TM_HISTORY_WARM_UP_PART;
	size_t settled =
		find(history, first + lived / part + (lived % part != 0));
	size_t last = history->count - 3;

	if (history->seen < TM_HISTORY_ENOUGH || settled + 3 > last ||
	    point[settled + 1].position == point[last + 1].position)
		return 0;
	out->from = point[settled + 1].position;
	out->to = point[last + 1].position;
	out->until = history->last.position;
	out->bytes = (int64_t)median_rss(point + last) -
		     (int64_t)median_rss(point + settled);
	return 1;
}
