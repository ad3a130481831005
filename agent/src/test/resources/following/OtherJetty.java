public class OtherJetty extends Ways {
  public static void main(String[] arguments) throws Exception {
    Class.forName("org.eclipse.jetty.util.thread.QueuedThreadPool");
    System.out.println(inside(Ways::seen));
  }
}
