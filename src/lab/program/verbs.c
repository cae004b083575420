/*
 * What a scenario calls inside its loop: Celery's verbs, as
 * tidemark.h declares them.  After a failure, and without Celery, they do nothing.
 */
#include "tidemark.h"

#include "lab/celery/discard.h"
#include "lab/program/lab.h"

static int can_call(const struct tm_lab *lab)
{
	return !tm_lab_has_failed(lab) && lab->producer.app != NULL;
}

static uint32_t timeout_ms(const struct tm_lab *lab)
{
	return (uint32_t)lab->options.read_timeout_ms;
}

struct tm_signature *tm_lab_si(struct tm_lab *lab, const char *task)
{
	struct tm_signature *signature;

	if (!can_call(lab))
		return NULL;
	tm_lab_keep(lab, tm_producer_sign(&lab->producer, task, &signature,
					  &lab->err));
	return signature;
}

struct tm_object *tm_lab_chord(struct tm_lab *lab, struct tm_signature *header,
			       struct tm_signature *body)
{
	struct tm_object *result = NULL;
	struct tm_call call = {.header = header, .body = body};

	if (!can_call(lab) || !header || !body)
		return NULL;
	call.shape = lab->options.shape;
	return tm_lab_keep(lab, tm_producer_call(&lab->producer, &call, &result,
						 &lab->err))
		       ? result
		       : NULL;
}

void tm_lab_read(struct tm_lab *lab, struct tm_object *result)
{
	if (!can_call(lab) || !result || !lab->options.read_results)
		return;
	tm_lab_keep(lab, tm_producer_read(result, timeout_ms(lab), &lab->err));
}

void tm_lab_discard(struct tm_lab *lab, struct tm_object *result)
{
	if (!can_call(lab) || !result)
		return;
	tm_lab_keep(lab, tm_result_discard(result, timeout_ms(lab), &lab->err));
}

/* Also after a failure: the program owns the result. */
void tm_lab_drop(struct tm_lab *lab, struct tm_object *result)
{
	if (lab && lab->producer.app)
		tm_unref(lab->producer.app->runtime, result);
}
