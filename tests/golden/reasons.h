/*
 * reasons.h - a short key for each reason that a decision is given.
 *
 * Purpose:   the sentence may change; which reason was chosen may not.
 * Ownership: constants.
 */
#ifndef TESTS_GOLDEN_REASONS_H
#define TESTS_GOLDEN_REASONS_H

#include "gate/verdict.h"

const char *reason_of_decision(const struct tm_decision *decision);
const char *reason_of_verdict(const struct tm_verdict *verdict);
const char *reason_of_kind(const struct tm_verdict *verdict);

#endif
