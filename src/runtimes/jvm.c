/* The Java virtual machine, of whichever maker. */
#include "runtimes/runtimes.h"

const struct tm_language tm_language_jvm = {
	.name = "JVM",
	.programs = {"java"},
	.variables = {"JAVA_*", "_JAVA_OPTIONS", "JDK_*"},
	.heap = "the JVM maps its heap itself",
	.advice = "-XX:NativeMemoryTracking=summary and jcmd PID "
		  "VM.native_memory show it, jmap -histo:live what lives in it",
};
