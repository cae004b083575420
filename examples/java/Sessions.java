// Sessions.java - a server's table of sessions that are never ended.
//
// Usage: java Sessions.java [SESSIONS [--end]]        (default: 200000)
//
// Each session is kept in a map: an object with a token of 100 bytes.  With
// --end each session ends before the next begins, and nothing stays.  The memory
// is the JVM's own heap: where that is fixed, as production fixes it with -Xms
// and -Xmx, what is resident shows neither.  tidemark must say by --inside that
// live objects grow, and name Session.
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

public class Sessions {
    static class Session {
        byte[] token = new byte[100];
    }

    static final Map<Integer, Session> open = new HashMap<>();

    // Work that leaves garbage behind, as any request does.
    static int handle(int number) {
        StringBuilder page = new StringBuilder();
        for (int i = 0; i < 200; i++)
            page.append(number + i).append(' ');
        return page.length();
    }

    public static void main(String[] arguments) throws Exception {
        int sessions = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200000;
        boolean end = arguments.length > 1 && arguments[1].equals("--end");
        Path pipe = Path.of("/proc/self/fd/" + System.getenv("TIDEMARK_FD"));
        boolean isMeasured = Files.isSymbolicLink(pipe)
            && Files.readSymbolicLink(pipe).toString().equals(System.getenv("TIDEMARK_PIPE"));
        OutputStream marks = isMeasured ? new FileOutputStream(pipe.toString()) : null;

        for (int i = 1; i <= sessions; i++) {
            open.put(i, new Session());
            handle(i);
            if (end)
                open.remove(i);
            if (i % 500 == 0 && marks != null)
                marks.write(("mark " + i + "\n").getBytes());
        }
    }
}
