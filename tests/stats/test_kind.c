#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "stats/kind.h"

/* What each metric was found to do; a curve stands for no growth. */
struct found {
	enum tm_role role;
	enum tm_growth growth;
	enum tm_curve curve;
};

struct expectation {
	struct found found[4];
	size_t count;
	enum tm_kind kind;
};

#define GROWS(role)                                                            \
	{                                                                      \
		TM_ROLE_##role, TM_GROWTH_GROWS, TM_CURVE_LINEAR               \
	}
#define QUIET(role, does)                                                      \
	{                                                                      \
		TM_ROLE_##role, TM_GROWTH_FLAT, TM_CURVE_##does                \
	}
#define OPEN(role)                                                             \
	{                                                                      \
		TM_ROLE_##role, TM_GROWTH_INCONCLUSIVE, TM_CURVE_SAW_TOOTH     \
	}

ParameterizedTestParameters(kind, is_the_nearest_cause)
{
	static struct expectation rows[] = {
		{{QUIET(HEAP, FLAT), QUIET(RESIDENT, FLAT)}, 2, TM_KIND_NONE},
		{{GROWS(HEAP), GROWS(RESIDENT)}, 2, TM_KIND_HEAP},
		{{GROWS(HEAP), GROWS(OBJECTS), GROWS(GARBAGE)},
		 3,
		 TM_KIND_CYCLES},
		{{GROWS(HEAP), GROWS(OBJECTS), GROWS(ENTRIES)},
		 3,
		 TM_KIND_TABLE},
		{{QUIET(HEAP, FLAT), GROWS(RESIDENT)}, 2, TM_KIND_UNKNOWN},
		{{QUIET(HEAP, FLAT), GROWS(PEAK)}, 2, TM_KIND_UNKNOWN},
		{{QUIET(HEAP, FLAT), GROWS(RESIDENT), GROWS(KEPT)},
		 3,
		 TM_KIND_RETENTION},
		{{QUIET(HEAP, FLAT), GROWS(PEAK), GROWS(KEPT)},
		 3,
		 TM_KIND_RETENTION},
		{{QUIET(HEAP, FLAT), GROWS(RESIDENT), GROWS(OUTSIDE)},
		 3,
		 TM_KIND_OUTSIDE},
		{{OPEN(HEAP), GROWS(RESIDENT), GROWS(KEPT)},
		 3,
		 TM_KIND_UNKNOWN},
		{{OPEN(HEAP), GROWS(RESIDENT), GROWS(OUTSIDE)},
		 3,
		 TM_KIND_OUTSIDE},
		{{GROWS(HEAP), GROWS(RESIDENT), GROWS(OUTSIDE)},
		 3,
		 TM_KIND_HEAP},
		{{GROWS(RESIDENT)}, 1, TM_KIND_UNKNOWN},
		{{QUIET(RESIDENT, BOUNDED), QUIET(HEAP, BOUNDED)},
		 2,
		 TM_KIND_BOUNDED},
		{{QUIET(RESIDENT, BOUNDED), QUIET(HEAP, STEP)},
		 2,
		 TM_KIND_STEP},
		{{QUIET(HEAP, FLAT), GROWS(HANDLE)}, 2, TM_KIND_HANDLE},
		{{OPEN(HEAP), QUIET(RESIDENT, FLAT)}, 2, TM_KIND_UNKNOWN},
		{{QUIET(HEAP, FLAT)}, 0, TM_KIND_UNKNOWN},
	};

	return cr_make_param_array(struct expectation, rows,
				   sizeof(rows) / sizeof(rows[0]));
}

ParameterizedTest(struct expectation *row, kind, is_the_nearest_cause)
{
	struct tm_decision decisions[4] = {{.note = {.used = 100}}};
	struct tm_finding findings[4];
	struct tm_diagnosis diagnosis;
	size_t i;

	for (i = 0; i < row->count; i++) {
		decisions[i].note.used = 100;
		decisions[i].growth = row->found[i].growth;
		decisions[i].curve = row->found[i].curve;
		decisions[i].slope =
			row->found[i].growth == TM_GROWTH_GROWS ? 100 : 0;
		findings[i].role = row->found[i].role;
		findings[i].decision = &decisions[i];
	}
	tm_diagnose(&diagnosis, findings, row->count);
	cr_expect_eq(diagnosis.kind, row->kind, "%s instead of %s: %s",
		     tm_kind_name(diagnosis.kind), tm_kind_name(row->kind),
		     tm_kind_reason_text(diagnosis.reason));
	cr_expect_not_null(tm_kind_reason_text(diagnosis.reason));
}

Test(kind, names_the_metric_that_decided)
{
	struct tm_decision heap = {.growth = TM_GROWTH_GROWS, .slope = 16};
	struct tm_decision rss = {.growth = TM_GROWTH_GROWS, .slope = 17};
	struct tm_finding findings[] = {{TM_ROLE_RESIDENT, &rss},
					{TM_ROLE_HEAP, &heap}};
	struct tm_diagnosis diagnosis;

	tm_diagnose(&diagnosis, findings, 2);
	cr_assert_eq(diagnosis.evidence, &findings[1]);
}

/* Of 100 bytes an iteration. */
Test(kind, of_resident_memory_follows_most_of_its_growth)
{
	struct tm_decision heap = {.growth = TM_GROWTH_FLAT};
	struct tm_decision rss = {.growth = TM_GROWTH_GROWS, .slope = 100};
	struct tm_decision kept = {.growth = TM_GROWTH_GROWS};
	struct tm_decision outside = {.growth = TM_GROWTH_GROWS};
	struct tm_finding findings[] = {{TM_ROLE_HEAP, &heap},
					{TM_ROLE_RESIDENT, &rss},
					{TM_ROLE_KEPT, &kept},
					{TM_ROLE_OUTSIDE, &outside}};
	static const struct {
		double kept;
		double outside;
		enum tm_kind kind;
	} rows[] = {{50, 50, TM_KIND_UNKNOWN},	 {51, 49, TM_KIND_RETENTION},
		    {49, 51, TM_KIND_OUTSIDE},	 {90, 60, TM_KIND_RETENTION},
		    {60, 90, TM_KIND_OUTSIDE},	 {-40, 140, TM_KIND_OUTSIDE},
		    {140, 20, TM_KIND_RETENTION}};
	struct tm_diagnosis diagnosis;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		kept.slope = rows[i].kept;
		outside.slope = rows[i].outside;
		tm_diagnose(&diagnosis, findings, 4);
		cr_expect_eq(diagnosis.kind, rows[i].kind, "row %zu: %s", i,
			     tm_kind_name(diagnosis.kind));
		cr_expect_eq(diagnosis.resident, rows[i].kind);
		cr_expect_eq(diagnosis.evidence, &findings[1]);
	}
}

/* Descriptors leak, and resident memory grows of itself. */
Test(kind, of_resident_memory_is_known_with_a_nearer_cause)
{
	struct tm_decision heap = {.growth = TM_GROWTH_FLAT};
	struct tm_decision grows = {.growth = TM_GROWTH_GROWS, .slope = 100};
	struct tm_finding findings[] = {{TM_ROLE_HEAP, &heap},
					{TM_ROLE_RESIDENT, &grows},
					{TM_ROLE_KEPT, &grows},
					{TM_ROLE_HANDLE, &grows}};
	struct tm_diagnosis diagnosis;

	tm_diagnose(&diagnosis, findings, 4);
	cr_assert_eq(diagnosis.kind, TM_KIND_HANDLE);
	cr_assert_eq(diagnosis.resident, TM_KIND_RETENTION);
}

/* Of 100 bytes an iteration that put resident memory over its budget. */
static enum tm_kind kind_beside(double heap_is, enum tm_role other,
				double other_is)
{
	struct tm_decision heap = {.growth = TM_GROWTH_GROWS, .slope = heap_is};
	struct tm_decision rss = {.growth = TM_GROWTH_GROWS,
				  .slope = 100,
				  .judgement = TM_JUDGEMENT_FAIL};
	struct tm_decision rest = {.growth = TM_GROWTH_GROWS,
				   .slope = other_is};
	struct tm_finding findings[] = {{TM_ROLE_HEAP, &heap},
					{TM_ROLE_RESIDENT, &rss},
					{other, &rest},
					{TM_ROLE_MAPPING, &rest}};
	struct tm_diagnosis diagnosis;

	tm_diagnose(&diagnosis, findings, 4);
	cr_expect_eq(diagnosis.bulk != NULL, diagnosis.kind != TM_KIND_HEAP);
	return diagnosis.kind;
}

Test(kind, of_a_heap_that_is_a_small_part_is_what_holds_the_rest)
{
	cr_expect_eq(kind_beside(3, TM_ROLE_OUTSIDE, 97), TM_KIND_OUTSIDE);
	cr_expect_eq(kind_beside(3, TM_ROLE_SHARED, 97), TM_KIND_SHARED);
	cr_expect_eq(kind_beside(3, TM_ROLE_OUTSIDE, 80), TM_KIND_HEAP);
	cr_expect_eq(kind_beside(20, TM_ROLE_OUTSIDE, 97), TM_KIND_HEAP);
	cr_expect_eq(kind_beside(3, TM_ROLE_KEPT, 97), TM_KIND_HEAP);
}

static enum tm_kind kind_of_mappings(enum tm_judgement mappings_are,
				     enum tm_judgement rss_is)
{
	struct tm_decision heap = {.growth = TM_GROWTH_FLAT};
	struct tm_decision rss = {
		.growth = TM_GROWTH_GROWS, .slope = 1000, .judgement = rss_is};
	struct tm_decision mappings = {.growth = TM_GROWTH_GROWS,
				       .slope = .004,
				       .judgement = mappings_are};
	struct tm_finding findings[] = {{TM_ROLE_HEAP, &heap},
					{TM_ROLE_RESIDENT, &rss},
					{TM_ROLE_OUTSIDE, &rss},
					{TM_ROLE_MAPPING, &mappings}};
	struct tm_diagnosis diagnosis;

	tm_diagnose(&diagnosis, findings, 4);
	return diagnosis.kind;
}

/* V8 maps a page of its heap now and then. */
Test(kind, of_a_heap_that_takes_mappings_is_not_a_leak_of_mappings)
{
	cr_expect_eq(kind_of_mappings(TM_JUDGEMENT_PASS, TM_JUDGEMENT_FAIL),
		     TM_KIND_OUTSIDE);
	cr_expect_eq(kind_of_mappings(TM_JUDGEMENT_FAIL, TM_JUDGEMENT_FAIL),
		     TM_KIND_HANDLE);
	cr_expect_eq(kind_of_mappings(TM_JUDGEMENT_PASS, TM_JUDGEMENT_PASS),
		     TM_KIND_HANDLE);
}

/* A process that stays takes threads, descriptors and mappings with it, and
 * more of them than there are processes. */
Test(kind, of_several_handles_follows_the_first)
{
	struct tm_decision threads = {.growth = TM_GROWTH_GROWS, .slope = 1};
	struct tm_decision mappings = {.growth = TM_GROWTH_GROWS, .slope = 30};
	struct tm_finding findings[] = {{TM_ROLE_HANDLE, &threads},
					{TM_ROLE_HANDLE, &mappings}};
	struct tm_diagnosis diagnosis;

	tm_diagnose(&diagnosis, findings, 2);
	cr_assert_eq(diagnosis.kind, TM_KIND_HANDLE);
	cr_assert_eq(diagnosis.evidence, &findings[0]);
}
