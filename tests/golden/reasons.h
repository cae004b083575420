/*
 * reasons.h - a short key for each reason that a decision is given.
 *
 * Purpose:   one place in these tests that knows the sentences: a sentence may
 *            change, which of them was chosen may not.
 * Errors:    "?" for a sentence that is not known, which no line may have.
 */
#ifndef TESTS_GOLDEN_REASONS_H
#define TESTS_GOLDEN_REASONS_H

#include "gate/verdict.h"

const char *reason_of_decision(const struct tm_decision *decision);
const char *reason_of_verdict(const struct tm_verdict *verdict);
const char *reason_of_kind(const struct tm_verdict *verdict);

#endif
