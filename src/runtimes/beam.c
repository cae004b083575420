/* Erlang and Elixir: the BEAM. */
#include "runtimes/runtimes.h"

const struct tm_language tm_language_beam = {
	.name = "BEAM",
	.programs = {"beam.smp"},
	.heap = "Erlang's allocators map memory themselves",
	.advice = "recon_alloc shows it",
};
