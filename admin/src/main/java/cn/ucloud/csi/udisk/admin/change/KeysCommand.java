package cn.ucloud.csi.udisk.admin.change;

import cn.ucloud.csi.udisk.admin.check.Checks;
import cn.ucloud.csi.udisk.admin.check.Code;
import cn.ucloud.csi.udisk.admin.check.Finding;
import cn.ucloud.csi.udisk.admin.command.ExitCode;
import cn.ucloud.csi.udisk.admin.command.Notes;
import cn.ucloud.csi.udisk.admin.command.Session;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.keys.ReplaceKeys;
import cn.ucloud.csi.udisk.admin.keys.TypedKeys;
import cn.ucloud.csi.udisk.admin.port.KeyRing;
import cn.ucloud.csi.udisk.admin.port.Unreadable;
import cn.ucloud.csi.udisk.admin.read.Part;
import cn.ucloud.csi.udisk.admin.screen.KeysScreen;
import cn.ucloud.csi.udisk.common.ucloud.credentials.Credentials;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The API keys of the driver. */
@Command(
    name = "keys",
    description =
        "Which API keys are used, and whether they answer; `keys set` reads new ones, the public key"
            + " and the private key on a line each, from standard input.",
    mixinStandardHelpOptions = true)
public final class KeysCommand implements Callable<Integer> {
  private static final Set<Code> ABOUT_KEYS = EnumSet.of(Code.UD102, Code.UD103);

  private final Session session;

  @Mixin private final ChangeFlags change = new ChangeFlags();

  @Parameters(arity = "0..1", paramLabel = "set", description = "Without it they are shown.")
  private @Nullable String word;

  public KeysCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (word == null) {
      return show();
    }
    if (!word.equals("set")) {
      session.err().println(session.messages().say("keys.usage"));
      return ExitCode.USAGE;
    }
    Notes input = Notes.read(session.in());
    Credentials typed = TypedKeys.of(input);
    Facts facts = session.reader().get().cluster(EnumSet.of(Part.DRIVER, Part.NODES));
    return new PlanRunner(session, change)
        .run(new ReplaceKeys(typed, session.keys().get(), facts, input), () -> facts);
  }

  private int show() {
    Facts facts = session.reader().get().cluster(EnumSet.of(Part.DRIVER, Part.KEYS));
    List<Finding> found =
        Checks.run(facts).stream().filter(finding -> ABOUT_KEYS.contains(finding.code())).toList();
    session.print(new KeysScreen(session.messages()).lines(facts, shown(), found));
    return ExitCode.of(facts, found);
  }

  /** Why there are none is a finding. */
  private Optional<KeyRing.Shown> shown() {
    try {
      return Optional.of(session.keys().get().shown());
    } catch (Unreadable e) {
      return Optional.empty();
    }
  }
}
