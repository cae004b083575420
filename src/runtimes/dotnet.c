/* .NET. */
#include "runtimes/runtimes.h"

const struct tm_language tm_language_dotnet = {
	.name = ".NET",
	.programs = {"dotnet"},
	.variables = {"DOTNET_*"},
	.heap = ".NET maps its heap itself",
	.advice = "dotnet-gcdump shows it",
};
