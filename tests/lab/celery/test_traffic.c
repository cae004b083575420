/*
 * What the producer says to Redis, held against what real Celery said: the
 * captures in results/reference/wire, and sequences recorded from 4.2.2 and
 * 4.3.0 with the collector off until the end of the iteration.
 */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <jansson.h>
#include <string.h>

#include "lab.h"

#define CAPTURES "results/reference/wire/"

/*
 * S is SUBSCRIBE, U is UNSUBSCRIBE; a digit is a task of the header (or of the
 * group), B the body, T a task alone, G the group's own id.
 */
struct traffic {
	const char *name;
	const char *strategy;
	enum tm_rules rules;
	enum tm_shape shape;
	uint32_t header;
	const char *applied;   /* until apply_async() returned */
	const char *got;       /* by get(); NULL: results are not read */
	const char *dropped;   /* when the result was let go */
	const char *collected; /* by the collector, in any order */
};

#define SENT_3_STRONG "S1 S2 S3"
#define SENT_3_CHORD  "S1 S2 S3 U1 S1 U2 S2 U3 S3"
#define SENT_3_GROUP  "S1 U1 S1 S2 U2 S2 S3 U3 S3"

static const struct traffic rows[] = {
	{"strong-ref", "strong-ref", 0, TM_SHAPE_CHORD, 1, "S1", NULL, "", ""},
	{"strong-ref 3", "strong-ref", 0, TM_SHAPE_CHORD, 3, SENT_3_STRONG,
	 NULL, "", ""},
	{"strong-ref group", "strong-ref", 0, TM_SHAPE_GROUP, 3, SENT_3_STRONG,
	 NULL, "", ""},
	{"strong-ref delay", "strong-ref", 0, TM_SHAPE_DELAY, 1, "ST", NULL, "",
	 ""},
	{"no-finalizer", "no-finalizer", 0, TM_SHAPE_CHORD, 3, SENT_3_STRONG,
	 NULL, "", ""},
	{"no-finalizer group", "no-finalizer", 0, TM_SHAPE_GROUP, 3,
	 SENT_3_STRONG, NULL, "", ""},
	{"no-finalizer delay", "no-finalizer", 0, TM_SHAPE_DELAY, 1, "ST", NULL,
	 "", ""},
	{"weak-ref-naive", "weak-ref-naive", 0, TM_SHAPE_CHORD, 1, "S1 U1 S1",
	 NULL, "UB", ""},
	{"weak-ref-naive 3", "weak-ref-naive", 0, TM_SHAPE_CHORD, 3,
	 SENT_3_CHORD, NULL, "UB", ""},
	{"weak-ref-naive group", "weak-ref-naive", 0, TM_SHAPE_GROUP, 3,
	 SENT_3_GROUP, NULL, "", ""},
	{"weak-ref-naive delay", "weak-ref-naive", 0, TM_SHAPE_DELAY, 1, "ST",
	 NULL, "UT", ""},
	{"no-promise 3", "no-promise", 0, TM_SHAPE_CHORD, 3, SENT_3_CHORD, NULL,
	 "UB", ""},
	{"no-promise group", "no-promise", 0, TM_SHAPE_GROUP, 3, SENT_3_GROUP,
	 NULL, "", ""},
	{"no-promise delay", "no-promise", 0, TM_SHAPE_DELAY, 1, "ST", NULL,
	 "UT", ""},
	{"4.3.0", "weak-ref", 0, TM_SHAPE_CHORD, 1, "S1 U1 S1", NULL, "UB",
	 "U1 U1"},
	{"4.3.0 3", "weak-ref", 0, TM_SHAPE_CHORD, 3, SENT_3_CHORD, NULL, "UB",
	 "U3 U2 U1 U3 U2 U1"},
	{"4.3.0 group", "weak-ref", 0, TM_SHAPE_GROUP, 3, SENT_3_GROUP, NULL,
	 "", "U3 U2 U1"},
	{"4.3.0 delay", "weak-ref", 0, TM_SHAPE_DELAY, 1, "ST", NULL, "UT", ""},

	{"strong-ref, pep442", "strong-ref", TM_RULES_PEP442, TM_SHAPE_CHORD, 1,
	 "S1", NULL, "", "UB U1 U1 U1"},
	{"strong-ref 3, pep442", "strong-ref", TM_RULES_PEP442, TM_SHAPE_CHORD,
	 3, SENT_3_STRONG, NULL, "", "UB U1 U1 U2 U2 U3 U3 U1 U2 U3"},
	{"strong-ref group, pep442", "strong-ref", TM_RULES_PEP442,
	 TM_SHAPE_GROUP, 1, "S1", NULL, "", "U1 U1"},
	{"strong-ref delay, pep442", "strong-ref", TM_RULES_PEP442,
	 TM_SHAPE_DELAY, 1, "ST", NULL, "", "UT"},
	{"weak-ref-naive 3, pep442", "weak-ref-naive", TM_RULES_PEP442,
	 TM_SHAPE_CHORD, 3, SENT_3_CHORD, NULL, "UB", "U1 U2 U3 U1 U2 U3"},
	{"weak-ref-naive group, pep442", "weak-ref-naive", TM_RULES_PEP442,
	 TM_SHAPE_GROUP, 1, "S1 U1 S1", NULL, "", "U1"},
	{"no-finalizer 3, pep442", "no-finalizer", TM_RULES_PEP442,
	 TM_SHAPE_CHORD, 3, SENT_3_STRONG, NULL, "", ""},
	{"no-promise 3, pep442", "no-promise", TM_RULES_PEP442, TM_SHAPE_CHORD,
	 3, SENT_3_CHORD, NULL, "UB", "U1 U2 U3 U1 U2 U3"},

	{"strong-ref read", "strong-ref", 0, TM_SHAPE_CHORD, 1, "S1",
	 "SB U1 UG U1 UB UB", "", ""},
	{"strong-ref 3 read", "strong-ref", 0, TM_SHAPE_CHORD, 3, SENT_3_STRONG,
	 "SB U1 U1 U2 U2 U3 UG U3 UB UB", "", ""},
	{"strong-ref group read", "strong-ref", 0, TM_SHAPE_GROUP, 3,
	 SENT_3_STRONG, "U1 U1 U2 U2 U3 UG U3", "", ""},
	{"strong-ref delay read", "strong-ref", 0, TM_SHAPE_DELAY, 1, "ST",
	 "UT UT", "", ""},
	{"no-finalizer read", "no-finalizer", 0, TM_SHAPE_CHORD, 1, "S1",
	 "SB U1 UG U1 UB UB", "", ""},
	{"weak-ref-naive read", "weak-ref-naive", 0, TM_SHAPE_CHORD, 1,
	 "S1 U1 S1", "SB UG U1 UB", "", ""},
	{"weak-ref-naive 3 read", "weak-ref-naive", 0, TM_SHAPE_CHORD, 3,
	 SENT_3_CHORD, "SB U1 U2 UG U3 UB", "", ""},
	{"weak-ref-naive group read", "weak-ref-naive", 0, TM_SHAPE_GROUP, 3,
	 SENT_3_GROUP, "U1 U2 UG U3", "", ""},
	{"weak-ref-naive delay read", "weak-ref-naive", 0, TM_SHAPE_DELAY, 1,
	 "ST", "UT", "", ""},
	{"no-promise read", "no-promise", 0, TM_SHAPE_CHORD, 1, "S1 U1 S1",
	 "SB UG U1 UB", "", ""},
	{"4.3.0 read", "weak-ref", 0, TM_SHAPE_CHORD, 1, "S1 U1 S1",
	 "SB U1 UG U1 UB UB", "", "U1"},
	{"4.3.0 3 read", "weak-ref", 0, TM_SHAPE_CHORD, 3, SENT_3_CHORD,
	 "SB U1 U1 U2 U2 U3 UG U3 UB UB", "", "U3 U2 U1"},
	{"4.3.0 group read", "weak-ref", 0, TM_SHAPE_GROUP, 3, SENT_3_GROUP,
	 "U1 U1 U2 U2 U3 UG U3", "", ""},
	{"4.3.0 delay read", "weak-ref", 0, TM_SHAPE_DELAY, 1, "ST", "UT UT",
	 "", ""},
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* --- reading the trace ---------------------------------------------------- */

/* Whose identifier is called what in this iteration. */
struct names {
	size_t count;
	struct {
		char id[TM_ID_TEXT + 1];
		char name;
	} entry[LAB_HEADER_MAX + 2];
};

static void add_name(struct names *names, const struct tm_id *id, char name)
{
	tm_id_write(id, names->entry[names->count].id);
	names->entry[names->count].id[TM_ID_TEXT] = '\0';
	names->entry[names->count++].name = name;
}

static void name_group(struct names *names, const struct tm_object *object)
{
	const struct tm_group_result *group =
		(const struct tm_group_result *)object;
	size_t i;

	add_name(names, &group->id, 'G');
	for (i = 0; i < group->result_count; i++)
		add_name(names,
			 &((struct tm_async_result *)group->results[i])->id,
			 (char)('1' + i));
}

static void name_all(struct names *names, const struct tm_object *result)
{
	const struct tm_async_result *single =
		(const struct tm_async_result *)result;

	names->count = 0;
	if (tm_is_group_result(result)) {
		name_group(names, result);
		return;
	}
	add_name(names, &single->id, single->parent ? 'B' : 'T');
	if (single->parent)
		name_group(names, single->parent);
}

static char name_of(const struct names *names, const char *line)
{
	size_t i;

	for (i = 0; i < names->count; i++) {
		if (strstr(line, names->entry[i].id))
			return names->entry[i].name;
	}
	return '?';
}

/* The log as in the rows above; it is emptied. */
static void read_log(struct tm_buf *log, const struct names *names, char *out)
{
	char *line = log->bytes;
	char *at = out;

	while (line && *line) {
		char *end = strchr(line, '\n');

		*end = '\0';
		if (strncmp(line, "SUBSCRIBE", 9) == 0 ||
		    strncmp(line, "UNSUBSCRIBE", 11) == 0) {
			if (at != out)
				*at++ = ' ';
			*at++ = line[0];
			*at++ = name_of(names, line);
		}
		line = end + 1;
	}
	*at = '\0';
	tm_buf_clear(log);
}

/* Sort the pairs of characters in `text`, between which are spaces. */
static void sort_pairs(char *text)
{
	size_t count = (strlen(text) + 1) / 3;
	size_t i, k;

	for (i = 0; i < count; i++) {
		for (k = i + 1; k < count; k++) {
			char *a = text + 3 * i, *b = text + 3 * k;
			char kept[2];

			if (memcmp(a, b, 2) <= 0)
				continue;
			memcpy(kept, a, 2);
			memcpy(a, b, 2);
			memcpy(b, kept, 2);
		}
	}
}

/* --- one iteration -------------------------------------------------------- */

struct recording {
	struct lab lab;
	struct tm_alloc alloc;
	struct tm_buf log;
	struct names names;
	char applied[256];
	char got[256];
	char dropped[256];
	char collected[256];
};

static void start(struct recording *self, struct lab_opts *opts)
{
	tm_alloc_init(&self->alloc);
	tm_buf_init(&self->log, &self->alloc);
	opts->log = &self->log;
	opts->manual = 1;
	lab_open(&self->lab, opts);
}

static void stop(struct recording *self)
{
	lab_close(&self->lab);
	tm_buf_release(&self->log);
}

static void record(struct recording *self)
{
	struct lab *lab = &self->lab;
	struct tm_object *result;

	cr_assert_eq(lab_apply(lab, &result), TM_OK, "%s", lab->err.text);
	name_all(&self->names, result);
	read_log(&self->log, &self->names, self->applied);
	if (lab->opts.read_results)
		cr_assert_eq(lab_read(lab, result), TM_OK, "%s", lab->err.text);
	read_log(&self->log, &self->names, self->got);
	tm_unref(lab->app->runtime, result);
	read_log(&self->log, &self->names, self->dropped);
	while (tm_runtime_collect(lab->app->runtime) > 0)
		;
	read_log(&self->log, &self->names, self->collected);
}

ParameterizedTestParameters(traffic, is_celerys)
{
	static size_t numbers[ROWS];
	size_t i;

	for (i = 0; i < ROWS; i++)
		numbers[i] = i;
	return cr_make_param_array(size_t, numbers, ROWS);
}

/* The second iteration: the first one may meet a subscription less. */
ParameterizedTest(size_t *number, traffic, is_celerys)
{
	const struct traffic *row = &rows[*number];
	struct lab_opts opts = {
		.strategy = row->strategy,
		.rules = row->rules,
		.shape = row->shape,
		.header = row->header,
		.read_results = row->got != NULL,
	};
	struct recording recording;
	char collected[256];

	start(&recording, &opts);
	record(&recording);
	record(&recording);
	cr_assert_str_eq(recording.applied, row->applied, "%s: %s", row->name,
			 recording.applied);
	cr_assert_str_eq(recording.got, row->got ? row->got : "", "%s: %s",
			 row->name, recording.got);
	cr_assert_str_eq(recording.dropped, row->dropped, "%s: %s", row->name,
			 recording.dropped);
	snprintf(collected, sizeof(collected), "%s", row->collected);
	sort_pairs(collected);
	sort_pairs(recording.collected);
	cr_assert_str_eq(recording.collected, collected, "%s: %s", row->name,
			 recording.collected);
	stop(&recording);
}

/* --- the captures --------------------------------------------------------- */

/* A broker before which the collector runs: the program may allocate, and so
 * collect, at any point of apply_async(). */
struct collecting_broker {
	struct tm_broker base;
	struct tm_broker *inner;
	struct tm_runtime *runtime;
};

static enum tm_rc collect_and_publish(struct tm_broker *base,
				      const struct tm_message *message,
				      struct tm_err *err)
{
	struct collecting_broker *self = (struct collecting_broker *)base;

	tm_runtime_collect(self->runtime);
	return tm_broker_publish(self->inner, message, err);
}

static const struct tm_broker_ops collecting_broker_ops = {
	.name = "collecting",
	.publish = collect_and_publish,
};

/* The commands of a capture, as in the rows above, without SELECT. */
static void read_capture(const char *file, const char *key, char *out)
{
	json_t *capture = json_load_file(file, 0, NULL);
	json_t *command;
	char *at = out;
	size_t i;

	cr_assert_not_null(capture, "%s", file);
	json_array_foreach(json_object_get(capture, key), i, command)
	{
		const char *text = json_string_value(command);

		if (strncmp(text, "SELECT", 6) == 0)
			continue;
		if (at != out)
			*at++ = ' ';
		*at++ = text[0];
		*at++ = strstr(text, "-BODY") ? 'B' : '1';
	}
	*at = '\0';
	cr_assert_gt(at, out, "%s has no commands", file);
	json_decref(capture);
}

/* All phases of one recorded iteration, one after the other. */
static void join(const struct recording *recording, char *out, size_t size)
{
	const char *const phases[] = {recording->applied, recording->dropped,
				      recording->collected};
	size_t used = 0;
	size_t i;

	out[0] = '\0';
	for (i = 0; i < 3; i++) {
		if (phases[i][0] != '\0')
			used += (size_t)snprintf(out + used, size - used,
						 "%s%s", used ? " " : "",
						 phases[i]);
	}
}

Test(capture, of_4_2_2_is_one_subscription)
{
	struct lab_opts opts = {.strategy = "strong-ref",
				.wire = TM_WIRE_4_2_2};
	struct recording recording;
	char wanted[256], all[1024];

	read_capture(CAPTURES "celery-4.2.2-chord-header1.json",
		     "redis_commands_db1", wanted);
	start(&recording, &opts);
	record(&recording);
	join(&recording, all, sizeof(all));
	cr_assert_str_eq(all, wanted);
	stop(&recording);
}

/* S U U S: a collection between freezing and sending has taken the frozen group
 * away, so the first handle that goes takes the frozen one with it. */
Test(capture, of_4_3_0_had_a_collection_between_freeze_and_send)
{
	struct lab_opts opts = {.strategy = "weak-ref", .wire = TM_WIRE_4_2_2};
	struct collecting_broker broker = {.base.ops = &collecting_broker_ops};
	struct recording recording;
	char wanted[256], all[1024];

	read_capture(CAPTURES "celery-4.3.0-chord-header1.json",
		     "redis_commands_db1", wanted);
	start(&recording, &opts);
	broker.inner = recording.lab.app->broker;
	broker.runtime = recording.lab.app->runtime;
	recording.lab.app->broker = &broker.base;
	record(&recording);
	join(&recording, all, sizeof(all));
	cr_assert_str_eq(all, wanted);
	stop(&recording);
}

/* 5.2.6 drops its frozen group without the collector; the model, which has the
 * cycle of 4.3.0 there, says the same commands in another order. */
Test(capture, of_5_2_6_has_the_same_commands)
{
	struct lab_opts opts = {.strategy = "weak-ref",
				.rules = TM_RULES_PEP442};
	struct recording recording;
	char wanted[256], all[1024];

	read_capture(CAPTURES "celery-5.2.6-chord-header1.json",
		     "redis_commands_db1_subscriber", wanted);
	start(&recording, &opts);
	record(&recording);
	join(&recording, all, sizeof(all));
	sort_pairs(all);
	sort_pairs(wanted);
	cr_assert_str_eq(all, wanted);
	stop(&recording);
}

/* --- the chord's size ----------------------------------------------------- */

static size_t count_text(const char *text, const char *what)
{
	size_t count = 0;

	while ((text = strstr(text, what)) != NULL) {
		text += strlen(what);
		count++;
	}
	return count;
}

static void apply_once(struct recording *self, enum tm_wire wire)
{
	struct lab_opts opts = {
		.strategy = "weak-ref", .wire = wire, .header = 3};
	struct tm_object *result;

	start(self, &opts);
	cr_assert_eq(lab_apply(&self->lab, &result), TM_OK);
	tm_unref(self->lab.app->runtime, result);
}

Test(chord_size, is_sent_once_by_5_2_6)
{
	struct recording recording;
	const char *at;

	apply_once(&recording, TM_WIRE_5_2_6);
	cr_assert_eq(count_text(recording.log.bytes, "MULTI\nSETEX "), 1);
	cr_assert_eq(count_text(recording.log.bytes, ".s 86400 3\n"), 1);
	/* With the last task, so after the header's subscriptions. */
	at = strstr(recording.log.bytes, "MULTI\n");
	cr_assert_eq(count_text(at, "\nSUBSCRIBE "), 1);
	stop(&recording);
}

Test(chord_size, is_not_sent_by_4_2_2)
{
	struct recording recording;

	apply_once(&recording, TM_WIRE_4_2_2);
	cr_assert_eq(count_text(recording.log.bytes, "SETEX"), 0);
	cr_assert_gt(count_text(recording.log.bytes, "SUBSCRIBE"), 0);
	stop(&recording);
}
