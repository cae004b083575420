/*
 * wire.h - messages and the captures of real Celery's in one form, JSON, so
 * that they can be compared field for field.
 */
#ifndef TM_TESTS_WIRE_H
#define TM_TESTS_WIRE_H

#include <jansson.h>

#include "lab/celery/message.h"

#define WIRE_4_2_2 "results/reference/wire/celery-4.2.2-chord-header1.json"
#define WIRE_5_2_6 "results/reference/wire/celery-5.2.6-chord-header1.json"

/* A capture, read from the folder the tests run in: the top of the tree. */
json_t *wire_capture(const char *path);

/* The template and identifiers that the capture was made with.  Texts are
 * borrowed from it. */
void wire_template_of(const json_t *capture, enum tm_wire wire,
		      struct tm_message_template *fixed,
		      struct tm_message_ids *ids);

/* Exchange, routing key, properties, headers and body, as the captures have
 * them. */
json_t *wire_from_message(const struct tm_message *message);

/* The same five parts of a capture. */
json_t *wire_from_capture(const json_t *capture);

#endif
