#include "results/facts.h"

#include <stdlib.h>
#include <string.h>

#include "results/field.h"

/* --- setting -------------------------------------------------------------- */

static struct tm_fact *find(const struct tm_facts *facts, const char *key)
{
	size_t i;

	for (i = 0; i < facts->count; i++) {
		if (strcmp(facts->facts[i].key, key) == 0)
			return &facts->facts[i];
	}
	return NULL;
}

/* A new empty fact; NULL without memory. */
static struct tm_fact *append(struct tm_facts *facts, const char *key)
{
	struct tm_fact *more =
		realloc(facts->facts, (facts->count + 1) * sizeof(*more));
	struct tm_fact *fact;

	if (!more)
		return NULL;
	facts->facts = more;
	fact = &more[facts->count];
	memset(fact, 0, sizeof(*fact));
	fact->key = strdup(key);
	if (!fact->key)
		return NULL;
	facts->count++;
	return fact;
}

/* The fact of that key, made when there is none; NULL without memory. */
static struct tm_fact *take_place(struct tm_facts *facts, const char *key,
				  enum tm_fact_type type)
{
	struct tm_fact *fact = find(facts, key);

	facts->is_known = 1;
	if (!fact)
		fact = append(facts, key);
	if (!fact)
		return NULL;
	free(fact->text);
	fact->text = NULL;
	fact->type = type;
	return fact;
}

void tm_facts_set_text(struct tm_facts *facts, const char *key,
		       const char *text)
{
	char *copy = text ? strdup(text) : NULL;
	struct tm_fact *fact =
		copy ? take_place(facts, key, TM_FACT_TEXT) : NULL;

	if (fact)
		fact->text = copy;
	else
		free(copy);
}

void tm_facts_set_int(struct tm_facts *facts, const char *key, int64_t number)
{
	struct tm_fact *fact = take_place(facts, key, TM_FACT_INT);

	if (fact)
		fact->number = number;
}

void tm_facts_set_real(struct tm_facts *facts, const char *key, double real)
{
	struct tm_fact *fact = take_place(facts, key, TM_FACT_REAL);

	if (fact)
		fact->real = real;
}

void tm_facts_set_bool(struct tm_facts *facts, const char *key, int flag)
{
	struct tm_fact *fact = take_place(facts, key, TM_FACT_BOOL);

	if (fact)
		fact->number = flag != 0;
}

int tm_facts_add(struct tm_facts *facts, const struct tm_fact *fact)
{
	struct tm_fact *copy = append(facts, fact->key);
	char *key;

	facts->is_known = 1;
	if (!copy)
		return 0;
	key = copy->key;
	*copy = *fact;
	copy->key = key;
	copy->text = tm_text_copy(fact->text);
	if (fact->text && !copy->text) {
		free(key);
		facts->count--;
		return 0;
	}
	return 1;
}

static void release(struct tm_fact *fact)
{
	free(fact->key);
	free(fact->text);
}

void tm_facts_release(struct tm_facts *facts)
{
	size_t i;

	for (i = 0; i < facts->count; i++)
		release(&facts->facts[i]);
	free(facts->facts);
	memset(facts, 0, sizeof(*facts));
}

/* --- getting -------------------------------------------------------------- */

const struct tm_fact *tm_facts_find(const struct tm_facts *facts,
				    const char *key)
{
	return find(facts, key);
}

const char *tm_facts_text(const struct tm_facts *facts, const char *key)
{
	const struct tm_fact *fact = find(facts, key);

	return fact && fact->type == TM_FACT_TEXT ? fact->text : NULL;
}

/* The keys of an object may be in another order. */
static int is_same_json(const char *a, const char *b)
{
	json_t *left, *right;
	int same;

	if (strcmp(a, b) == 0)
		return 1;
	left = json_loads(a, JSON_DECODE_ANY, NULL);
	right = json_loads(b, JSON_DECODE_ANY, NULL);
	same = left && right && json_equal(left, right);
	json_decref(left);
	json_decref(right);
	return same;
}

int tm_fact_is_same(const struct tm_fact *a, const struct tm_fact *b)
{
	if (!a || !b)
		return a == b;
	if (a->type != b->type)
		return 0;
	switch (a->type) {
	case TM_FACT_TEXT:
		return strcmp(a->text, b->text) == 0;
	case TM_FACT_JSON:
		return is_same_json(a->text, b->text);
	case TM_FACT_INT:
	case TM_FACT_BOOL:
		return a->number == b->number;
	case TM_FACT_REAL:
		return a->real == b->real;
	}
	return 0;
}

int tm_facts_are_same(const struct tm_facts *a, const struct tm_facts *b)
{
	size_t i;

	if (a->count != b->count)
		return 0;
	for (i = 0; i < a->count; i++) {
		const struct tm_fact *fact = &a->facts[i];

		if (!tm_fact_is_same(fact, find(b, fact->key)))
			return 0;
	}
	return 1;
}

int tm_fact_number(const struct tm_fact *fact, double *out)
{
	if (fact->type == TM_FACT_INT)
		*out = (double)fact->number;
	else if (fact->type == TM_FACT_REAL)
		*out = fact->real;
	else
		return 0;
	return 1;
}

/* --- JSON ----------------------------------------------------------------- */

json_t *tm_fact_json(const struct tm_fact *fact)
{
	switch (fact->type) {
	case TM_FACT_TEXT:
		return tm_text_json(fact->text);
	case TM_FACT_INT:
		return json_integer(fact->number);
	case TM_FACT_REAL:
		return json_real(fact->real);
	case TM_FACT_BOOL:
		return json_boolean(fact->number);
	case TM_FACT_JSON:
		return json_loads(fact->text, JSON_DECODE_ANY, NULL);
	}
	return NULL;
}

int tm_facts_write(json_t *object, const struct tm_facts *facts)
{
	size_t i;

	for (i = 0; i < facts->count; i++) {
		const struct tm_fact *fact = &facts->facts[i];

		if (json_object_set_new(object, fact->key,
					tm_fact_json(fact)) != 0)
			return -1;
	}
	return 0;
}

json_t *tm_facts_json(const struct tm_facts *facts)
{
	json_t *object = json_object();

	if (object && tm_facts_write(object, facts) != 0) {
		json_decref(object);
		return NULL;
	}
	return object;
}

/* Takes `json`. */
static char *say(json_t *json)
{
	char *text = json ? json_dumps(json, JSON_ENCODE_ANY | JSON_SORT_KEYS)
			  : NULL;

	json_decref(json);
	return text;
}

char *tm_fact_say(const struct tm_fact *fact)
{
	if (!fact)
		return strdup("none");
	if (fact->type == TM_FACT_TEXT)
		return strdup(fact->text);
	return say(tm_fact_json(fact));
}

char *tm_facts_say(const struct tm_facts *facts)
{
	if (!facts || !facts->is_known)
		return strdup("none");
	return say(tm_facts_json(facts));
}

/* Returns 0 without memory. */
static int read_value(struct tm_fact *out, const json_t *value)
{
	if (json_is_integer(value)) {
		out->type = TM_FACT_INT;
		out->number = json_integer_value(value);
	} else if (json_is_real(value)) {
		out->type = TM_FACT_REAL;
		out->real = json_real_value(value);
	} else if (json_is_boolean(value)) {
		out->type = TM_FACT_BOOL;
		out->number = json_is_true(value);
	} else if (json_is_string(value)) {
		out->type = TM_FACT_TEXT;
		out->text = strdup(json_string_value(value));
		return out->text != NULL;
	} else {
		out->type = TM_FACT_JSON;
		out->text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY |
						      JSON_REAL_PRECISION(9));
		return out->text != NULL;
	}
	return 1;
}

/* A JSON object has each key once. */
void tm_facts_read_rest(struct tm_facts *facts, const json_t *object,
			const json_t *known)
{
	const char *key;
	json_t *value;

	if (!json_is_object(object))
		return;
	facts->is_known = 1;
	json_object_foreach((json_t *)(uintptr_t)object, key, value)
	{
		struct tm_fact *fact;

		if (json_equal(value, json_object_get(known, key)))
			continue;
		fact = append(facts, key);
		if (fact && !read_value(fact, value)) {
			free(fact->key);
			facts->count--;
		}
	}
}

void tm_facts_read(struct tm_facts *facts, const json_t *object)
{
	tm_facts_read_rest(facts, object, NULL);
}
