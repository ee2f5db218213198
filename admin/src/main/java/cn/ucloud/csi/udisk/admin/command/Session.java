package cn.ucloud.csi.udisk.admin.command;

import cn.ucloud.csi.udisk.admin.port.KeyRing;
import cn.ucloud.csi.udisk.admin.read.FactsReader;
import cn.ucloud.csi.udisk.admin.screen.Messages;
import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.function.Supplier;

/**
 * What every command has: where it reads, in which language it speaks, and where to.
 *
 * @param reader connects when it is first asked, so that help needs no cluster
 * @param keys those of this container
 */
public record Session(
    Supplier<FactsReader> reader,
    Supplier<KeyRing> keys,
    Invocation invocation,
    Messages messages,
    TimeSource time,
    InputStream in,
    PrintStream out,
    PrintStream err) {

  public void print(List<String> lines) {
    lines.forEach(out::println);
    out.flush();
  }
}
