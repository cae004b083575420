/*
 * The article's loop: chord(dummy.si())(result.si()), with Celery 4.2.2's
 * AsyncResult -> on_ready -> promise -> bound method -> AsyncResult.
 */
#include <tidemark.h>

static const struct tm_scenario scenario = {
	.name = "strong-ref",
	.strategy = "strong-ref",
};

int main(int argc, char **argv)
{
	struct tm_lab *lab = tm_lab_open(argc, argv, &scenario);
	struct tm_signature *dummy = tm_lab_si(lab, "task.dummy");
	struct tm_signature *result = tm_lab_si(lab, "task.result");

	while (tm_lab_next(lab)) {
		struct tm_object *chord = tm_lab_chord(lab, dummy, result);

		tm_lab_read(lab, chord);
		tm_lab_drop(lab, chord);
	}
	return tm_lab_close(lab);
}
