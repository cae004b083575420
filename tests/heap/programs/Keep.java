/* Keeps 20,000 objects, says "ready", and ends with 3 when it has read a byte. */
public class Keep {
	static class Kept {
		byte[] bytes = new byte[1000];
	}

	static Kept[] kept = new Kept[20000];

	public static void main(String[] words) throws Exception {
		for (int i = 0; i < kept.length; i++)
			kept[i] = new Kept();
		System.out.println("ready");
		System.in.read();
		System.exit(kept.length == 20000 ? 3 : 4);
	}
}
