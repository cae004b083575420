// Cache.java - a cache that fills, in a heap that goes on growing.
//
// Usage: java Cache.java [REQUESTS]        (default: 300000)
//
// The cache is full after a tenth of the requests; from then on entries are
// replaced.  The JVM takes memory as long as that is cheaper than a collection,
// so that what is resident goes on rising: nothing leaks.
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

public class Cache {
    static final Map<Integer, byte[]> cache = new HashMap<>();

    public static void main(String[] arguments) throws Exception {
        int requests = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 300000;
        int room = requests / 10;
        Path pipe = Path.of("/proc/self/fd/" + System.getenv("TIDEMARK_FD"));
        boolean isMeasured = Files.isSymbolicLink(pipe)
            && Files.readSymbolicLink(pipe).toString().equals(System.getenv("TIDEMARK_PIPE"));
        OutputStream marks = isMeasured ? new FileOutputStream(pipe.toString()) : null;

        for (int i = 1; i <= requests; i++) {
            cache.put(i % room, new byte[1000]);
            String.valueOf(i).repeat(2000).hashCode();
            if (i % 500 == 0 && marks != null)
                marks.write(("mark " + i + "\n").getBytes());
        }
    }
}
