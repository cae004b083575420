#include "stats/series.h"

#include <math.h>
#include <string.h>

/* 2^62: a counter of bytes only gets there by wrapping below zero. */
#define Y_MAX 4611686018427387904.0

static int is_before(const struct tm_point *a, const struct tm_point *b)
{
	return a->x < b->x || (a->x == b->x && a->y < b->y);
}

static void swap(struct tm_point *a, struct tm_point *b)
{
	struct tm_point kept = *a;

	*a = *b;
	*b = kept;
}

static void sift(struct tm_point *points, size_t root, size_t count)
{
	for (;;) {
		size_t child = 2 * root + 1;

		if (child >= count)
			return;
		if (child + 1 < count &&
		    is_before(&points[child], &points[child + 1]))
			child++;
		if (!is_before(&points[root], &points[child]))
			return;
		swap(&points[root], &points[child]);
		root = child;
	}
}

/* A heap sort: qsort() of the C library may allocate. */
static void sort(struct tm_point *points, size_t count)
{
	size_t i;

	for (i = count / 2; i-- > 0;)
		sift(points, i, count);
	for (i = count; i-- > 1;) {
		swap(&points[0], &points[i]);
		sift(points, 0, i);
	}
}

static int is_usable(const struct tm_point *point, struct tm_series_note *note)
{
	if (!isfinite(point->x) || !isfinite(point->y))
		note->not_finite++;
	else if (point->x < 0 || point->y < 0)
		note->negative++;
	else if (point->x >= Y_MAX || point->y >= Y_MAX)
		note->too_large++;
	else
		return 1;
	return 0;
}

size_t tm_series_clean(struct tm_point *points, size_t count,
		       struct tm_series_note *note)
{
	size_t used = 0, kept = 0, i;

	memset(note, 0, sizeof(*note));
	note->given = count;
	for (i = 0; i < count; i++) {
		if (is_usable(&points[i], note))
			points[used++] = points[i];
	}
	for (i = 1; i < used; i++)
		note->reordered += points[i].x < points[i - 1].x;
	sort(points, used);
	for (i = 0; i < used; i++) {
		if (kept > 0 && points[kept - 1].x == points[i].x)
			note->duplicated++;
		else
			points[kept++] = points[i];
	}
	note->used = kept;
	return kept;
}

double tm_series_drawdown(const struct tm_point *points, size_t count)
{
	double fall = 0, top;
	size_t i;

	if (count == 0)
		return 0;
	top = points[0].y;
	for (i = 1; i < count; i++) {
		top = fmax(top, points[i].y);
		fall = fmax(fall, top - points[i].y);
	}
	return fall;
}

const struct tm_point *tm_series_low(const struct tm_point *points,
				     size_t count)
{
	const struct tm_point *low = points;
	size_t i;

	for (i = 1; i < count; i++) {
		if (points[i].y < low->y)
			low = &points[i];
	}
	return low;
}

/* The value with rank `nth`, by Hoare's selection. */
static double select_nth(struct tm_point *points, size_t count, size_t nth)
{
	size_t left = 0, right = count - 1;

	while (left < right) {
		double pivot = points[left + (right - left) / 2].spare;
		size_t i = left, j = right;

		for (;;) {
			while (points[i].spare < pivot)
				i++;
			while (points[j].spare > pivot)
				j--;
			if (i >= j)
				break;
			double kept = points[i].spare;
			points[i++].spare = points[j].spare;
			points[j--].spare = kept;
		}
		/* All up to j are not above the pivot, all after it not below.
		 */
		if (points[j].spare > pivot)
			j--;
		if (nth <= j)
			right = j;
		else
			left = j + 1;
	}
	return points[nth].spare;
}

double tm_series_median(struct tm_point *points, size_t count)
{
	double upper;
	size_t i;

	for (i = 0; i < count; i++)
		points[i].spare = points[i].y;
	upper = select_nth(points, count, count / 2);
	if (count % 2 == 1)
		return upper;
	return (upper + select_nth(points, count, count / 2 - 1)) / 2;
}

/* Where between the first and the last point x lies, from 0 to 1. */
static double place_of(double x, const struct tm_point *points, size_t count)
{
	double span = points[count - 1].x - points[0].x;

	return span > 0 ? (x - points[0].x) / span : 0;
}

void tm_blocks_make(struct tm_blocks *out, struct tm_point *points,
		    size_t count, size_t blocks_max)
{
	size_t blocks = count < blocks_max ? count : blocks_max;
	size_t i;

	out->count = blocks;
	for (i = 0; i < blocks; i++) {
		size_t from = i * count / blocks;
		size_t last = (i + 1) * count / blocks - 1;
		const struct tm_point *low =
			tm_series_low(points + from, last - from + 1);
		double middle = (points[(from + last) / 2].x +
				 points[(from + last + 1) / 2].x) /
				2;

		out->low[i] = low->y;
		out->low_at[i] = place_of(low->x, points, count);
		out->median[i] =
			tm_series_median(points + from, last - from + 1);
		out->median_at[i] = place_of(middle, points, count);
	}
}
