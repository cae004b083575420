/*
 * jvm_classes.h - the lines of GC.class_histogram.
 *
 * Purpose:   the live objects of a JVM by class, and their sum.
 * Ownership: names are written to the caller's text.
 * Units:     bytes, objects.
 * Errors:    lines of another form are left out.
 */
#ifndef TM_HEAP_JVM_CLASSES_H
#define TM_HEAP_JVM_CLASSES_H

#include <stddef.h>
#include <stdint.h>

struct tm_jvm_class {
	uint64_t objects;
	uint64_t bytes;
	const char *name; /* part of the line; as the JVM writes it */
};

/* "   1:  22159  21068712  [B (java.base@17.0.15)" */
int tm_jvm_class_read(struct tm_jvm_class *out, const char *line);

/* "Total  29781  21518232" */
int tm_jvm_total_read(struct tm_jvm_class *out, const char *line);

/* The name as it stands in source: "byte[]" for "[B".  The module is left out,
 * and the number that tells one hidden class from the next. */
void tm_jvm_class_name(char *out, size_t size, const char *name);

#endif
