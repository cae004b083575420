/* The Java virtual machine, of whichever maker. */
#include "runtimes/runtimes.h"

const struct tm_language tm_language_jvm = {
	.name = "JVM",
	.programs = {"java"},
	.variables = {"JAVA_*", "_JAVA_OPTIONS", "JDK_*"},
	.heap = "The JVM maps its heap itself",
	.advice = "-XX:NativeMemoryTracking=summary with jcmd PID "
		  "VM.native_memory shows it, jmap -histo:live PID lists its "
		  "objects",
};
