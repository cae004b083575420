/* The app as a whole: without servers, without memory, with failures. */
#include <criterion/criterion.h>
#include <string.h>

#include "lab.h"

static const enum tm_shape shapes[] = {TM_SHAPE_CHORD, TM_SHAPE_GROUP,
				       TM_SHAPE_DELAY};

/* --- a transport that takes everything and never replies ------------------ */

Test(null_transport, takes_each_message_of_a_shape)
{
	static const uint64_t published[] = {3, 3, 1};
	size_t i;

	for (i = 0; i < 3; i++) {
		struct lab_opts opts = {
			.strategy = "strong-ref",
			.shape = shapes[i],
			.header = 3,
			.url = "null://",
		};
		struct lab lab;

		lab_open(&lab, &opts);
		lab_run(&lab, 10);
		cr_assert_eq(lab.app->broker->published, 10 * published[i]);
		lab_close(&lab);
	}
}

Test(null_transport, returns_no_result)
{
	size_t i;

	for (i = 0; i < 3; i++) {
		struct lab_opts opts = {
			.strategy = "weak-ref",
			.shape = shapes[i],
			.read_results = 1,
			.url = "null://",
			.timeout_ms = 1,
		};
		struct lab lab;

		lab_open(&lab, &opts);
		cr_assert_eq(lab_iterate(&lab), TM_ETIMEOUT);
		cr_assert_not_null(strstr(lab.err.text, "within 1 ms"), "%s",
				   lab.err.text);
		lab_close(&lab);
	}
}

/* --- results -------------------------------------------------------------- */

Test(result, of_each_shape_is_read)
{
	struct lab_opts opts = {.strategy = "strong-ref", .header = 3};
	struct tm_object *object;
	struct lab lab;
	const char *text;

	lab_open(&lab, &opts);
	cr_assert_eq(lab_apply(&lab, &object), TM_OK);
	cr_assert_str_eq(object->type->name, "AsyncResult");
	cr_assert_eq(tm_async_result_get((struct tm_async_result *)object, 1000,
					 &text, &lab.err),
		     TM_OK, "%s", lab.err.text);
	cr_assert_str_eq(text, "2", "the body's result");
	/* It is known now: a second get() does not ask the store. */
	cr_assert_eq(tm_async_result_get((struct tm_async_result *)object, 0,
					 &text, &lab.err),
		     TM_OK);
	cr_assert_str_eq(text, "2");
	tm_unref(lab.app->runtime, object);
	lab_close(&lab);

	opts.shape = TM_SHAPE_DELAY;
	lab_open(&lab, &opts);
	cr_assert_eq(lab_apply(&lab, &object), TM_OK);
	cr_assert_eq(tm_async_result_get((struct tm_async_result *)object, 1000,
					 &text, &lab.err),
		     TM_OK);
	cr_assert_str_eq(text, "1", "the task's result");
	tm_unref(lab.app->runtime, object);
	lab_close(&lab);
}

static void read_failure(const char *strategy, enum tm_shape shape)
{
	struct lab_opts opts = {
		.strategy = strategy,
		.shape = shape,
		.read_results = 1,
		.task = "task.nobody_knows",
	};
	struct lab lab;
	const char *at;

	lab_open(&lab, &opts);
	cr_assert_eq(lab_iterate(&lab), TM_EUNAVAILABLE, "%s, shape %d",
		     strategy, shape);
	at = strstr(lab.err.text, "a task failed: ");
	cr_assert_not_null(at, "%s", lab.err.text);
	cr_assert_null(strstr(at + 1, "a task failed: "), "%s", lab.err.text);
	/* The task's own error, or the chord's that it led to. */
	cr_assert(strstr(at, "NotRegistered") || strstr(at, "ChordError"), "%s",
		  lab.err.text);
	lab_close(&lab);
}

/* Some strategies lose callbacks; none loses a failure. */
Test(result, of_a_failed_task_is_raised_once)
{
	const struct tm_strategy *strategy;
	size_t i, k;

	for (i = 0; (strategy = tm_strategy_at(i)) != NULL; i++) {
		for (k = 0; k < 3; k++)
			read_failure(strategy->name, shapes[k]);
	}
}

/* --- transports that fail ------------------------------------------------- */

static size_t occurrences(const char *text, const char *what)
{
	size_t count = 0;

	for (; (text = strstr(text, what)) != NULL; text++)
		count++;
	return count;
}

/* Let the first, the second, ... call fail.  Wherever that is, also in a
 * finalizer, the iteration fails with it, once, and nothing is lost. */
static void fail_each_call(struct lab_opts *opts)
{
	struct tm_fault fault = {.rc = TM_EUNAVAILABLE};
	int has_failed = 1;

	opts->fault = &fault;
	for (; has_failed; fault.calls_before++) {
		struct lab lab;
		enum tm_rc rc;

		cr_assert_lt(fault.calls_before, 200);
		fault.calls = 0;
		lab_open(&lab, opts);
		rc = lab_iterate(&lab);
		has_failed = fault.calls > fault.calls_before;
		cr_assert_eq(rc, has_failed ? TM_EUNAVAILABLE : TM_OK,
			     "%s, call %llu: %d", opts->strategy,
			     (unsigned long long)fault.calls_before, rc);
		if (has_failed)
			cr_assert_eq(
				occurrences(lab.err.text, "failed on purpose"),
				1, "%s", lab.err.text);
		lab_close(&lab);
	}
	cr_assert_gt(fault.calls_before, 2);
}

Test(fault, fails_the_iteration_once_and_loses_nothing)
{
	const struct tm_strategy *strategy;
	size_t i, k;

	for (i = 0; (strategy = tm_strategy_at(i)) != NULL; i++) {
		for (k = 0; k < 3; k++) {
			struct lab_opts opts = {
				.strategy = strategy->name,
				.rules = TM_RULES_PEP442,
				.shape = shapes[k],
				.header = 2,
				.url = "null://",
			};

			/* Its replies never come. */
			if (strategy->can_discard)
				continue;
			fail_each_call(&opts);
		}
	}
}

Test(fault, fails_a_get_once_and_loses_nothing)
{
	static const char *const strategies[] = {"strong-ref", "weak-ref",
						 "weak-ref-naive", "discard"};
	size_t i;

	for (i = 0; i < 4; i++) {
		struct lab_opts opts = {
			.strategy = strategies[i],
			.read_results = 1,
		};

		fail_each_call(&opts);
	}
}

/* The collector runs finalizers where no caller can be told: the app keeps the
 * failure for tm_app_check(). */
Test(fault, in_a_collected_finalizer_is_kept)
{
	struct tm_fault fault = {.rc = TM_EUNAVAILABLE,
				 .calls_before = UINT64_MAX};
	struct lab_opts opts = {
		.strategy = "strong-ref",
		.rules = TM_RULES_PEP442,
		.url = "null://",
		.manual = 1,
		.fault = &fault,
	};
	struct lab lab;

	lab_open(&lab, &opts);
	lab_run(&lab, 1);
	fault.calls_before = fault.calls;
	tm_runtime_collect(lab.app->runtime);
	cr_assert_gt(fault.calls, fault.calls_before);
	cr_assert_eq(tm_app_check(lab.app, &lab.err), TM_EUNAVAILABLE);
	cr_assert_eq(occurrences(lab.err.text, "failed on purpose"), 1);
	lab_close(&lab);
}

/* --- memory short --------------------------------------------------------- */

Test(app, loses_nothing_when_memory_is_short)
{
	struct tm_alloc alloc;
	struct tm_transport transport;
	struct tm_transport_opts transport_opts = {
		.alloc = &alloc,
		.broker_url = "null://",
		.backend_url = "null://",
	};
	struct tm_app_opts opts = {
		.alloc = &alloc,
		.strategy = tm_strategy_find("strong-ref"),
	};
	struct tm_app *app = NULL;
	struct tm_err err;
	uint64_t blocks, n;

	tm_alloc_init(&alloc);
	cr_assert_eq(tm_transport_open(&transport, &transport_opts, &err),
		     TM_OK);
	opts.broker = transport.broker;
	opts.backend = transport.backend;
	blocks = alloc.live_blocks;
	for (n = 0; !app; n++) {
		cr_assert_lt(n, 20);
		alloc.fail_after = n;
		err.text[0] = '\0';
		if (tm_app_new(&app, &opts, &err) == TM_OK)
			break;
		cr_assert_eq(err.rc, TM_ENOMEM);
		cr_assert_gt(strlen(err.text), 0);
		cr_assert_null(app);
		cr_assert_eq(alloc.live_blocks, blocks);
	}
	cr_assert_gt(n, 2);
	tm_app_free(app);
	tm_app_free(NULL);
	tm_transport_close(&transport);
	cr_assert_eq(alloc.live_bytes, 0);
}

/* One iteration that may ask for memory `requests` times; what it left over of
 * them goes to *left. */
static enum tm_rc iterate_with(struct lab_opts *opts, uint64_t requests,
			       uint64_t *left)
{
	struct lab lab;
	enum tm_rc rc;

	lab_open(&lab, opts);
	lab.alloc.fail_after = requests;
	rc = lab_iterate(&lab);
	*left = lab.alloc.fail_after;
	lab.alloc.fail_after = UINT64_MAX;
	if (rc != TM_OK)
		cr_assert_gt(strlen(lab.err.text), 0);
	lab_close(&lab);
	return rc;
}

/* Fail each request for memory of an iteration, one after the other: not one of
 * them may go unnoticed. */
static void starve(struct lab_opts *opts)
{
	const uint64_t plenty = 1000000;
	uint64_t left, needed, n;

	cr_assert_eq(iterate_with(opts, plenty, &left), TM_OK);
	needed = plenty - left;
	cr_assert_gt(needed, 10);
	for (n = 0; n < needed; n++) {
		enum tm_rc rc = iterate_with(opts, n, &left);

		cr_assert_eq(rc, TM_ENOMEM, "%s, request %llu of %llu: %d",
			     opts->strategy, (unsigned long long)n,
			     (unsigned long long)needed, rc);
	}
	cr_assert_eq(iterate_with(opts, needed, &left), TM_OK);
}

Test(memory, may_be_short_anywhere_in_a_chord)
{
	const struct tm_strategy *strategy;
	size_t i;

	for (i = 0; (strategy = tm_strategy_at(i)) != NULL; i++) {
		struct lab_opts opts = {
			.strategy = strategy->name,
			.rules = TM_RULES_PEP442,
			.header = 2,
			.url = "null://",
		};

		if (strategy->can_discard)
			continue;
		starve(&opts);
		opts.rules = TM_RULES_LEGACY;
		starve(&opts);
	}
}

Test(memory, may_be_short_anywhere_in_a_group)
{
	struct lab_opts opts = {
		.strategy = "weak-ref",
		.shape = TM_SHAPE_GROUP,
		.header = 6,
		.url = "null://",
	};

	starve(&opts);
	opts.strategy = "strong-ref";
	starve(&opts);
}

Test(memory, may_be_short_anywhere_in_get)
{
	struct lab_opts opts = {
		.strategy = "strong-ref",
		.header = 2,
		.read_results = 1,
	};

	starve(&opts);
	opts.strategy = "weak-ref";
	starve(&opts);
}

Test(memory, may_be_short_anywhere_in_discard)
{
	struct lab_opts opts = {.strategy = "discard", .header = 2};

	starve(&opts);
	opts.read_results = 1;
	opts.shape = TM_SHAPE_GROUP;
	starve(&opts);
}

/* --- signatures ----------------------------------------------------------- */

static struct tm_message_encoder *encoder_of(struct lab *lab,
					     const struct tm_signature *body,
					     uint32_t size)
{
	struct tm_message_encoder *encoder;

	cr_assert_eq(tm_signature_encoder(lab->dummy, body, size, &encoder,
					  &lab->err),
		     TM_OK);
	return encoder;
}

static void open_null(struct lab *lab)
{
	struct lab_opts opts = {.strategy = "strong-ref", .url = "null://"};

	lab_open(lab, &opts);
}

Test(signature, makes_one_encoder_for_each_use)
{
	struct tm_signature *mutable_body;
	struct tm_message_encoder *alone, *in_chord;
	struct lab lab;

	open_null(&lab);
	cr_assert_eq(tm_signature_new(&mutable_body, lab.app, "task.result", 0,
				      &lab.err),
		     TM_OK);
	alone = encoder_of(&lab, NULL, 1);
	in_chord = encoder_of(&lab, lab.result, 2);
	cr_assert_eq(encoder_of(&lab, NULL, 1), alone);
	cr_assert_eq(encoder_of(&lab, lab.result, 2), in_chord);
	cr_assert_neq(alone, in_chord);
	cr_assert_neq(encoder_of(&lab, lab.result, 3), in_chord);
	cr_assert_neq(encoder_of(&lab, mutable_body, 2), in_chord);
	cr_assert_neq(encoder_of(&lab, lab.dummy, 2), in_chord);
	/* Its size is no part of a message without a chord. */
	cr_assert_eq(encoder_of(&lab, NULL, 5), alone);
	tm_signature_free(mutable_body);
	lab_close(&lab);
}

Test(signature, copies_the_name_of_its_task)
{
	char name[] = "task.mine";
	struct tm_signature *signature;
	struct lab lab;

	open_null(&lab);
	cr_assert_eq(tm_signature_new(&signature, lab.app, name, 1, &lab.err),
		     TM_OK);
	name[0] = 'X';
	cr_assert_str_eq(tm_signature_task(signature), "task.mine");
	tm_signature_free(signature);
	tm_signature_free(NULL);
	lab_close(&lab);
}

Test(signature, needs_a_name)
{
	struct tm_signature *signature;
	struct lab lab;

	open_null(&lab);
	cr_assert_eq(tm_signature_new(&signature, lab.app, "", 1, &lab.err),
		     TM_EUSAGE);
	cr_assert_null(signature);
	lab_close(&lab);
}

Test(signature, loses_nothing_when_memory_is_short)
{
	struct tm_signature *signature = NULL;
	struct tm_message_encoder *encoder = NULL;
	struct lab lab;
	uint64_t n;

	open_null(&lab);
	for (n = 0; !encoder; n++) {
		uint64_t blocks = lab.alloc.live_blocks;

		cr_assert_lt(n, 100);
		lab.alloc.fail_after = n;
		if (tm_signature_new(&signature, lab.app, "task.dummy", 1,
				     &lab.err) == TM_OK &&
		    tm_signature_encoder(signature, lab.result, 2, &encoder,
					 &lab.err) == TM_OK)
			break;
		cr_assert_eq(lab.err.rc, TM_ENOMEM);
		lab.alloc.fail_after = UINT64_MAX;
		tm_signature_free(signature);
		cr_assert_eq(lab.alloc.live_blocks, blocks);
	}
	cr_assert_gt(n, 3);
	tm_signature_free(signature);
	lab_close(&lab);
}

/* --- strategies ----------------------------------------------------------- */

Test(strategy, is_found_by_its_name_with_either_dash)
{
	const struct tm_strategy *strategy;
	size_t i;

	for (i = 0; (strategy = tm_strategy_at(i)) != NULL; i++)
		cr_assert_eq(tm_strategy_find(strategy->name), strategy);
	cr_assert_gt(i, 0);
	cr_assert_eq(tm_strategy_find("weak_ref_naive"),
		     tm_strategy_find("weak-ref-naive"));
	cr_assert_null(tm_strategy_find("weak"));
	cr_assert_null(tm_strategy_find("weak-ref-"));
	cr_assert_null(tm_strategy_find(""));
}
