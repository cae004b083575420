/*
 * facts.h - keys and values that are not known beforehand.
 *
 * Purpose:   what is free-form by nature: the options of a scenario, the
 *            environment of a run, what a program reports about itself.
 * Ownership: the facts own their keys and texts; release frees them.
 * Errors:    without memory a fact is lost.
 *
 * Zeroed memory is an empty list that is not known; any set makes it known.
 */
#ifndef TM_RESULTS_FACTS_H
#define TM_RESULTS_FACTS_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

enum tm_fact_type {
	TM_FACT_TEXT,
	TM_FACT_INT,
	TM_FACT_REAL,
	TM_FACT_BOOL,
	TM_FACT_JSON /* a list, an object or null, as JSON: only passed on */
};

struct tm_fact {
	char *key;
	enum tm_fact_type type;
	char *text;	/* TEXT, JSON */
	int64_t number; /* INT, BOOL */
	double real;	/* REAL */
};

struct tm_facts {
	struct tm_fact *facts;
	size_t count;
	int is_known; /* an empty list may be known to be empty */
};

/* Add a fact, or replace the one of that key.  NULL text: nothing is done. */
void tm_facts_set_text(struct tm_facts *facts, const char *key,
		       const char *text);
void tm_facts_set_int(struct tm_facts *facts, const char *key, int64_t number);
void tm_facts_set_real(struct tm_facts *facts, const char *key, double real);
void tm_facts_set_bool(struct tm_facts *facts, const char *key, int flag);
/* Add a copy of a fact whose key is not there yet; 0 without memory. */
int tm_facts_add(struct tm_facts *facts, const struct tm_fact *fact);
void tm_facts_release(struct tm_facts *facts);

/* NULL when there is none. */
const struct tm_fact *tm_facts_find(const struct tm_facts *facts,
				    const char *key);
/* The fact's text; NULL when there is none, or it is not a text. */
const char *tm_facts_text(const struct tm_facts *facts, const char *key);
/* Whether both are the same, or neither is there. */
int tm_fact_is_same(const struct tm_fact *a, const struct tm_fact *b);
/* Whether both have the same facts, in any order. */
int tm_facts_are_same(const struct tm_facts *a, const struct tm_facts *b);
/* Returns 0 for a fact that is not a number. */
int tm_fact_number(const struct tm_fact *fact, double *out);

/* For a message: a text as it is, anything else as JSON, its keys in order;
 * "none" of NULL or facts that are not known.  free() it; NULL without memory.
 */
char *tm_fact_say(const struct tm_fact *fact);
char *tm_facts_say(const struct tm_facts *facts);

/* {key: value}, in the order in which they were set; NULL without memory. */
json_t *tm_facts_json(const struct tm_facts *facts);
json_t *tm_fact_json(const struct tm_fact *fact);
/* Set each of them in `object`; -1 without memory. */
int tm_facts_write(json_t *object, const struct tm_facts *facts);

/* The members of a JSON object, if `object` is one, into facts that are empty.
 */
void tm_facts_read(struct tm_facts *facts, const json_t *object);
/* The same of those that `known` does not have, or has with another value: what
 * a struct with members of its own leaves over. */
void tm_facts_read_rest(struct tm_facts *facts, const json_t *object,
			const json_t *known);

#endif
