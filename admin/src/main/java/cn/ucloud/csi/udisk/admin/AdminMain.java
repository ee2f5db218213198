package cn.ucloud.csi.udisk.admin;

import cn.ucloud.csi.udisk.common.log.LogFormat;
import cn.ucloud.csi.udisk.common.log.LogSetup;
import org.slf4j.event.Level;

/** The administrator's program: answers one question, and ends. */
public final class AdminMain {
  private AdminMain() {}

  /** Runs one command and ends the JVM with its exit code; only screens go to standard output. */
  public static void main(String[] args) {
    LogSetup.install(LogFormat.TEXT, Level.WARN, System.err);
    System.exit(new Admin(System.getenv(), System.in, System.out, System.err).run(args));
  }
}
