/*
 * tables.h - what was decided about the corpus, and the tables made of it.
 *
 * Purpose:   count right and wrong answers by family, metric, rule and number
 *            of samples.
 * Ownership: outcomes_free() gives the outcomes back.
 * Units:     as the traces; shares from 0 to 1.
 * Errors:    a file that cannot be written ends the program.
 */
#ifndef EVALUATE_TABLES_H
#define EVALUATE_TABLES_H

#include "trace.h"

/* As many as a gate has; bursts have about as many. */
#define GATE_SAMPLES 100

/* What an outcome is about. */
enum test {
	TEST_METRIC,   /* one metric, once */
	TEST_KIND,     /* all metrics together */
	TEST_LOOKS,    /* one metric, in up to three looks */
	TEST_ONE_LOOK, /* the first of them alone */
	TEST_BURSTS    /* one metric of unevenly spaced samples */
};

struct outcome {
	enum test test;
	char program[NAME_MAX_LENGTH];
	char family[NAME_MAX_LENGTH];
	char allocator[NAME_MAX_LENGTH];
	int held_out;
	int jitter;
	uint64_t seed;
	uint64_t iterations;
	uint64_t leak;
	double lost; /* the true slope, or NaN when it is not known */
	size_t samples;
	enum column column;
	enum tm_rule rule;
	enum truth truth;
	enum tm_growth growth;
	enum tm_curve curve;
	enum tm_judgement judgement;
	double score, slope, low, high;
	unsigned int looks; /* taken */
	enum tm_kind kind;
	enum tm_kind true_kind;
	double ns;
};

struct outcomes {
	size_t count;
	size_t capacity;
	struct outcome *outcome;
	double ns_at_10000; /* of one decision */
};

/* A new outcome, with what it takes from the trace already in it. */
struct outcome *outcomes_add(struct outcomes *outcomes,
			     const struct trace *trace);
void outcomes_free(struct outcomes *outcomes);

const char *column_name(enum column column);
const char *rule_name(enum tm_rule rule);

/* One line an outcome. */
void outcomes_dump(const struct outcomes *outcomes, FILE *out);

/* One row for each group of outcomes; and the tables that people read. */
void outcomes_write_csv(struct outcomes *outcomes, const char *path);
void outcomes_write_markdown(const struct outcomes *outcomes, const char *path);

/* Which outcomes a cell of a table is about; -1 and NULL: any. */
struct filter {
	enum test test;
	int held_out;
	int simulated;
	const char *program;
	const char *family;
	const char *allocator;
	enum truth truth;
	long leak;
	long samples;
	long iterations;
	int jitter;
	enum column column;
	enum tm_rule rule;
};

struct tally {
	size_t runs;
	size_t grows;
	size_t flat;
	size_t inconclusive;
	size_t fail;
	size_t undecided; /* not judged */
	size_t looks;	  /* taken, together */
	size_t right_kind;
	size_t with_slope; /* growth found, and the truth known */
	size_t covered;
	double error_median;
	double error_95;
	double ns_median;
};

void tally_make(struct tally *out, const struct outcomes *outcomes,
		const struct filter *filter);

/* The upper end of the one-sided 95 % interval of Clopper and Pearson for a
 * share of which `found` in `runs` were seen. */
double upper_bound(size_t found, size_t runs);

/* One metric at the gate's number of samples, whatever the leak. */
struct filter filter_about(enum column column, enum tm_rule rule,
			   enum truth truth, int held_out, int simulated);

double share_of(size_t part, size_t whole);

/* The sections of the tables that people read. */
void put_targets(FILE *out, const struct outcomes *outcomes);
void put_false_alarms(FILE *out, const struct outcomes *outcomes);
void put_power(FILE *out, const struct outcomes *outcomes);
void put_slopes(FILE *out, const struct outcomes *outcomes);
void put_kinds(FILE *out, const struct outcomes *outcomes);
void put_looks(FILE *out, const struct outcomes *outcomes);
void put_uneven(FILE *out, const struct outcomes *outcomes);
void put_cost(FILE *out, const struct outcomes *outcomes);

#endif
