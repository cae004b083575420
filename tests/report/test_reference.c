/*
 * The reference curves, as shipped: these tests run in the top folder, where
 * `make check` runs them.
 */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>

#define CURVES "results/reference/curves/"

#define MOST 1000 /* points of a curve */

Test(reference, curves_are_what_the_raw_files_give)
{
	if (system("python3 -c '' 2>/dev/null") != 0)
		cr_skip_test("python3 is not installed");
	cr_assert_eq(system("scripts/derive-reference --check"), 0);
}

/* KiB an iteration, by least squares, of the points of a curve that `wanted` lets through. */
static double curve_slope(const char *name,
			  int (*wanted)(unsigned long long iteration))
{
	double x[MOST], y[MOST], mean_x = 0, mean_y = 0, xx = 0, xy = 0;
	unsigned long long iteration, bytes;
	size_t count = 0, i;
	char path[128], row[128];
	FILE *file;

	snprintf(path, sizeof(path), CURVES "%s", name);
	file = fopen(path, "r");
	cr_assert(file, "%s: run this in the top folder", path);
	while (fgets(row, sizeof(row), file)) {
		if (sscanf(row, "%llu,%llu", &iteration, &bytes) != 2 ||
		    !wanted(iteration))
			continue;
		cr_assert_lt(count, MOST);
		x[count] = (double)iteration;
		y[count++] = (double)bytes / 1024;
	}
	fclose(file);
	for (i = 0; i < count; i++) {
		mean_x += x[i] / (double)count;
		mean_y += y[i] / (double)count;
	}
	for (i = 0; i < count; i++) {
		xx += (x[i] - mean_x) * (x[i] - mean_x);
		xy += (x[i] - mean_x) * (y[i] - mean_y);
	}
	cr_assert_gt(xx, 0);
	return xy / xx;
}

static int is_any(unsigned long long iteration)
{
	(void)iteration;
	return 1;
}

/* The measured slopes run from iteration 2,000 to the end. */
static int is_end(unsigned long long iteration)
{
	return iteration == 2000 || iteration == 10000;
}

Test(reference, article_grows_as_the_laws_say)
{
	cr_assert_float_eq(curve_slope("article.csv", is_any), 15.55, 0.005);
}

struct law {
	char file[64];
	double slope;
};

ParameterizedTestParameters(reference, celery_grows_as_the_laws_say)
{
	static struct law laws[] = {
		{"celery-4.2.2-strong-ref-legacy.csv", 16.06},
		{"celery-4.2.2-weak-ref-naive-legacy.csv", 12.48},
		{"celery-4.2.2-no-promise-legacy.csv", 12.27},
		{"celery-4.2.2-no-finalizer-legacy.csv", 6.38},
		{"celery-4.3.0-as-released-legacy.csv", 0.24},
		{"celery-4.2.2-strong-ref-pep442.csv", 0.31},
		{"celery-4.2.2-weak-ref-naive-pep442.csv", 0.15},
		{"celery-4.2.2-no-finalizer-pep442.csv", 3.04},
		{"celery-5.2.6-as-released-pep442.csv", 0.50},
	};

	return cr_make_param_array(struct law, laws,
				   sizeof(laws) / sizeof(laws[0]));
}

ParameterizedTest(struct law *law, reference, celery_grows_as_the_laws_say)
{
	double slope = curve_slope(law->file, is_end);

	cr_assert_float_eq(slope, law->slope, 0.006,
			   "%s: %.3f KiB an iteration", law->file, slope);
}
