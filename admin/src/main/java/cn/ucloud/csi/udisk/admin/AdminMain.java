package cn.ucloud.csi.udisk.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import cn.ucloud.csi.udisk.common.log.LogFormat;
import cn.ucloud.csi.udisk.common.log.LogSetup;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import org.slf4j.event.Level;

/** The administrator's program: answers one question, and ends. */
public final class AdminMain {
  private AdminMain() {}

  /** Runs one command and ends the JVM with its exit code; only screens go to standard output. */
  public static void main(String[] args) {
    LogSetup.install(LogFormat.TEXT, Level.WARN, System.err);
    // In UTF-8 whatever the environment says: kubectl exec gives none.
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);
    PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8);
    System.exit(new Admin(System.getenv(), System.in, out, err).run(args));
  }
}
